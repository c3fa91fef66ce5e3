//@ model "The NMI entry that Linus Torvalds proposed in July 2010, instruction by instruction as posted."
//@ source "Mathieu Desnoyers, 2010-07-15, Re: [patch 1/2] x86_64 page fault NMI-safe: the code of Linus Torvalds quoted in it"
//@ source "Linux v2.6.35, arch/x86/kernel/entry_64.S: the surrounding entry code"
//@ abstraction "The registers that callee-saving C code preserves are not saved, but for %rbx and %r12, in which the entry code keeps values."
//@ abstraction "The NMI handler raises #PF; #BP, whose IRET does the same, is left out, and with it its IST stack."
//@ abstraction "An NMI from user mode returns straight to user mode; that it may first schedule on the thread stack is left out."
//@ abstraction "Nothing reads a stack word that has been popped: such words are dead."
//@ abstraction "#GP happens only where an IRET faults; a user's own bad frames are left out."
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), no-oops, cr2-preserved
#define POSTED_STATE 1
#define POSTED_RETURN 1
#define POSTED_REARM 1
#define POSTED_FIXUP 1

#include "defaults.inc"
#include "kernel.inc"
#include "entry.inc"
