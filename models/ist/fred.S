//@ model "FRED: stack levels instead of IST stacks, and none of the software protocols; CR3 and IBRS are still switched by software."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 6"
//@ source "Linux v6.9, arch/x86/entry/entry_64_fred.S, entry_fred.c; arch/x86/mm/extable.c, ex_handler_eretu"
//@ source "Intel FRED specification, FRED Event Delivery, ERETS, ERETU"
//@ abstraction "Linux has no page-table isolation with FRED. Its macros are put where they are put for the IDT: an entry stack that the user's page tables map, CR3 and SPEC_CTRL kept in registers for events of the kernel. No PCIDs."
//@ abstraction "The address of a #PF and the cause of a #DB are taken from the frame, so CR2 need not be the same when an NMI, #MC or #DB returns: nobody reads it. It is cleared once a #PF has been handled, to keep the space small."
//@ abstraction "No #MC while MCIP is set, where it would shut the processor down."
//@ abstraction "A #DB may arrive at any instruction whatever DR7 says, and in itself: nothing holds it off."
//@ abstraction "Only a system call's frame may have been given a bad CS, so the NMI bit that the kernel moves from a frame on which ERETU has choked is never set there."
//@ abstraction "A system call uses the thread stack up to its last words with interrupts off, and then goes on in the C function that may fault."
//@ abstraction "A run with an ablation has SYSCALL and NMI, and the vector that the ablation is about."
//@ abstraction "User mode has DF and AC set."
//@ switch SCOPE = 1 | 2 | 3 "1: two live contexts, every boundary; 2: three, with SYSCALL, and NMI, #MC and #DB in C code; 3: three, with SYSCALL, and NMI, #MC and #DB at every boundary of the kernel but those inside the blocks that save and restore registers"
//@ deep when SCOPE = 3
//@ ablation NO_CR3_FROM_USER "the kernel's CR3 for events of user mode"
//@ ablation NO_CR3_FROM_KERNEL "the kernel's CR3 for events of the kernel"
//@ ablation NO_CR3_RESTORE "the restore of the CR3 that was interrupted"
//@ ablation NO_USER_CR3_ON_EXIT "the user's CR3 on the way out"
//@ ablation NO_IBRS_FROM_USER "IBRS=1 for events of user mode"
//@ ablation NO_IBRS_FROM_KERNEL "IBRS=1 for events of the kernel"
//@ ablation NO_IBRS_RESTORE "the restore of the SPEC_CTRL that was interrupted"
//@ ablation NO_IBRS_OFF_ON_EXIT "IBRS=0 on the way out"
//@ ablation IBRS_BEFORE_CR3 "the order of CR3 and IBRS, whose value is per-CPU data"
//@ ablation STAYS_ON_THREAD_STACK "the entry stack on the way out"
//@ ablation ERETS_TO_USER "ERETU for the return to user mode"
//@ ablation ERETU_TO_KERNEL "ERETS for the return to the kernel"
//@ ablation SWAPGS_AS_EVER "leaving the GS base to the processor: the entry executes SWAPGS as with the IDT"
//@ ablation NO_ERETU_FIXUP "the conversion of ERETU's #GP into an event of user mode"
//@ ablation NMI_BIT_LOST "the bit of the frame that unblocks NMIs: cleared before ERETS"
//@ ablation NMI_BIT_IN_FAULT "the same bit in frames that are no NMI's: set before ERETS"
//@ ablation LEVEL_LOST "the stack level of the interrupted code in the frame: cleared before ERETS"
//@ ablation LEVELS_EQUAL "the difference between the levels of #DB, NMI, #MC and #DF: all have level 1"
//@ ablation DB_LEVEL_0 "a stack level for #DB"
//@ ablation NMI_LEVEL_0 "a stack level for NMI"
//@ ablation MC_LEVEL_0 "a stack level for #MC"
//@ ablation DF_LEVEL_0 "a stack level for #DF, when one is raised: the way out stays on the thread stack"
//@ ablation CR2_FROM_REGISTER "taking the address of a #PF from the frame: it is read from CR2"
//@ finding "Holds without any of the software protocols, as the mail says: no copied frame, no word that tells nesting, no latch, no care for CR2, DR7 left alone, #DB at every instruction and in itself. The GS base is the processor's; CR3 and SPEC_CTRL are kept in two registers by one entry for all events of the kernel."
//@ finding "CR2_FROM_REGISTER: a #PF in an NMI handler does change CR2, and where the #PF handler reads the register an NMI that came before it makes it handle the wrong address. The address in the frame makes CR2 nobody's state, so it is not compared."
//@ finding "LEVELS_EQUAL holds, as predicted: an event on the level that runs is put below RSP, which is always a stack of the kernel. What the levels defend against is a stack without room (DB_LEVEL_0, NMI_LEVEL_0, MC_LEVEL_0) and one that cannot be written (DF_LEVEL_0)."
//@ finding "LEVEL_LOST: the protocol that remains is the stack level in the frame. Returned too low, with RSP still on the higher level's stack, the next event starts at the top of that stack."
//@ finding "NMI_BIT_IN_FAULT: so is the NMI bit: set in a frame that is no NMI's it is the old story of the early IRET, and the handler is entered while it runs."
//@ finding "NO_CR3_FROM_USER, IBRS_BEFORE_CR3: predicted was an access that the user's page tables do not map. Besides, nothing returns any more: the #PF of that access is handled in the kernel's page tables, as an event of the kernel, and the access is made again, for ever."
//@ finding "ERETS_TO_USER was predicted to end in an oops. It does not: the kernel takes the #GP for ERETU's, since it looks at RIP alone, and makes an event of user mode of it; that one ends in the same way, for ever."
//@ finding "DB_LEVEL_0, NMI_LEVEL_0, MC_LEVEL_0: that the frame finds no room is the finding stack-in-bounds, where the run ends. The #DF that was predicted would come next, from the guard page, which this machine does not have."
//@ finding "STAYS_ON_THREAD_STACK: a page fault with the user's CR3 is put on the stack that faulted; #DF has level 3, whose stack is mapped, and is handled. With DF_LEVEL_0 the processor shuts down."
#ifndef SCOPE
#define SCOPE 1
#endif
#ifndef NO_CR3_FROM_USER
#define NO_CR3_FROM_USER 0
#endif
#ifndef NO_CR3_FROM_KERNEL
#define NO_CR3_FROM_KERNEL 0
#endif
#ifndef NO_CR3_RESTORE
#define NO_CR3_RESTORE 0
#endif
#ifndef NO_USER_CR3_ON_EXIT
#define NO_USER_CR3_ON_EXIT 0
#endif
#ifndef NO_IBRS_FROM_USER
#define NO_IBRS_FROM_USER 0
#endif
#ifndef NO_IBRS_FROM_KERNEL
#define NO_IBRS_FROM_KERNEL 0
#endif
#ifndef NO_IBRS_RESTORE
#define NO_IBRS_RESTORE 0
#endif
#ifndef NO_IBRS_OFF_ON_EXIT
#define NO_IBRS_OFF_ON_EXIT 0
#endif
#ifndef IBRS_BEFORE_CR3
#define IBRS_BEFORE_CR3 0
#endif
#ifndef ERETS_TO_USER
#define ERETS_TO_USER 0
#endif
#ifndef ERETU_TO_KERNEL
#define ERETU_TO_KERNEL 0
#endif
#ifndef SWAPGS_AS_EVER
#define SWAPGS_AS_EVER 0
#endif
#ifndef NO_ERETU_FIXUP
#define NO_ERETU_FIXUP 0
#endif
#ifndef NMI_BIT_LOST
#define NMI_BIT_LOST 0
#endif
#ifndef NMI_BIT_IN_FAULT
#define NMI_BIT_IN_FAULT 0
#endif
#ifndef LEVEL_LOST
#define LEVEL_LOST 0
#endif
#ifndef LEVELS_EQUAL
#define LEVELS_EQUAL 0
#endif
#ifndef DB_LEVEL_0
#define DB_LEVEL_0 0
#endif
#ifndef NMI_LEVEL_0
#define NMI_LEVEL_0 0
#endif
#ifndef MC_LEVEL_0
#define MC_LEVEL_0 0
#endif
#ifndef DF_LEVEL_0
#define DF_LEVEL_0 0
#endif
#ifndef STAYS_ON_THREAD_STACK
#define STAYS_ON_THREAD_STACK 0
#endif
#ifndef CR2_FROM_REGISTER
#define CR2_FROM_REGISTER 0
#endif
/* Where a defence is missing NMIs tell enough, but of levels made equal. */
#define ABLATED (NO_CR3_FROM_USER || NO_CR3_FROM_KERNEL || NO_CR3_RESTORE || NO_USER_CR3_ON_EXIT \
	|| NO_IBRS_FROM_USER || NO_IBRS_FROM_KERNEL || NO_IBRS_RESTORE || NO_IBRS_OFF_ON_EXIT \
	|| IBRS_BEFORE_CR3 || STAYS_ON_THREAD_STACK || ERETS_TO_USER || ERETU_TO_KERNEL \
	|| SWAPGS_AS_EVER || NO_ERETU_FIXUP || NMI_BIT_LOST || NMI_BIT_IN_FAULT \
	|| DB_LEVEL_0 || NMI_LEVEL_0 || MC_LEVEL_0 || DF_LEVEL_0)
