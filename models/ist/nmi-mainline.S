//@ model "The NMI protocol of mainline: two copies of the frame, a word and DF that tell nesting, and a latch in C."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 2.1"
//@ source "Linux v6.1, arch/x86/entry/entry_64.S, asm_exc_nmi; arch/x86/kernel/nmi.c, exc_nmi"
//@ abstraction "No page-table isolation, no IBRS and no FSGSBASE: they neither open nor close a hole of stack switching."
//@ abstraction "WORLD = 0: what NMIs interrupt is small; see world.inc."
//@ abstraction "#DB of the kernel arrives in C code with breakpoints enabled in DR7, outside the code that must not be instrumented (exc_nmi, exc_debug)."
//@ abstraction "CR2 counts as consumed once the page-fault handler has run, and is 0 from there on."
//@ abstraction "CR2 is written back without the comparison that spares the write."
//@ abstraction "The run without the check of the word has NMIs in the gap of system calls and in C code only: what follows is chaos."
//@ switch WORLD = 0 | 1 "what NMIs interrupt: user mode, the gaps of system calls and #PF of user mode; or also C code, interrupts, #BP and #DB of the kernel, at every boundary"
//@ switch PROLOGUE = 0 | 1 | 2 "what else may arrive in the NMI prologue, and anywhere when WORLD = 1: nothing, one #MC, one #VC"
//@ deep when WORLD = 1
//@ ablation NO_RIP_CHECK "the check whether RIP is in the copying code"
//@ ablation NO_EXECUTING_WORD "the check of the word that says an NMI runs"
//@ ablation NO_STACK_CHECK "the check whether RSP is on the NMI stack"
//@ ablation NO_DF_TEST "the test of DF that tells a stack chosen by the user from the NMI's"
//@ ablation NO_STD "setting DF before the word is cleared"
//@ ablation WORD_BEFORE_RIP "the order of the checks: RIP first"
//@ ablation WORD_AFTER_COPY "the order of setting the word and copying the frame"
//@ ablation WORD_NOT_CLEARED "clearing the word before the last IRET"
//@ ablation FROM_USER_ON_NMI_STACK "the move of NMIs of user mode to the thread stack"
//@ ablation NO_C_LATCH "the latch in C"
//@ ablation NO_CR2_RESTORE "the restore of CR2"
//@ ablation CR2_RESTORED_LATE "the order of restoring CR2 and opening the latch"
//@ ablation NO_DR7_RESTORE "the restore of DR7"
//@ finding "Holds against NMI, #PF, #BP and #DB in the handler's body, whatever the user's RSP is."
//@ finding "WORLD = 1 was predicted to hold and does not: an NMI that hits the first instruction of a #DB of user mode, and a #DB in the body of the NMI's handler, meet on the #DB stack. The NMI clears DR7 against this; what its handler raises here stands for a #DB that DR7 does not hold off (INT1, a single step). So the #DB stack is safe under NMIs only because nothing but DR7 makes the kernel's #DB."
//@ finding "PROLOGUE = 1, 2: as the mail says, the IRET of an #MC or #VC that hits the prologue unblocks NMIs, and the next NMI overwrites the frame. It is enough that the prologue's first instruction is hit."
//@ finding "NO_DF_TEST, WORD_NOT_CLEARED: an NMI is taken for a nested one of an outer NMI that does not run, and is lost. Nothing else breaks."
//@ finding "WORD_BEFORE_RIP: the word is 1 while the frame is copied, so a nested NMI rewrites the words that the copying code has not written yet, and the two halves do not fit."
//@ finding "WORD_AFTER_COPY: between the copying code and the setting of the word nothing tells that an NMI runs, since DF is clear: a nested one takes itself for the first and overwrites both copies with its own frame."
//@ finding "FROM_USER_ON_NMI_STACK holds: for stack switching alone the move to the thread stack is not needed; it is there for the exit to user mode, whose IRET may fault, and for page-table isolation."
//@ finding "CR2_RESTORED_LATE holds: NMIs of the kernel are held back by the assembler until the C code has returned, so only an NMI of user mode can be overtaken between the latch and the write of CR2, and there nobody reads CR2."
#ifndef WORLD
#define WORLD 0
#endif
#ifndef PROLOGUE
#define PROLOGUE 0
#endif
//@ nesting 3
//@ initial dr7 = DR7_ARMED
//@ initial rsp = USER_RSP
#if NO_EXECUTING_WORD
//@ user syscall
//@ event NMI c-code, in [entry_SYSCALL_64, entry_SYSCALL_64_safe_stack)
#else
//@ user syscall, PF error-code 4
//@ event NMI anywhere
#endif
#if WORLD == 1
//@ user sets rsp = nmi_stack_top - 60
//@ event DB c-code, user except in [exc_nmi, end_exc_nmi), in [exc_debug, end_exc_debug)
#endif
#if PROLOGUE == 1 && WORLD == 0
//@ event MC in [asm_exc_nmi, end_repeat_nmi) live 1
#elif PROLOGUE == 1
//@ event MC anywhere live 1
#elif PROLOGUE == 2 && WORLD == 0
//@ event VC in [asm_exc_nmi, end_repeat_nmi) live 1
#elif PROLOGUE == 2
//@ event VC anywhere live 1
#endif
//@ stack mc words 40 ist 4
//@ stack vc words 40 ist 5
//@ gate MC -> asm_exc_machine_check ist 4
//@ gate VC -> asm_exc_vmm_communication ist 5
//@ c nmi_handlers serves NMI raises PF, DB
//@ c exc_machine_check writes mcg_status = 0
//@ c do_user_machine_check writes mcg_status = 0
//@ c exc_vmm_communication
//@ c do_user_vmm_communication
//@ ends ist-top-not-reused, frame-intact, resumes-exactly
//@ ends nmi-handler-not-reentered, gs-matches-privilege
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact, nmi-not-lost
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check cr2-preserved, dr7-restored, db-does-not-recurse
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ expect resumes-exactly, every-entry-returns violated when NO_RIP_CHECK
//@ expect no-return-to-unknown-context, gs-matches-privilege violated when NO_EXECUTING_WORD
//@ expect no-return-to-unknown-context violated when NO_STACK_CHECK
//@ expect nmi-not-lost violated when NO_DF_TEST
//@ expect no-return-to-unknown-context violated when NO_STD
//@ expect resumes-exactly violated when WORD_BEFORE_RIP
//@ expect no-return-to-unknown-context violated when WORD_AFTER_COPY
//@ expect nmi-not-lost violated when WORD_NOT_CLEARED
//@ expect nmi-handler-not-reentered, resumes-exactly, dr7-restored violated when NO_C_LATCH
//@ expect cr2-preserved, resumes-exactly violated when NO_CR2_RESTORE
//@ expect dr7-restored, resumes-exactly violated when NO_DR7_RESTORE
//@ expect ist-top-not-reused, frame-intact violated when WORLD = 1
//@ expect ist-top-not-reused, frame-intact violated when PROLOGUE = 1
//@ expect ist-top-not-reused, frame-intact violated when PROLOGUE = 2

#include "definitions.inc"
#if WORLD == 0
.set USER_RSP, nmi_stack_top - 60	/* into the NMI stack, where no push comes by chance */
#else
.set USER_RSP, 0x7ffffff0
#endif
#include "world.inc"
#include "paranoid.inc"
#include "debug.inc"
#include "nmi.inc"
PARANOID_ENTRY asm_exc_machine_check, mc, exc_machine_check, do_user_machine_check
PARANOID_ENTRY asm_exc_vmm_communication, vc, exc_vmm_communication, do_user_vmm_communication, 1
