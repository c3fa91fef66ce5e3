//@ model "The whole entry code with FRED, for the eight gaps in event delivery; CR3 and IBRS are switched by software."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, sections 6 and 7"
//@ source "Linux v6.9, arch/x86/entry/entry_64_fred.S, entry_fred.c; arch/x86/mm/extable.c, ex_handler_eretu"
//@ source "Intel FRED specification, FRED Event Delivery, ERETS, ERETU"
//@ abstraction "Linux has no page-table isolation with FRED. Its macros are put where they are put for the IDT; see ist/fred. No PCIDs."
//@ abstraction "The MSR gap and RCU as in gaps/idt. Every event of the kernel saves both, not only NMI, #MC and #DB."
//@ abstraction "The address of a #PF is taken from the frame, so CR2 need not be the same when an NMI, #MC or #DB returns."
//@ abstraction "No #MC while MCIP is set, where it would shut the processor down. A #DB may arrive at any instruction."
//@ abstraction "User mode has AC and DF set, as in gaps/idt."
//@ finding "Gaps 1, 2, 3 and 8 are closed everywhere: the delivery sets up RSP, the stack level, the GS base and RFLAGS at once. Gaps 4 to 7 are as open as with the IDT, with one window for each direction where the IDT has a dozen."
//@ finding "More events arrive in them than with the IDT: a #DB in the entry code harms nobody, so that nothing needs to keep breakpoints away from it."
//@ finding "ALL_AT_LEVEL_0 holds: the reentrance gap stays closed without the levels of NMI, #MC and #DB, as long as each stack has room for them; ist/fred tells what the levels are for."
//@ ablation ALL_AT_LEVEL_0 "gap 2: the stack levels of NMI, #MC and #DB"
//@ ablation NO_CR3_FROM_KERNEL "gap 4: the kernel's CR3 for events of the kernel"
//@ ablation NO_IBRS_FROM_KERNEL "gap 5: IBRS=1 for events of the kernel"
//@ ablation NO_IBRS_FROM_USER "gap 5: IBRS=1 for events of user mode"
//@ ablation NO_RCU_ON_ENTRY "gap 6: RCU watches for what comes from user mode"
//@ ablation NO_RCU_IN_NMI "gap 6: RCU watches for what comes from the kernel"
//@ ablation NO_RCU_RESTORE "gap 6: events of the kernel put back whether RCU watches"
//@ ablation NO_MSR_ON_ENTRY "gap 7: IA32_PKRS for what comes from user mode"
//@ ablation NO_MSR_IN_NMI "gap 7: IA32_PKRS for what comes from the kernel"
//@ ablation NO_MSR_RESTORE "gap 7: events of the kernel put IA32_PKRS back"
//@ ablation MCIP_STAYS "the write to MCG_STATUS with which the handler of #MC ends"
#ifndef MCIP_STAYS
#define MCIP_STAYS 0
#endif
#ifndef ALL_AT_LEVEL_0
#define ALL_AT_LEVEL_0 0
#endif
#ifndef NO_CR3_FROM_KERNEL
#define NO_CR3_FROM_KERNEL 0
#endif
#ifndef NO_IBRS_FROM_KERNEL
#define NO_IBRS_FROM_KERNEL 0
#endif
#ifndef NO_IBRS_FROM_USER
#define NO_IBRS_FROM_USER 0
#endif
#ifndef NO_RCU_ON_ENTRY
#define NO_RCU_ON_ENTRY 0
#endif
#ifndef NO_RCU_IN_NMI
#define NO_RCU_IN_NMI 0
#endif
#ifndef NO_RCU_RESTORE
#define NO_RCU_RESTORE 0
#endif
#ifndef NO_MSR_ON_ENTRY
#define NO_MSR_ON_ENTRY 0
#endif
#ifndef NO_MSR_IN_NMI
#define NO_MSR_IN_NMI 0
#endif
#ifndef NO_MSR_RESTORE
#define NO_MSR_RESTORE 0
#endif
#define ABLATED (NO_CR3_FROM_KERNEL || NO_IBRS_FROM_KERNEL || NO_IBRS_FROM_USER || NO_RCU_ON_ENTRY \
	|| NO_RCU_IN_NMI || NO_RCU_RESTORE || NO_MSR_ON_ENTRY || NO_MSR_IN_NMI \
	|| NO_MSR_RESTORE)
