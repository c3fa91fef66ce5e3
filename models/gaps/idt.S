//@ model "The whole entry code with the IDT, for the eight gaps in event delivery."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 7"
//@ source "Linux v6.1, arch/x86/entry/entry_64.S, entry_64_compat.S, calling.h; arch/x86/kernel/nmi.c, traps.c; kernel/entry/common.c"
//@ abstraction "No PCIDs, no espfix, no fault in load_gs_index; registers are not cleared on entry; UNTRAIN_RET is left out."
//@ abstraction "FSGSBASE, but a user that leaves its GS base alone."
//@ abstraction "INT 0x80 is the ordinary exception that it is since Linux v6.7."
//@ abstraction "The MSR gap: v6.1 switches no other MSR. IA32_PKRS stands for one, as keys for supervisor pages would need it: one value for C code, another for user mode, saved by NMIs and the like."
//@ abstraction "RCU: user mode always is an extended quiescent state (NO_HZ_FULL). Exceptions of the kernel other than NMI, #MC and #DB find it watching, since only C code raises them."
//@ abstraction "#DB arrives in C code and user mode only, and not in another #DB: the kernel sets no breakpoints on entry code and clears DR7."
//@ abstraction "No #MC while MCIP is set, where it would shut the processor down. #MC of the kernel is not fatal."
//@ abstraction "The one #GP that is modelled is that of an IRET with a bad CS, which a debugger put into the frame."
//@ abstraction "SYSENTER: the C library's convention, with the stack pointer in %rbp. User mode has AC set, which SYSENTER and the IDT keep, and DF, which they keep too."
//@ abstraction "A run with an ablation has SYSCALL, INT 0x80 and NMI only, and #MC where it is about them."
//@ finding "Each of gaps 3 to 8 is open on every way in or out, and closed by what the kernel does now: all holds but gap 2. 'trapnest gaps' prints the windows."
//@ finding "Gap 1: from SYSCALL to the load of top_of_stack, and from the load of the user's RSP to SYSRET; longest in the 32-bit exit, which switches CR3 in it without a stack. NMI and #MC arrive there, and their IST stacks are what closes it."
//@ finding "Gap 2, MC_IN_NMI = 1: as the mail says the stacks are not safe. An #MC hits the first instructions of an NMI of user mode, whose frame is still on the NMI stack; its IRET unblocks NMIs, and the next one is delivered onto that frame."
//@ finding "Gap 2, DEPTH = 3: without #MC in NMIs too. An #MC of the kernel clears MCG_STATUS in its handler, and the next one is delivered onto its frame. At two live contexts this is cut: the windows of #MC from the kernel say so."
//@ finding "TRUSTS_SAVED_CS: besides the gaps that were predicted, an #MC at the last IRET of a return to user mode is taken for a fault of that IRET, since error_entry knows such a fault by its RIP: GS, CR3 and IBRS are switched and never switched back, and what fixup_bad_iret copies is a frame of the interrupted context."
//@ finding "NO_NMI_IST: at the instructions where RSP holds the value of CR3 the frame is out of every stack; nobody comes as far as the handler, so nmi-handler-not-reentered is vacuous."
//@ finding "Two live contexts do not reach nested_nmi: it takes an NMI of the kernel and another one in it, which DEPTH = 3 has."
//@ switch MC_IN_NMI = 1 | 0 "whether an #MC may arrive while an NMI is live, as it may; its IRET unblocks NMIs"
//@ switch DEPTH = 2 | 3 "live contexts: 2 with every way in; 3 with SYSCALL, and NMI and #MC in the kernel"
//@ deep when DEPTH = 3
//@ ablation NO_NMI_IST "gap 1: the NMI's IST stack"
//@ ablation NO_PARANOID_GS "gap 3: paranoid_entry's load of the GS base"
//@ ablation TRUSTS_SAVED_CS "gaps 3 to 5: paranoid_entry for #MC, which trusts the saved CS instead"
//@ ablation NO_BAD_IRET_CHECK "gaps 3 to 5: the test of error_entry for a fault of IRET"
//@ ablation NO_PARANOID_CR3 "gap 4: paranoid_entry's load of CR3"
//@ ablation NO_PARANOID_IBRS "gap 5: IBRS=1 in paranoid_entry"
//@ ablation NO_IBRS_IN_SYSCALL "gap 5: IBRS=1 in entry_SYSCALL_64"
//@ ablation NO_IBRS_IN_ERROR_ENTRY "gap 5: IBRS=1 in error_entry"
//@ ablation NO_IBRS_OFF_BEFORE_IRET "gap 5: IBRS=0 before the return to user mode by IRET"
//@ ablation NO_RCU_ON_ENTRY "gap 6: RCU watches for what comes from user mode"
//@ ablation NO_RCU_IN_NMI "gap 6: RCU watches in NMIs and the like"
//@ ablation NO_RCU_RESTORE "gap 6: NMIs put back whether RCU watches"
//@ ablation NO_MSR_ON_ENTRY "gap 7: IA32_PKRS for what comes from user mode"
//@ ablation NO_MSR_IN_NMI "gap 7: IA32_PKRS in NMIs and the like"
//@ ablation NO_MSR_RESTORE "gap 7: NMIs put IA32_PKRS back"
//@ ablation NO_CLAC "gap 8: CLAC at the start of exceptions"
#ifndef DEPTH
#define DEPTH 2
#endif
#ifndef MC_IN_NMI
#define MC_IN_NMI 1
#endif
#ifndef NO_NMI_IST
#define NO_NMI_IST 0
#endif
#ifndef NO_PARANOID_GS
#define NO_PARANOID_GS 0
#endif
#ifndef TRUSTS_SAVED_CS
#define TRUSTS_SAVED_CS 0
#endif
#ifndef NO_BAD_IRET_CHECK
#define NO_BAD_IRET_CHECK 0
#endif
#ifndef NO_PARANOID_CR3
#define NO_PARANOID_CR3 0
#endif
#ifndef NO_PARANOID_IBRS
#define NO_PARANOID_IBRS 0
#endif
#ifndef NO_IBRS_IN_SYSCALL
#define NO_IBRS_IN_SYSCALL 0
#endif
#ifndef NO_IBRS_IN_ERROR_ENTRY
#define NO_IBRS_IN_ERROR_ENTRY 0
#endif
#ifndef NO_IBRS_OFF_BEFORE_IRET
#define NO_IBRS_OFF_BEFORE_IRET 0
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
#ifndef NO_CLAC
#define NO_CLAC 0
#endif
/* Where a defence is missing SYSCALL, INT 0x80 and NMI tell enough, and #MC where it is about them. */
#define ABLATED (NO_NMI_IST || NO_PARANOID_GS || TRUSTS_SAVED_CS || NO_BAD_IRET_CHECK \
	|| NO_PARANOID_CR3 || NO_PARANOID_IBRS || NO_IBRS_IN_SYSCALL || NO_IBRS_IN_ERROR_ENTRY \
	|| NO_IBRS_OFF_BEFORE_IRET || NO_RCU_ON_ENTRY || NO_RCU_IN_NMI || NO_RCU_RESTORE \
	|| NO_MSR_ON_ENTRY || NO_MSR_IN_NMI || NO_MSR_RESTORE || NO_CLAC)
