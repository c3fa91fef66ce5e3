//@ model "The objection of July 2010: an interrupt on top of the NMI's IRET, and an NMI on top of that."
//@ source "Mathieu Desnoyers, 2010-07-15, Re: [patch 1/2] x86_64 page fault NMI-safe"
//@ source "Linux v2.6.35, arch/x86/kernel/entry_64.S: the surrounding entry code"
//@ abstraction "The registers that callee-saving C code preserves are not saved, but for %rbx and %r12, in which the entry code keeps values."
//@ abstraction "The NMI handler raises #PF; #BP, whose IRET does the same, is left out, and with it its IST stack."
//@ abstraction "An NMI from user mode returns straight to user mode; that it may first schedule on the thread stack is left out."
//@ abstraction "Nothing reads a stack word that has been popped: such words are dead."
//@ abstraction "#GP happens only where an IRET faults; a user's own bad frames are left out."
//@ switch EVENT = 0 | 1 | 2 | 3 "on top of the IRET may come 0: what the interrupt gate leaves; 1: interrupts, since the C code of the handler returns with IF set; 2: a machine check; 3: a debug trap, from a data breakpoint on the flag that is cleared just before"
//@ switch CURE = 0 | 1 | 2 "interrupts disabled explicitly 1: at the beginning of the handler, as the mail suggests; 2: before the flag is cleared"
#define WORLD 0
#define HANDLER_ENABLES_INTERRUPTS (EVENT == 1)
#define MACHINE_CHECKS (EVENT == 2)
#define MACHINE_CHECKS_OVER_IRET 1
#define DEBUG_TRAPS (EVENT == 3)
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), no-oops, cr2-preserved
//@ check nmi-not-lost, nested-nmi-recognised(first = is_unnested_nmi)
//@ expect irqs-off-in-nmi violated when EVENT = 1
//@ expect nested-nmi-recognised, gs-matches-privilege violated when EVENT = 1
//@ expect nested-nmi-recognised, gs-matches-privilege holds when EVENT = 1, CURE = 2
//@ expect nested-nmi-recognised violated when EVENT = 2
//@ expect nested-nmi-recognised violated when EVENT = 3
//@ finding "EVENT = 0: under the kernel's own assumption the objection is not real. The NMI gate clears IF, the handler leaves it clear, and the IRET sets it in the same instruction that leaves: no interrupt can come on top of it. Disabling interrupts explicitly changes nothing."
//@ finding "EVENT = 1: it is real where the handler's C code returns with IF set. The NMI on top of the interrupt finds the flag clear and a RIP that is not the IRET's, takes itself for the first one and copies its frame over the one that the IRET is about to use. The interrupt alone is wrong already: it runs with the user's GS base when the NMI came from user mode."
//@ finding "CURE = 1, as the mail suggests, is no cure there, since interrupts are enabled behind it; a cli before the flag is cleared (CURE = 2) is, against interrupts."
//@ finding "EVENT = 2 and 3: neither cure is enough against every event. A machine check ignores IF; a data breakpoint on the flag raises #DB exactly here, behind the instruction that clears it. After a page fault in the handler NMIs are open, and an NMI that hits either handler is not recognised."
//@ ends nested-nmi-recognised

#include "defaults.inc"
#include "kernel.inc"
#include "entry.inc"
