//@ model "KAISER's switching of CR3 on entry and exit as first posted, the two empty hooks filled in as their names say."
//@ source "Brian Gerst, 2017-10-31, Re: [PATCH 01/23] x86, kaiser: prepare assembly for entry/exit CR3 switching (quoting Dave Hansen): the patch"
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
//@ check user-runs-on-user-cr3, kernel-runs-on-kernel-cr3
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), nmi-not-lost
//@ expect kernel-runs-on-kernel-cr3 violated
//@ finding "Two events run C code on the user's page tables: an interrupt from user mode, since the interrupt entry has no switch at all while retint_user has the one back; and an NMI or #MC that finds the user's GS base, below."
//@ finding "SAVE_AND_SWITCH_TO_KERNEL_CR3 branches on ZF behind BT, which sets CF and leaves ZF alone. ZF is then what paranoid_entry has left there: clear behind a test that found the kernel's GS base, set by the XOR behind SWAPGS. So CR3 is switched exactly when GS was the kernel's already, and not when both are the user's."
//@ finding "The bit tested, 63, never reads as set, which the mail says and means to mend later; behind the wrong branch it does not matter. With the right branch and this bit, CR3 is never switched (corrected, TESTS_BIT_63)."
//@ finding "Everything else holds: user mode never runs on the kernel's page tables, since every way out switches and every interrupted CR3 is put back from %r14; the scratch registers are dead where they are used; the mixed order of SWAPGS and CR3 on the ways out (INT 0x80 and NMI swap first) and in the fixup of IRET (CR3 first) harms nobody."

#define IRQ_KEEPS_CR3	1
#define TESTS_ZERO_FLAG	1
#define TESTS_BIT_63	1
#include "entry.inc"
