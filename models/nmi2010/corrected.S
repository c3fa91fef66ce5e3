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
//@ switch MACHINE_CHECKS = 0 | 1 "1: machine checks too: with WORLD = 2 anywhere in the kernel, and at most four live contexts, otherwise in the NMI entry and exit, and NMIs interrupt user mode alone"
//@ ablation POSTED_STATE "the flag and the pointer on the NMI stack: per-CPU, as posted"
//@ ablation POSTED_RETURN "the return from a nested NMI with the interrupted RFLAGS, RSP and RIP: popfq; jmp *(%rsp), as posted"
//@ ablation POSTED_REARM "the flag set again for an NMI on top of the IRET: not, as posted"
//@ ablation POSTED_FIXUP "the mending of the frame in #GP: none, as the mail has none"
//@ ablation POSTED_FAULT_WINDOW "the recognition of an NMI between the faulting IRET and the end of its mending"
//@ ablation FAULTING_IRET_KEEPS_NMI_BLOCKED "that recognition, on a processor whose faulting IRET does not unblock NMIs"
//@ ablation CR2_LOST "CR2 saved around the NMI handler"
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), no-oops, cr2-preserved
//@ check nmi-not-lost, nested-nmi-recognised(first = is_unnested_nmi)
//@ expect nested-nmi-recognised, ist-top-not-reused, frame-intact violated when MACHINE_CHECKS = 1
//@ expect gs-matches-privilege violated when POSTED_STATE
//@ expect no-return-to-unknown-context, frame-intact, irqs-off-in-nmi violated when POSTED_RETURN
//@ expect nested-nmi-recognised violated when POSTED_REARM
//@ expect no-oops, gs-matches-privilege, nested-nmi-recognised violated when POSTED_FIXUP
//@ expect nested-nmi-recognised violated when POSTED_FAULT_WINDOW
//@ expect nested-nmi-recognised violated when FAULTING_IRET_KEEPS_NMI_BLOCKED
//@ expect resumes-exactly, cr2-preserved violated when CR2_LOST
//@ finding "Corrected in five places the idea holds against NMIs and against faults in the handler: any number of NMIs, page faults, system calls."
//@ finding "POSTED_STATE: the flag is read through GS in the first instruction, when an NMI from user mode still has the user's GS base. On the NMI stack, where the 2011 code has it, it needs no GS, and the pointer is a constant distance from the top."
//@ finding "POSTED_RETURN: the hardware frame begins with RIP, so popfq loads RIP into RFLAGS (with IF, at this address) and jmp jumps to the value of CS; the interrupted RSP is never loaded. A return without IRET has to put RFLAGS and RIP on the interrupted stack."
//@ finding "POSTED_REARM: an NMI on top of the IRET runs the handler again with the flag clear. After a fault in that second run the next NMI takes itself for the first and copies its frame over the only copy of the outer one."
//@ finding "POSTED_FIXUP: the mail makes the IRET fault and does not say who mends the frame. Without it the #GP goes to the C handler, with the user's GS base when the NMI came from there."
//@ finding "POSTED_FAULT_WINDOW: the flag is clear when the IRET faults, and the fault has unblocked NMIs: an NMI before the mending is done takes itself for the first. It has to be recognised by its RIP in the #GP entry and its RSP on the NMI stack; the mending is written so that it can start over."
//@ finding "FAULTING_IRET_KEEPS_NMI_BLOCKED: the window is there on such a processor too, since a page fault behind the nested NMI has unblocked NMIs before the IRET."
//@ finding "CR2_LOST: a page fault in the handler changes CR2 under a page-fault entry that the NMI interrupted; the mail does not mention it (Linux saves it since v3.6)."
//@ finding "What remains, MACHINE_CHECKS = 1: the IRET of a machine check unblocks NMIs in the entry before the frame is copied (the next NMI overwrites it), and an NMI on top of a machine check on top of the final IRET is not recognised; see irq-over-iret."
//@ ends nested-nmi-recognised, frame-intact, ist-top-not-reused, nmi-handler-not-reentered

#include "defaults.inc"
#include "kernel.inc"
#include "entry.inc"