#define COARSE (SCOPE == 3)
#define PCID 0
#if LEVEL_LOST
//@ nesting 3
//@ user syscall
//@ event NMI in [use_stack, used_stack)
//@ event MC c-code
#elif CR2_FROM_REGISTER
//@ nesting 3
//@ user PF error-code 4
//@ event NMI anywhere
#elif ABLATED
//@ nesting 2 faults 1
//@ user syscall
//@ event NMI anywhere
#if MC_LEVEL_0
//@ event MC anywhere
#elif DB_LEVEL_0
//@ event DB anywhere
#endif
#elif SCOPE == 1
//@ nesting 2 faults 1
//@ user syscall, PF error-code 4
//@ event IRQ kernel, user
//@ event NMI anywhere
//@ event MC anywhere
//@ event DB anywhere
#elif SCOPE == 2
//@ nesting 3 faults 1
//@ user syscall
//@ event NMI c-code
//@ event MC c-code
//@ event DB c-code
#else
//@ nesting 3 faults 1
//@ user syscall
//@ event NMI kernel
//@ event MC kernel
//@ event DB kernel
#endif
#if LEVELS_EQUAL
//@ fred entry asm_fred_entrypoint_user, asm_fred_entrypoint_kernel level DB 1, NMI 1, MC 1, DF 1
#elif DB_LEVEL_0
//@ fred entry asm_fred_entrypoint_user, asm_fred_entrypoint_kernel level NMI 2, MC 2, DF 3
#elif NMI_LEVEL_0
//@ fred entry asm_fred_entrypoint_user, asm_fred_entrypoint_kernel level DB 1, MC 2, DF 3
#elif MC_LEVEL_0
//@ fred entry asm_fred_entrypoint_user, asm_fred_entrypoint_kernel level DB 1, NMI 2, DF 3
#elif DF_LEVEL_0
//@ fred entry asm_fred_entrypoint_user, asm_fred_entrypoint_kernel level DB 1, NMI 2, MC 2
#else
//@ fred entry asm_fred_entrypoint_user, asm_fred_entrypoint_kernel level DB 1, NMI 2, MC 2, DF 3
#endif
//@ paging split
//@ has PTI, IBRS
//@ stack entry words 64 level 0 user-mapped
//@ stack thread words 112
//@ stack db words 160 level 1 user-mapped
//@ stack nmi words 160 level 2 user-mapped
//@ stack df words 64 level 3 user-mapped
//@ initial rflags = 0x40602
//@ assume machine-checks-wait = yes
//@ c do_system_call enables-interrupts raises PF returns 0 | 1
//@ c do_int80_emulation
//@ c interrupt_handler
//@ c nmi_handlers serves NMI raises PF, BP
//@ c exc_page_fault writes cr2 = 0
//@ c exc_debug writes dr6 = 0
//@ c exc_int3
//@ c machine_check writes mcg_status = 0
//@ c send_signal
//@ c exc_double_fault stops
//@ c die stops
#if !CR2_FROM_REGISTER
//@ resume NMI ignores cr2
//@ resume MC ignores cr2
//@ resume DB ignores cr2
#endif
//@ continuation asm_fred_entrypoint_user replaces SYSCALL in [asm_fred_eretu, asm_fred_behind_eretu)
//@ check user-runs-on-user-cr3, kernel-runs-on-kernel-cr3
//@ check user-runs-without-ibrs, kernel-runs-with-ibrs, no-ret-before-ibrs
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, nmi-not-unmasked-early, nmis-do-not-nest
//@ check user-runs-with-nmi-open, nmi-not-lost, flags-clear-in-c, no-oops, no-shutdown, user-runs-without-mcip
//@ check cr2-preserved
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ ends ist-top-not-reused, frame-intact when LEVEL_LOST
//@ expect kernel-runs-on-kernel-cr3, every-entry-returns violated when NO_CR3_FROM_USER
//@ expect kernel-runs-on-kernel-cr3 violated when NO_CR3_FROM_KERNEL
//@ expect resumes-exactly, user-runs-on-user-cr3 violated when NO_CR3_RESTORE
//@ expect resumes-exactly, user-runs-on-user-cr3 violated when NO_USER_CR3_ON_EXIT
//@ expect kernel-runs-with-ibrs, no-ret-before-ibrs violated when NO_IBRS_FROM_USER
//@ expect kernel-runs-with-ibrs, no-ret-before-ibrs violated when NO_IBRS_FROM_KERNEL
//@ expect resumes-exactly, user-runs-without-ibrs violated when NO_IBRS_RESTORE
//@ expect resumes-exactly, user-runs-without-ibrs violated when NO_IBRS_OFF_ON_EXIT
//@ expect kernel-runs-on-kernel-cr3, every-entry-returns violated when IBRS_BEFORE_CR3
//@ expect kernel-runs-on-kernel-cr3, no-double-fault violated when STAYS_ON_THREAD_STACK
//@ expect no-return-to-unknown-context, every-entry-returns violated when ERETS_TO_USER
//@ expect no-oops violated when ERETU_TO_KERNEL
//@ expect cr2-preserved vacuous when ERETU_TO_KERNEL
//@ expect no-oops violated when SWAPGS_AS_EVER
//@ expect no-oops violated when NO_ERETU_FIXUP
//@ expect user-runs-with-nmi-open violated when NMI_BIT_LOST
//@ expect nmi-not-unmasked-early, nmis-do-not-nest, nmi-handler-not-reentered violated when NMI_BIT_IN_FAULT
//@ expect resumes-exactly, ist-top-not-reused, frame-intact violated when LEVEL_LOST
//@ expect stack-in-bounds violated when DB_LEVEL_0
//@ expect stack-in-bounds violated when NMI_LEVEL_0
//@ expect stack-in-bounds violated when MC_LEVEL_0
//@ expect no-shutdown, kernel-runs-on-kernel-cr3, no-double-fault violated when DF_LEVEL_0
//@ expect cr2-preserved, resumes-exactly violated when CR2_FROM_REGISTER

#include "../kaiser/definitions.inc"
#define MSR_SPEC_CTRL	0x48

.macro ATOMIC_BEGIN
.if COARSE
//@ atomic begin "registers are saved, restored and copied in one go when SCOPE = 3"
.endif
.endm
.macro ATOMIC_END
.if COARSE
//@ atomic end
.endif
.endm
.macro ENTER_FROM_USER
.endm
.macro EXIT_TO_USER
.endm
.macro ENTER_FROM_KERNEL
.endm
.macro EXIT_TO_KERNEL
.endm

#include "../include/pti.inc"
#include "../include/ibrs.inc"
#include "../include/fred.inc"

/* A chain of calls that leaves two words of the thread stack. */
//@ c-code begin system_call
system_call:
	pushq	%rbp
	movq	%rsp, %rbp
use_stack:
	leaq	thread_stack+2*8(%rip), %rsp
	movq	%rbp, %rsp
used_stack:
	popq	%rbp
	jmp	do_system_call
//@ c-code end