#define PCID 0
#define NO_FLUSH_ON_EXIT 0
#define NO_FLUSH_ON_RESTORE 0
#define KERNEL_PCID_FOR_USER 0
#define MSR_SPEC_CTRL	0x48
#define CPU_NUMBER_SELECTOR 0x7b

#if DEPTH == 2
//@ nesting 2
#else
//@ nesting 3
#endif
//@ paging split
//@ has PTI, IBRS
//@ assume fsgsbase = yes
//@ assume machine-checks-wait = yes
//@ initial rflags = 0x40602
//@ stack entry words 48 user-mapped
//@ stack thread words 112
//@ stack nmi words 80 ist 2 user-mapped
//@ stack db words 64 ist 3 user-mapped
//@ stack mc words 64 ist 4 user-mapped
//@ word nmi -8 "hardware frame SS"
//@ word nmi -16 "hardware frame RSP"
//@ word nmi -24 "hardware frame RFLAGS"
//@ word nmi -32 "hardware frame CS"
//@ word nmi -40 "hardware frame RIP"
//@ word nmi -48 "saved rdx"
//@ word nmi -56 "NMI executing" variable = 0
//@ word nmi -64 "iret frame SS"
//@ word nmi -72 "iret frame RSP"
//@ word nmi -80 "iret frame RFLAGS"
//@ word nmi -88 "iret frame CS"
//@ word nmi -96 "iret frame RIP"
//@ word nmi -104 "outermost frame SS"
//@ word nmi -112 "outermost frame RSP"
//@ word nmi -120 "outermost frame RFLAGS"
//@ word nmi -128 "outermost frame CS"
//@ word nmi -136 "outermost frame RIP"
//@ tss sp0 = entry_stack_top
//@ variable top_of_stack = thread_stack_top per-cpu
//@ variable x86_spec_ctrl_current = 1 per-cpu
//@ variable per_cpu_offset = KERNEL_GS_BASE
//@ variable mds_verw_sel bytes 2 = 0x18 user-mapped
//@ variable nmi_state bytes 4 per-cpu
//@ variable nmi_cr2 per-cpu
//@ entry syscall -> entry_SYSCALL_64 fmask 0x47700
//@ entry syscall32 -> entry_SYSCALL_compat
//@ entry sysenter -> entry_SYSENTER_compat stack entry_stack_top
//@ gate INT80 -> asm_int80_emulation dpl 3
//@ gate IRQ -> asm_common_interrupt
//@ gate PF -> asm_exc_page_fault
//@ gate GP -> asm_exc_general_protection
//@ gate DB -> asm_exc_debug ist 3
//@ gate MC -> asm_exc_machine_check ist 4
#if NO_NMI_IST
//@ gate NMI -> asm_exc_nmi
#else
//@ gate NMI -> asm_exc_nmi ist 2
#endif
#if ABLATED
//@ user syscall, int80
#if NO_NMI_IST
//@ event NMI in [entry_SYSCALL_64, entry_SYSCALL_64_safe_stack)
#else
//@ event NMI anywhere
#endif
#if TRUSTS_SAVED_CS
//@ event MC anywhere not while NMI
#endif
#elif DEPTH == 3
//@ user syscall
//@ event NMI kernel
#if MC_IN_NMI
//@ event MC kernel
#else
//@ event MC kernel not while NMI
#endif
#else
//@ user syscall, syscall32, sysenter, int80, PF error-code 4
//@ event IRQ kernel, user
//@ event NMI anywhere
//@ event DB c-code, user not while DB
#if MC_IN_NMI
//@ event MC anywhere
#else
//@ event MC anywhere not while NMI
#endif
#endif
//@ c system_call enables-interrupts raises PF returns 0 | 1 | 2 | 3
//@ c system_call_32 enables-interrupts raises PF returns 0 | 1
//@ c system_call_int80 enables-interrupts
//@ c interrupt_handler
//@ c page_fault writes cr2 = 0
//@ c send_signal enables-interrupts
//@ c debug_handlers writes dr6 = 0
//@ c machine_check writes mcg_status = 0
//@ c nmi_handlers serves NMI raises PF
//@ continuation repeat_nmi restarts NMI
//@ continuation exc_gp_on_thread_stack merges GP in [native_irq_return_iret, behind_native_iret)
//@ resume SYSENTER ignores r8, r9, r10, r11
//@ ends ist-top-not-reused, frame-intact
//@ ends stack-is-trusted when NO_NMI_IST
//@ ends gs-matches-privilege, kernel-runs-with-ibrs, resumes-exactly when TRUSTS_SAVED_CS
//@ ends gs-matches-privilege when NO_BAD_IRET_CHECK
//@ check user-runs-on-user-cr3, kernel-runs-on-kernel-cr3, gs-matches-privilege, swapgs-balanced
//@ check user-runs-without-ibrs, kernel-runs-with-ibrs, no-ret-before-ibrs
//@ check rcu-watches-outside-noinstr, pkrs-matches-privilege, flags-clear-in-c
//@ check ist-top-not-reused, frame-intact, stack-is-trusted, irqs-off-in-nmi
//@ check user-runs-with-nmi-open, sysret-safe, nmi-not-lost, no-shutdown, user-runs-without-mcip
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ expect ist-top-not-reused, frame-intact violated when MC_IN_NMI = 1
//@ expect ist-top-not-reused, frame-intact violated when DEPTH = 3
//@ expect ist-top-not-reused, frame-intact holds when NO_NMI_IST
//@ expect ist-top-not-reused, frame-intact holds when NO_PARANOID_GS
//@ expect ist-top-not-reused, frame-intact holds when NO_BAD_IRET_CHECK
//@ expect ist-top-not-reused, frame-intact holds when NO_PARANOID_CR3
//@ expect ist-top-not-reused, frame-intact holds when NO_PARANOID_IBRS
//@ expect ist-top-not-reused, frame-intact holds when NO_IBRS_IN_SYSCALL
//@ expect ist-top-not-reused, frame-intact holds when NO_IBRS_IN_ERROR_ENTRY
//@ expect ist-top-not-reused, frame-intact holds when NO_IBRS_OFF_BEFORE_IRET
//@ expect ist-top-not-reused, frame-intact holds when NO_RCU_ON_ENTRY
//@ expect ist-top-not-reused, frame-intact holds when NO_RCU_IN_NMI
//@ expect ist-top-not-reused, frame-intact holds when NO_RCU_RESTORE
//@ expect ist-top-not-reused, frame-intact holds when NO_MSR_ON_ENTRY
//@ expect ist-top-not-reused, frame-intact holds when NO_MSR_IN_NMI
//@ expect ist-top-not-reused, frame-intact holds when NO_MSR_RESTORE
//@ expect ist-top-not-reused, frame-intact holds when NO_CLAC
//@ expect stack-is-trusted, stack-in-bounds violated when NO_NMI_IST
//@ expect nmi-handler-not-reentered vacuous when NO_NMI_IST
//@ expect gs-matches-privilege violated when NO_PARANOID_GS
//@ expect gs-matches-privilege, kernel-runs-on-kernel-cr3 violated when TRUSTS_SAVED_CS
//@ expect kernel-runs-with-ibrs, no-ret-before-ibrs, resumes-exactly violated when TRUSTS_SAVED_CS
//@ expect ist-top-not-reused holds when TRUSTS_SAVED_CS
//@ expect frame-intact violated when TRUSTS_SAVED_CS
//@ expect gs-matches-privilege, kernel-runs-on-kernel-cr3 violated when NO_BAD_IRET_CHECK
//@ expect kernel-runs-with-ibrs, no-ret-before-ibrs violated when NO_BAD_IRET_CHECK
//@ expect kernel-runs-on-kernel-cr3 violated when NO_PARANOID_CR3
//@ expect kernel-runs-with-ibrs, no-ret-before-ibrs violated when NO_PARANOID_IBRS
//@ expect kernel-runs-with-ibrs, no-ret-before-ibrs violated when NO_IBRS_IN_SYSCALL
//@ expect kernel-runs-with-ibrs, no-ret-before-ibrs violated when NO_IBRS_IN_ERROR_ENTRY
//@ expect user-runs-without-ibrs, resumes-exactly violated when NO_IBRS_OFF_BEFORE_IRET
//@ expect rcu-watches-outside-noinstr violated when NO_RCU_ON_ENTRY
//@ expect rcu-watches-outside-noinstr violated when NO_RCU_IN_NMI
//@ expect rcu-watches-outside-noinstr violated when NO_RCU_RESTORE
//@ expect pkrs-matches-privilege violated when NO_MSR_ON_ENTRY
//@ expect pkrs-matches-privilege violated when NO_MSR_IN_NMI
//@ expect pkrs-matches-privilege violated when NO_MSR_RESTORE
//@ expect flags-clear-in-c violated when NO_CLAC

#include "../kaiser/definitions.inc"

/* At every boundary something may arrive. */
.macro ATOMIC_BEGIN
.endm
.macro ATOMIC_END
.endm

#include "../include/pti.inc"
#include "../include/ibrs.inc"
#include "context.inc"
#include "idt.inc"
#include "c-code.inc"
