//@ model "#VE is taken on the stack that is in use, as an ordinary exception."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 2.3"
//@ source "Linux v6.1, arch/x86/include/asm/idtentry.h, DECLARE_IDTENTRY(X86_TRAP_VE, exc_virtualization_exception)"
//@ abstraction "No page-table isolation, no IBRS and no FSGSBASE; what is interrupted is small: see world.inc."
//@ abstraction "The user's RSP points into the thread stack."
//@ abstraction "The information page's busy flag is left out: one #VE is live at a time, none in its own handling."
//@ switch PLACES = 0 | 1 | 2 "where #VE may arrive: in C code, as with SEPT_VE_DISABLE; in the gaps of system calls; in the NMI prologue"
//@ finding "Holds as long as #VE arrives in C code only, which is what forcing SEPT_VE_DISABLE is for: the worry of the mail is right."
//@ finding "PLACES = 1: in the gap of a system call the frame goes to the RSP that the user chose, here the kernel's own stack, and the handler runs with the user's GS base, since the saved CS says kernel."
//@ finding "PLACES = 2: an NMI may interrupt such a gap, so a #VE in its prologue runs C code with the user's GS base as well; its IRET unblocks NMIs, and the next NMI overwrites the frame. The frame of the #VE itself lies where the prologue writes next, below the words that it has pushed: the word 'NMI executing' is overwritten by it, and where repeat_nmi has moved RSP up over the first copy, that copy."
#define WORLD 0
#define SYSCALL_RUNS_C 1
#ifndef PLACES
#define PLACES 0
#endif
//@ nesting 3
//@ initial rsp = USER_RSP
//@ user syscall
//@ gate VE -> asm_exc_virtualization_exception
//@ event NMI anywhere
#if PLACES == 0
//@ event VE c-code except in [exc_nmi, end_exc_nmi) live 1
#elif PLACES == 1
//@ event VE in [entry_SYSCALL_64, entry_SYSCALL_64_safe_stack), in [entry_SYSRETQ_unsafe_stack, entry_SYSRETQ_end) live 1
#elif PLACES == 2
//@ event VE in [asm_exc_nmi, end_repeat_nmi) live 1
#endif
//@ c do_syscall_64
//@ c do_ve
//@ c nmi_handlers serves NMI
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact, nmi-not-lost
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ ends ist-top-not-reused, frame-intact, gs-matches-privilege
//@ expect stack-is-trusted, gs-matches-privilege violated when PLACES = 1
//@ expect ist-top-not-reused, frame-intact, gs-matches-privilege, no-dead-value-used violated when PLACES = 2

#include "definitions.inc"
.set USER_RSP, thread_stack_top - 60	/* into the kernel's thread stack */
#include "world.inc"
#include "paranoid.inc"
#include "nmi.inc"
ENTRY_BY_SAVED_CS asm_exc_virtualization_exception, do_ve
