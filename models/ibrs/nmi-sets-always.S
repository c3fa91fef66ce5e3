//@ model "The NMI and #MC entries set IBRS unconditionally and leave it set."
//@ source "Dave Hansen, 2018-01-04, Re: [PATCH 3/7] x86/enter: Use IBRS on syscall and interrupts: the second approach"
//@ source "Linux v4.15, arch/x86/entry/entry_64.S, arch/x86/entry/entry_64_compat.S: the surrounding entry code"
//@ abstraction "No page-table isolation and no FSGSBASE; no trampoline stack."
//@ abstraction "#BP is delivered without an IST stack, as since Linux v4.16, so that IRET in it is the only way in which it disturbs an NMI."
//@ abstraction "#DB arrives in C code and user mode only, and not in another #DB: no breakpoints on entry code, DR7 is cleared by the handler."
//@ abstraction "#MC does not arrive while an NMI is live: its IRET unmasks NMIs in the NMI prologue, a hole of the NMI protocol that IBRS neither opens nor closes."
//@ abstraction "CR2 counts as consumed once the page-fault handler has run; its care in the NMI handler is left out."
//@ abstraction "SYSENTER: the C library's convention (stack pointer in %rbp, return to a fixed landing pad); the entry pushes the landing pad itself."
//@ abstraction "Each C function runs at one place at which its events arrive; only the system calls enable interrupts."
//@ switch MACHINE_CHECKS = 1 | 0 "0: no #MC, so that the shortest story is the NMI of the mail"
//@ deep when DEPTH = 3
//@ switch DEPTH = 2 | 3 "live contexts: 2 with every way in and every boundary; 3 with SYSCALL and interrupts, nothing arriving inside the blocks that save and restore all registers"
#ifndef MACHINE_CHECKS
#define MACHINE_CHECKS 1
#endif
#ifndef DEPTH
#define DEPTH 2
#endif
#ifndef NO_SET_IN_SYSCALL
#define NO_SET_IN_SYSCALL 0
#endif
#ifndef NO_CLEAR_IN_SYSRET
#define NO_CLEAR_IN_SYSRET 0
#endif
#ifndef NO_SET_IN_SYSENTER
#define NO_SET_IN_SYSENTER 0
#endif
#ifndef NO_CLEAR_IN_SYSENTER
#define NO_CLEAR_IN_SYSENTER 0
#endif
#ifndef NO_SET_IN_INT80
#define NO_SET_IN_INT80 0
#endif
#ifndef NO_SET_IN_ERROR_ENTRY
#define NO_SET_IN_ERROR_ENTRY 0
#endif
#ifndef NO_CLEAR_IN_IRET
#define NO_CLEAR_IN_IRET 0
#endif
#ifndef NO_SET_IN_NMI_FROM_USER
#define NO_SET_IN_NMI_FROM_USER 0
#endif
#ifndef NO_SAVE
#define NO_SAVE 0
#endif
#ifndef NO_RESTORE
#define NO_RESTORE 0
#endif
#ifndef KNOB_FLIPPED
#define KNOB_FLIPPED 0
#endif
#ifndef R13_CLOBBERED
#define R13_CLOBBERED 0
#endif
#ifndef LOW_HALF
#define LOW_HALF 0
#endif
#ifndef SKIP_IF_SET
#define SKIP_IF_SET 0
#endif
//@ check user-runs-without-ibrs, kernel-runs-with-ibrs
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), nmi-not-lost
//@ has IBRS
//@ expect user-runs-without-ibrs violated
//@ expect resumes-exactly violated
//@ finding "As the mail says: an NMI between IBRS=0 and the return to user mode leaves IBRS=1, and user mode runs with it. That SPEC_CTRL is not as it was also breaks resumes-exactly."

#include "definitions.inc"

.macro PARANOID_IBRS_ENTER
	WRITE_IBRS 1
.endm
.macro PARANOID_IBRS_EXIT
.endm

#include "entry.inc"
