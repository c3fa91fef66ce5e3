//@ model "The proposal of July 2010 with its slips corrected and its idea kept: a nested NMI makes the IRET of the one below fault."
//@ source "Mathieu Desnoyers, 2010-07-15, Re: [patch 1/2] x86_64 page fault NMI-safe: the code of Linus Torvalds quoted in it, corrected"
//@ source "Linux v2.6.35, arch/x86/kernel/entry_64.S: the surrounding entry code"
//@ abstraction "The registers that callee-saving C code preserves are not saved, but for %rbx and %r12, in which the entry code keeps values."
//@ abstraction "The NMI handler raises #PF; #BP, whose IRET does the same, is left out, and with it its IST stack."
//@ abstraction "An NMI from user mode returns straight to user mode; that it may first schedule on the thread stack is left out."
//@ abstraction "Nothing reads a stack word that has been popped: such words are dead."
//@ abstraction "#GP happens only where an IRET faults; a user's own bad frames are left out."
//@ switch WORLD = 1 | 2 "interrupted are 1: system calls and page faults of user mode, registers saved in one go outside the NMI entry; 2: with interrupts and page faults in system calls too, every boundary"
//@ deep when WORLD = 2
//@ switch MACHINE_CHECKS = 0 | 1 "1: machine checks anywhere in the kernel"
//@ ablation POSTED_STATE "the flag and the pointer on the NMI stack: per-CPU, as posted"
//@ ablation POSTED_RETURN "the return from a nested NMI with the interrupted RFLAGS, RSP and RIP: popfq; jmp *(%rsp), as posted"
//@ ablation POSTED_REARM "the flag set again for an NMI on top of the IRET: not, as posted"
//@ ablation POSTED_FIXUP "the mending of the frame in #GP: none, as the mail has none"
//@ ablation POSTED_FAULT_WINDOW "the recognition of an NMI between the faulting IRET and the end of its mending"
//@ ablation CR2_LOST "CR2 saved around the NMI handler"
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), no-oops, cr2-preserved

#include "defaults.inc"
#include "kernel.inc"
#include "entry.inc"
