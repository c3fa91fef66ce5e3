//@ model "The entry code with KAISER configured out: nothing of it is left."
//@ source "Brian Gerst, 2017-10-31, Re: [PATCH 01/23] x86, kaiser: prepare assembly for entry/exit CR3 switching (quoting Dave Hansen): the reply"
//@ source "Linux v4.14, arch/x86/entry/entry_64.S, entry_64_compat.S, calling.h; arch/x86/kernel/traps.c, fixup_bad_iret, sync_regs: the surrounding code"
//@ abstraction "The rest of the series is taken as given: user page tables map the entry code, the TSS, rsp_scratch, and every stack that the hardware uses, the thread stack included. The IRQ stack and all other per-CPU data are not mapped."
//@ abstraction "No FSGSBASE, no espfix (a return to a stack segment in the LDT), no fault in load_gs_index, no paravirtualisation."
//@ abstraction "No #BP and no shifting of IST stacks: #DB arrives in C code and user mode only, and not in another #DB."
//@ abstraction "#MC does not arrive while an NMI is live: its IRET unmasks NMIs in the NMI prologue, a hole of the NMI protocol that page tables neither open nor close."
//@ abstraction "The number of the system call and its range check are left out; lockdep's calls are C functions that preserve registers."
//@ abstraction "A fork's child and a kernel thread that execs take the place of the parent: same stack, same user registers."
//@ abstraction "The one #GP that is modelled is that of an IRET with a bad CS, which a debugger put into the frame."
//@ abstraction "SYSENTER: the C library's convention, with the stack pointer in %rbp."
//@ switch SCOPE = 1 | 2 "1: every way in, NMI and #MC anywhere, interrupts; registers are saved and restored in one go; 2: at every boundary, and #DB; two live contexts"
//@ check nothing-unmapped-is-touched
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), nmi-not-lost
//@ finding "With KAISER configured out all holds, and nothing remains of it but the place of one TRACE_IRQS_OFF, behind the saving of registers instead of before it, where it costs and changes nothing."

#define KAISER	0
#include "entry.inc"
