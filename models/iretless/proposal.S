//@ model "The six rules and nmi_mce_nest_count as posted."
//@ source "Steven Rostedt, 2014-05-20, Re: [RFC] x86_64: A real proposal for iret-less return to kernel: Andy Lutomirski's proposal quoted in it"
//@ abstraction "No page-table isolation and no FSGSBASE; the surrounding kernel is Linux v3.15's in outline, without its workaround for nested NMIs."
//@ abstraction "The registers that callee-saving C code preserves are not saved, but for %rbx."
//@ abstraction "#DB arrives in the system call's entry and exit code, #BP in the NMI handler, each with an IST stack of its own; that they share one is left out."
//@ abstraction "#MC arrives in C code, in the system call's and the NMI's entry and exit and in the returns by RET, not inside another #MC. #NM and #SS, on IST stacks as the mail says, come from the C code of system calls, and only where rule 3 or 4 is removed. #DF does not return."
//@ abstraction "Interrupts come from the kernel; from user mode too with FROM_USER = 1 and where rule 1 is removed."
//@ abstraction "TF is never set: POPF with TF traps behind RET instead of behind the first instruction of the target, and a target with RF loses it. Neither is checked here."
//@ switch CLEAR_IN_MCE = 0 | 1 "the end of do_machine_check, of which the mail says nothing, 0: decrements the counter; 1: clears it, as the NMI does"
//@ check nmis-do-not-nest, nmi-not-unmasked-early, gs-matches-privilege, swapgs-balanced
//@ check ist-top-not-reused, interrupts-do-not-nest, stack-is-trusted, irqs-off-in-nmi
//@ check user-runs-with-nmi-open, sysret-safe, nmi-handler-not-reentered(handler = nmi_handlers)
//@ check nmi-not-lost, nmi-count-balanced
//@ ends nmis-do-not-nest, interrupts-do-not-nest, nmi-count-balanced
//@ expect nmis-do-not-nest, nmi-not-unmasked-early, ist-top-not-reused violated
//@ expect interrupts-do-not-nest violated
//@ expect no-dead-value-used, nmi-count-balanced violated when CLEAR_IN_MCE = 0
//@ finding "The claim that NMIs will never nest does not hold. Rule 6 looks at the return address alone: a machine check in the C code of the NMI handler, or in the handler of a #PF or #BP inside it, returns with IRET and unblocks NMIs in the middle of the NMI."
//@ finding "The counter is stepped up by NMI and #MC and cleared by the NMI. An NMI inside a machine check clears the #MC's count too; the decrement at the end of the #MC then leaves -1 for ever (CLEAR_IN_MCE = 0), and a #DB in the SYSCALL gap returns with RET onto the user's stack pointer: no-dead-value-used."
//@ finding "CLEAR_IN_MCE = 1: a machine check on top of an NMI clears the NMI's count, and the next #BP in the NMI returns with IRET."
//@ finding "interrupts-do-not-nest: POPF opens interrupts one instruction before RET. An interrupt there, whose own return stops at the same place, lets in the next: the stack grows with each."
//@ abstraction "frame-intact is not checked: a return by RET gives up its frame when RSP leaves it, which that property does not know; resumes-exactly decides."

#include "defaults.inc"
#include "entry.inc"
