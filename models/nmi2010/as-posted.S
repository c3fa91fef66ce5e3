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
//@ check nmi-not-lost, nested-nmi-recognised(first = is_unnested_nmi)
#define POSTED_STATE 1
#define POSTED_RETURN 1
#define POSTED_REARM 1
#define POSTED_FIXUP 1
//@ expect gs-matches-privilege, no-return-to-unknown-context violated
//@ expect irqs-off-in-nmi, frame-intact, nested-nmi-recognised violated
//@ finding "gs-matches-privilege: the first instruction reads the flag through GS, with the user's GS base in every NMI from user mode and in the gaps of SYSCALL and SYSRET."
//@ finding "no-return-to-unknown-context: the nested NMI pops RIP into RFLAGS and jumps to the value of CS, on the wrong stack. That RFLAGS gets IF from an address bit lets an interrupt in (irqs-off-in-nmi), whose frame overwrites the NMI's (frame-intact)."
//@ finding "nested-nmi-recognised: an NMI on top of the IRET runs the handler again without setting the flag; an NMI that a fault in this second run lets in copies its frame over the outer one's."
//@ finding "Behind these wait the faults that corrected decides one by one: no code mends the frame in #GP, and NMIs are open until it would have."
//@ ends nested-nmi-recognised, frame-intact, ist-top-not-reused, nmi-handler-not-reentered

#include "defaults.inc"
#include "kernel.inc"
#include "entry.inc"