#define PCID 0
#define MSR_SPEC_CTRL	0x48

//@ nesting 2 faults 1
//@ paging split
//@ has PTI, IBRS
#if ALL_AT_LEVEL_0
//@ fred entry asm_fred_entrypoint_user, asm_fred_entrypoint_kernel level DF 3
#else
//@ fred entry asm_fred_entrypoint_user, asm_fred_entrypoint_kernel level DB 1, NMI 2, MC 2, DF 3
#endif
//@ assume machine-checks-wait = yes
//@ initial rflags = 0x40602
//@ stack entry words 112 level 0 user-mapped
//@ stack thread words 160
//@ stack db words 128 level 1 user-mapped
//@ stack nmi words 128 level 2 user-mapped
//@ stack df words 64 level 3 user-mapped
#if ABLATED
//@ user syscall
//@ event NMI anywhere
#else
//@ user syscall, syscall32, sysenter, int80, PF error-code 4
//@ event IRQ kernel, user
//@ event NMI anywhere
//@ event MC anywhere
//@ event DB anywhere
#endif
//@ c system_call enables-interrupts raises PF returns 0 | 1
//@ c do_int80_emulation enables-interrupts
//@ c interrupt_handler
//@ c nmi_handlers serves NMI raises PF, BP
//@ c exc_page_fault writes cr2 = 0
//@ c exc_debug writes dr6 = 0
//@ c exc_int3
#if MCIP_STAYS
//@ c machine_check
#else
//@ c machine_check writes mcg_status = 0
#endif
//@ c send_signal
//@ c exc_double_fault stops
//@ c die stops
//@ resume NMI ignores cr2
//@ resume MC ignores cr2
//@ resume DB ignores cr2
//@ continuation asm_fred_entrypoint_user replaces SYSCALL in [asm_fred_eretu, asm_fred_behind_eretu)
//@ check user-runs-on-user-cr3, kernel-runs-on-kernel-cr3, gs-matches-privilege, swapgs-balanced
//@ check user-runs-without-ibrs, kernel-runs-with-ibrs, no-ret-before-ibrs
//@ check rcu-watches-outside-noinstr, pkrs-matches-privilege, flags-clear-in-c
//@ check ist-top-not-reused, frame-intact, stack-is-trusted, irqs-off-in-nmi
//@ check user-runs-with-nmi-open, nmi-not-lost, no-shutdown, user-runs-without-mcip, no-oops
//@ check nmi-handler-not-reentered(handler = nmi_handlers), nmis-do-not-nest
//@ check rcu-watching-in-c(traced = nmi_handlers)
//@ expect rcu-watching-in-c violated when NO_RCU_ON_ENTRY
//@ expect rcu-watching-in-c violated when NO_RCU_IN_NMI
//@ expect user-runs-without-mcip violated when MCIP_STAYS
//@ expect kernel-runs-on-kernel-cr3 violated when NO_CR3_FROM_KERNEL
//@ expect kernel-runs-with-ibrs, no-ret-before-ibrs violated when NO_IBRS_FROM_KERNEL
//@ expect kernel-runs-with-ibrs, no-ret-before-ibrs violated when NO_IBRS_FROM_USER
//@ expect rcu-watches-outside-noinstr violated when NO_RCU_ON_ENTRY
//@ expect rcu-watches-outside-noinstr violated when NO_RCU_IN_NMI
//@ expect rcu-watches-outside-noinstr violated when NO_RCU_RESTORE
//@ expect pkrs-matches-privilege violated when NO_MSR_ON_ENTRY
//@ expect pkrs-matches-privilege violated when NO_MSR_IN_NMI
//@ expect pkrs-matches-privilege violated when NO_MSR_RESTORE

#include "../kaiser/definitions.inc"

/* At every boundary something may arrive. */
.macro ATOMIC_BEGIN
.endm
.macro ATOMIC_END
.endm

#include "../include/pti.inc"
#include "../include/ibrs.inc"
#include "context.inc"

.macro ENTER_FROM_USER
	ENTER_FROM_USER_MODE
.endm
.macro EXIT_TO_USER
	EXIT_TO_USER_MODE
.endm
.macro ENTER_FROM_KERNEL
	NMI_ENTER
.endm
.macro EXIT_TO_KERNEL
	NMI_EXIT
.endm

#include "../include/fred.inc"
