//@ model "The six rules amended: the NMI decrements the counter, and #MC returns with RET while one below is counted."
//@ source "Steven Rostedt, 2014-05-20, Re: [RFC] x86_64: A real proposal for iret-less return to kernel: Andy Lutomirski's proposal quoted in it"
//@ abstraction "No page-table isolation and no FSGSBASE; the surrounding kernel is Linux v3.15's in outline, without its workaround for nested NMIs."
//@ abstraction "The registers that callee-saving C code preserves are not saved, but for %rbx."
//@ abstraction "#DB arrives in the system call's entry and exit code, #BP in the NMI handler, each with an IST stack of its own; that they share one is left out."
//@ abstraction "#MC arrives in C code, in the system call's and the NMI's entry and exit and in the returns by RET, not inside another #MC. #NM and #SS, on IST stacks as the mail says, come from the C code of system calls, and only where rule 3 or 4 is removed. #DF does not return."
//@ abstraction "Interrupts come from the kernel; from user mode too with FROM_USER = 1 and where rule 1 is removed."
//@ abstraction "TF is never set: POPF with TF traps behind RET instead of behind the first instruction of the target, and a target with RF loses it. Neither is checked here."
//@ switch FROM_USER = 0 | 1 "1: interrupts from user mode too"
//@ ablation RULE_1_REMOVED "rule 1: IRET to another CS"
//@ ablation RULE_2_REMOVED "rule 2: RET from events without an IST stack"
//@ ablation RULE_3_REMOVED "rule 3: IRET from #NM"
//@ ablation RULE_4_REMOVED "rule 4: IRET from #DF and #SS"
//@ ablation RULE_5_REMOVED "rule 5: RET from #DB and #BP while an NMI or #MC is counted (IRET always)"
//@ ablation RULE_5_ALWAYS_RET "rule 5: IRET from #DB and #BP while none is counted (RET always)"
//@ ablation RULE_6_REMOVED "rule 6: RET from #MC to the NMI entry and exit code"
//@ ablation RULE_6_AS_POSTED "RET from #MC while an NMI below is counted"
//@ ablation POPF_WITH_IF "STI and its shadow around RET: POPF sets IF"
//@ ablation CLEARED "the NMI's decrement of the counter: cleared, as posted"
//@ ablation CLEAR_IN_MCE "the machine check's decrement of the counter: cleared"
//@ check nmis-do-not-nest, nmi-not-unmasked-early, gs-matches-privilege, swapgs-balanced
//@ check ist-top-not-reused, interrupts-do-not-nest, stack-is-trusted, irqs-off-in-nmi
//@ check user-runs-with-nmi-open, sysret-safe, nmi-handler-not-reentered(handler = nmi_handlers)
//@ check nmi-not-lost, nmi-count-balanced
//@ ends interrupts-do-not-nest when POPF_WITH_IF
//@ ends interrupts-do-not-nest when CLEARED
//@ ends nmis-do-not-nest, nmi-count-balanced
//@ expect interrupts-do-not-nest violated
//@ expect no-dead-value-used violated when RULE_1_REMOVED
//@ expect interrupts-do-not-nest holds when RULE_2_REMOVED
//@ expect nmis-do-not-nest, nmi-not-unmasked-early, ist-top-not-reused violated when RULE_2_REMOVED
//@ expect nmis-do-not-nest, nmi-not-unmasked-early, ist-top-not-reused violated when RULE_5_REMOVED
//@ expect no-dead-value-used violated when RULE_5_ALWAYS_RET
//@ expect nmis-do-not-nest, nmi-not-unmasked-early, ist-top-not-reused violated when RULE_6_REMOVED
//@ expect nmis-do-not-nest, nmi-not-unmasked-early, ist-top-not-reused violated when RULE_6_AS_POSTED
//@ expect interrupts-do-not-nest violated when POPF_WITH_IF
//@ expect no-dead-value-used, nmi-count-balanced violated when CLEARED
//@ expect nmis-do-not-nest, nmi-not-unmasked-early, ist-top-not-reused violated when CLEARED
//@ expect nmis-do-not-nest, nmi-not-unmasked-early, ist-top-not-reused violated when CLEAR_IN_MCE
//@ expect no-dead-value-used, nmi-count-balanced violated when CLEAR_IN_MCE
//@ finding "interrupts-do-not-nest: an NMI or #MC between STI and RET ends the shadow of STI, and an interrupt may come before RET. It costs one level of stack for each such NMI and no more; no other property suffers."
//@ finding "Three amendments make it hold: #MC returns with RET also while the counter, its own count taken off, is not zero; NMI and #MC both decrement; and where the target has IF set, POPF leaves it clear and STI, whose shadow covers RET, sets it. With them NMIs never nest."
//@ finding "Rules 1, 2, 5 (both halves) and 6 are necessary. Rule 1: RET cannot leave CPL 0 and writes to the user's stack. Rule 2, 5 and 6: IRET inside an NMI unblocks NMIs. Rule 5, RET always: a #DB in the SYSCALL gap has no stack to return through."
//@ finding "Rules 3 and 4 are not necessary here: #NM and #SS of the kernel's C code come with a valid stack, so that RET is as good as IRET. They are permissions, not defences."
//@ abstraction "frame-intact is not checked: a return by RET gives up its frame when RSP leaves it, which that property does not know; resumes-exactly decides."

#ifndef RULE_6_AS_POSTED
#define RULE_6_AS_POSTED 0
#endif
#ifndef POPF_WITH_IF
#define POPF_WITH_IF 0
#endif
#define STI_BEFORE_RET (!POPF_WITH_IF)
#ifndef CLEARED
#define CLEARED 0
#endif
#define RULE_6_BY_COUNT (!RULE_6_AS_POSTED)
#define DECREMENT (!CLEARED)
#include "defaults.inc"
#include "entry.inc"
