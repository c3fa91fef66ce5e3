//@ model "Every return from an event is IRET, as before the proposal."
//@ source "Steven Rostedt, 2014-05-20, Re: [RFC] x86_64: A real proposal for iret-less return to kernel: Andy Lutomirski's proposal quoted in it"
//@ abstraction "No page-table isolation and no FSGSBASE; the surrounding kernel is Linux v3.15's in outline, without its workaround for nested NMIs."
//@ abstraction "The registers that callee-saving C code preserves are not saved, but for %rbx."
//@ abstraction "#DB arrives in the system call's entry and exit code, #BP in the NMI handler, each with an IST stack of its own; that they share one is left out."
//@ abstraction "#MC arrives in C code, in the system call's and the NMI's entry and exit and in the returns by RET, not inside another #MC. #NM and #SS, on IST stacks as the mail says, come from the C code of system calls, and only where rule 3 or 4 is removed. #DF does not return."
//@ abstraction "Interrupts come from the kernel; from user mode too with FROM_USER = 1 and where rule 1 is removed."
//@ abstraction "TF is never set: POPF with TF traps behind RET instead of behind the first instruction of the target, and a target with RF loses it. Neither is checked here."
//@ check nmis-do-not-nest, nmi-not-unmasked-early, gs-matches-privilege, swapgs-balanced
//@ check ist-top-not-reused, interrupts-do-not-nest, stack-is-trusted, irqs-off-in-nmi
//@ check user-runs-with-nmi-open, sysret-safe, nmi-handler-not-reentered(handler = nmi_handlers)
//@ check nmi-not-lost, nmi-count-balanced
//@ ends nmis-do-not-nest, nmi-count-balanced
//@ expect nmis-do-not-nest, nmi-not-unmasked-early, ist-top-not-reused violated
//@ finding "As predicted: the IRET of a #PF, #BP or #MC inside an NMI unblocks NMIs, and the next NMI is delivered on top of the first one's frame."
//@ abstraction "frame-intact is not checked: a return by RET gives up its frame when RSP leaves it, which that property does not know; resumes-exactly decides."

#define DECREMENT 1
#define RULE_2_REMOVED 1
#define RULE_5_REMOVED 1
#define RULE_6_REMOVED 1
#include "defaults.inc"
#include "entry.inc"
