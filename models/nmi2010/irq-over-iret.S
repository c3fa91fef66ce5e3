//@ model "The objection of July 2010: an interrupt on top of the NMI's IRET, and an NMI on top of that."
//@ source "Mathieu Desnoyers, 2010-07-15, Re: [patch 1/2] x86_64 page fault NMI-safe"
//@ source "Linux v2.6.35, arch/x86/kernel/entry_64.S: the surrounding entry code"
//@ abstraction "The registers that callee-saving C code preserves are not saved, but for %rbx and %r12, in which the entry code keeps values."
//@ abstraction "The NMI handler raises #PF; #BP, whose IRET does the same, is left out, and with it its IST stack."
//@ abstraction "An NMI from user mode returns straight to user mode; that it may first schedule on the thread stack is left out."
//@ abstraction "Nothing reads a stack word that has been popped: such words are dead."
//@ abstraction "#GP happens only where an IRET faults; a user's own bad frames are left out."
//@ switch HANDLER_ENABLES_INTERRUPTS = 0 | 1 "1: the C code of the NMI handler returns with interrupts enabled"
//@ switch CURE = 0 | 1 | 2 "interrupts disabled explicitly 1: at the beginning of the handler, as suggested; 2: before the flag is cleared"
//@ switch MACHINE_CHECKS = 0 | 2 "2: a machine check on top of the IRET"
//@ switch DEBUG_TRAPS = 0 | 1 "1: a debug trap on top of the IRET, from a data breakpoint on the flag that the instruction before it clears"
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), no-oops, cr2-preserved

#include "defaults.inc"
#include "kernel.inc"
#include "entry.inc"
