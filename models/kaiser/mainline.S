//@ model "Page-table isolation as merged: trampoline stack, PCIDs, and flushes put off to the return to user mode."
//@ source "Brian Gerst, 2017-10-31, Re: [PATCH 01/23] x86, kaiser: prepare assembly for entry/exit CR3 switching: what became of the patch"
//@ source "Linux v6.1, arch/x86/entry/calling.h, entry_64.S, entry_64_compat.S; arch/x86/kernel/traps.c, fixup_bad_iret, sync_regs; arch/x86/mm/tlb.c, invalidate_user_asid"
//@ abstraction "No IBRS; FSGSBASE, but a user that leaves its GS base alone; no espfix, no fault in load_gs_index; registers are not cleared on entry."
//@ abstraction "INT 0x80 is the ordinary exception that it is since Linux v6.7."
//@ abstraction "The IRQ stack and the work before the return to user mode are part of the C code."
//@ abstraction "No #BP: #DB arrives in C code and user mode only, and not in another #DB."
//@ abstraction "#MC does not arrive while an NMI is live: its IRET unmasks NMIs in the NMI prologue, a hole of the NMI protocol that page tables neither open nor close."
//@ abstraction "One address space, number 1. Its user PCID's translations become stale in interrupt handlers; that is all that is known of the TLB."
//@ abstraction "The one #GP that is modelled is that of an IRET with a CS or RIP that cannot be loaded, which a debugger put into the frame."
//@ abstraction "SYSENTER: the C library's convention, with the stack pointer in %rbp."
//@ switch SCOPE = 1 | 2 | 3 "1: every way in, NMI and #MC anywhere, interrupts; registers are saved and restored in one go; two live contexts; 2: at every boundary, and #DB; 3: three live contexts, SYSCALL, NMI, #MC and interrupts, registers in one go"
//@ switch PCID = 1 | 0 "whether the processor has PCIDs"
//@ deep when SCOPE = 3
//@ deep when SCOPE = 2, PCID = 0
//@ ablation NO_FLUSH_ON_EXIT "the flush that a return to user mode owes: the mask is not looked at"
//@ ablation NO_FLUSH_ON_RESTORE "the same where the CR3 that an event interrupted is put back"
//@ ablation FLUSH_IN_MACHINE_CHECK "the assumption that nothing but interrupts makes translations stale: #MC handlers do too"
//@ ablation KERNEL_PCID_FOR_USER "the user's own PCID: it gets the kernel's"
//@ ablation STACK_BEFORE_CR3 "SYSCALL: the switch of CR3 before the load of the stack's address"
//@ ablation NMI_STACK_BEFORE_CR3 "an NMI from user mode: the switch of CR3 before the load of the stack's address"
//@ ablation STAYS_ON_THREAD_STACK "the trampoline stack on the way out"
//@ ablation STACK_IN_SYSRET32 "the switch that needs no stack, where RSP is the user's already"
//@ ablation GS_BEFORE_CR3 "paranoid_entry: the switch of CR3 before the kernel's GS base is looked up"
//@ ablation GSBASE_BACK_BEFORE_CR3 "paranoid_exit and NMI: the restore of CR3 before that of the GS base"
//@ ablation SYSRET_UNCHECKED "the test for a canonical return address before SYSRET"
//@ ablation GS_COPIED_BACK "the exchange of the GS bases before SYSRET: the user's is copied back instead"
#ifndef NO_FLUSH_ON_EXIT
#define NO_FLUSH_ON_EXIT 0
#endif
#ifndef NO_FLUSH_ON_RESTORE
#define NO_FLUSH_ON_RESTORE 0
#endif
#ifndef FLUSH_IN_MACHINE_CHECK
#define FLUSH_IN_MACHINE_CHECK 0
#endif
#ifndef KERNEL_PCID_FOR_USER
#define KERNEL_PCID_FOR_USER 0
#endif
#ifndef STACK_BEFORE_CR3
#define STACK_BEFORE_CR3 0
#endif
#ifndef NMI_STACK_BEFORE_CR3
#define NMI_STACK_BEFORE_CR3 0
#endif
#ifndef STAYS_ON_THREAD_STACK
#define STAYS_ON_THREAD_STACK 0
#endif
#ifndef STACK_IN_SYSRET32
#define STACK_IN_SYSRET32 0
#endif
#ifndef GS_BEFORE_CR3
#define GS_BEFORE_CR3 0
#endif
#ifndef GSBASE_BACK_BEFORE_CR3
#define GSBASE_BACK_BEFORE_CR3 0
#endif
#ifndef SYSRET_UNCHECKED
#define SYSRET_UNCHECKED 0
#endif
#ifndef GS_COPIED_BACK
#define GS_COPIED_BACK 0
#endif
#ifndef SCOPE
#define SCOPE 1
#endif
#ifndef PCID
#define PCID 1
#endif
//@ ends user-runs-on-user-cr3, user-translations-fresh
//@ check user-runs-on-user-cr3, kernel-runs-on-kernel-cr3, user-translations-fresh
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), nmi-not-lost, c-code-runs, events-nest
//@ expect user-translations-fresh violated when NO_FLUSH_ON_EXIT
//@ expect user-translations-fresh violated when FLUSH_IN_MACHINE_CHECK
//@ expect resumes-exactly violated when KERNEL_PCID_FOR_USER
//@ expect kernel-runs-on-kernel-cr3, stack-is-trusted violated when STACK_BEFORE_CR3
//@ expect kernel-runs-on-kernel-cr3 violated when NMI_STACK_BEFORE_CR3
//@ expect kernel-runs-on-kernel-cr3, no-double-fault violated when STAYS_ON_THREAD_STACK
//@ expect stack-is-trusted violated when STACK_IN_SYSRET32
//@ expect kernel-runs-on-kernel-cr3 violated when GS_BEFORE_CR3
//@ expect gs-matches-privilege violated when GSBASE_BACK_BEFORE_CR3
//@ expect sysret-safe, stack-is-trusted violated when SYSRET_UNCHECKED
//@ expect swapgs-balanced, gs-matches-privilege, resumes-exactly violated when GS_COPIED_BACK
//@ finding "All holds, with and without PCIDs."
//@ finding "FLUSH_IN_MACHINE_CHECK: the way out tests the mask of flushes that are owed some instructions before it writes CR3. What puts off a flush in between is not seen until the next return to user mode. Interrupts are off there; so the scheme rests on NMI, #MC and #DB handlers never making user translations stale, and no place in the entry code says so."
//@ finding "NO_FLUSH_ON_RESTORE was predicted to be needed and is not: an event that finds the user's CR3 finds the mask clear, since the way out has just looked, and by the same assumption its handler does not set it. Where the assumption fails, the test in RESTORE_CR3 closes one window and the one on the way out stays open."
//@ finding "STAYS_ON_THREAD_STACK ends in a double fault: the first POP on the user's page tables faults, and so does pushing the fault's frame on the same stack."
//@ finding "GS_COPIED_BACK: user mode runs with its own GS base, and KERNEL_GS_BASE is the user's too. That is noticed at once (swapgs-balanced, and resumes-exactly, since both bases are part of what must be the same: not predicted), and hurts at the next entry, whose SWAPGS brings the user's base into the kernel."
//@ finding "KERNEL_PCID_FOR_USER breaks resumes-exactly, since CR3 with its PCID is part of what must be the same in user mode."

#include "mainline.inc"
