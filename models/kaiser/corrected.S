//@ model "KAISER's switching of CR3 on entry and exit, the slips of its first posting corrected."
//@ source "Brian Gerst, 2017-10-31, Re: [PATCH 01/23] x86, kaiser: prepare assembly for entry/exit CR3 switching (quoting Dave Hansen)"
//@ source "Linux v4.14, arch/x86/entry/entry_64.S, entry_64_compat.S, calling.h; arch/x86/kernel/traps.c, fixup_bad_iret, sync_regs: the surrounding code"
//@ abstraction "The rest of the series is taken as given: user page tables map the entry code, the TSS, rsp_scratch, and every stack that the hardware uses, the thread stack included. The IRQ stack and all other per-CPU data are not mapped."
//@ abstraction "No FSGSBASE, no espfix (a return to a stack segment in the LDT), no fault in load_gs_index, no paravirtualisation."
//@ abstraction "No #BP and no shifting of IST stacks: #DB arrives in C code and user mode only, and not in another #DB."
//@ abstraction "#MC does not arrive while an NMI is live: its IRET unmasks NMIs in the NMI prologue, a hole of the NMI protocol that page tables neither open nor close."
//@ abstraction "The number of the system call and its range check are left out; lockdep's calls are C functions that preserve registers."
//@ abstraction "A fork's child and a kernel thread that execs take the place of the parent: same stack, same user registers."
//@ abstraction "The one #GP that is modelled is that of an IRET with a bad CS, which a debugger put into the frame."
//@ abstraction "SYSENTER: the C library's convention, with the stack pointer in %rbp."
//@ switch SCOPE = 1 | 2 | 3 "1: every way in, NMI and #MC anywhere, interrupts; registers are saved and restored in one go; two live contexts; 2: at every boundary, and #DB; 3: three live contexts, SYSCALL, NMI, #MC and interrupts, registers in one go"
//@ deep when SCOPE = 3
//@ ablation IRQ_KEEPS_CR3 "the switch in the interrupt entry, which the posting lacks"
//@ ablation TESTS_ZERO_FLAG "the test of the carry flag, which BT sets: the posting tests the zero flag"
//@ ablation TESTS_BIT_63 "the test of the bit that tells a user CR3: the posting tests a placeholder"
//@ ablation NO_SWITCH_IN_SYSCALL "the kernel CR3 on entry by SYSCALL"
//@ ablation NO_SWITCH_IN_FAST_EXIT "the user CR3 on the fast path's exit"
//@ ablation NO_SWITCH_IN_SYSRET "the user CR3 before the slow path's SYSRET"
//@ ablation NO_SWITCH_IN_FAILED_SYSRET "the user CR3 where SYSRET will not do"
//@ ablation NO_SWITCH_IN_FORK "the user CR3 in ret_from_fork"
//@ ablation NO_FIRST_SWITCH_IN_SYSENTER "the kernel CR3 on entry by SYSENTER, the first of two switches"
//@ ablation NO_SECOND_SWITCH_IN_SYSENTER "the kernel CR3 on entry by SYSENTER, the second of two switches"
//@ ablation NO_SWITCH_IN_SYSCALL32 "the kernel CR3 on entry by SYSCALL from 32-bit code"
//@ ablation NO_SWITCH_IN_SYSRET32 "the user CR3 before SYSRET to 32-bit code"
//@ ablation NO_SWITCH_IN_INT80 "the kernel CR3 on entry by INT 0x80"
//@ ablation NO_SWITCH_IN_INT80_EXIT "the user CR3 on the exit of INT 0x80, and of 32-bit system calls that cannot use SYSRET"
//@ ablation NO_SWITCH_IN_RETINT "the user CR3 in retint_user"
//@ ablation NO_SWITCH_IN_ERROR_ENTRY "the kernel CR3 in error_entry"
//@ ablation NO_SWITCH_IN_BAD_IRET "the kernel CR3 where an IRET to user mode faulted"
//@ ablation NO_RESTORE_IN_PARANOID_EXIT "the restore of CR3 in paranoid_exit"
//@ ablation NO_SWITCH_IN_NMI "the kernel CR3 for an NMI from user mode"
//@ ablation NO_SWITCH_IN_NMI_EXIT "the user CR3 on the way back from an NMI to user mode"
//@ ablation NO_RESTORE_IN_NMI "the restore of CR3 behind an NMI that interrupted the kernel"
//@ ends user-runs-on-user-cr3
//@ check user-runs-on-user-cr3, kernel-runs-on-kernel-cr3
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), nmi-not-lost
//@ expect kernel-runs-on-kernel-cr3 violated when IRQ_KEEPS_CR3
//@ expect kernel-runs-on-kernel-cr3 violated when TESTS_ZERO_FLAG
//@ expect kernel-runs-on-kernel-cr3 violated when TESTS_BIT_63
//@ expect kernel-runs-on-kernel-cr3 violated when NO_SWITCH_IN_SYSCALL
//@ expect user-runs-on-user-cr3, resumes-exactly violated when NO_SWITCH_IN_FAST_EXIT
//@ expect user-runs-on-user-cr3, resumes-exactly violated when NO_SWITCH_IN_SYSRET
//@ expect user-runs-on-user-cr3, resumes-exactly violated when NO_SWITCH_IN_FAILED_SYSRET
//@ expect user-runs-on-user-cr3, resumes-exactly violated when NO_SWITCH_IN_FORK
//@ expect kernel-runs-on-kernel-cr3 violated when NO_SWITCH_IN_SYSCALL32
//@ expect user-runs-on-user-cr3, resumes-exactly violated when NO_SWITCH_IN_SYSRET32
//@ expect kernel-runs-on-kernel-cr3 violated when NO_SWITCH_IN_INT80
//@ expect user-runs-on-user-cr3, resumes-exactly violated when NO_SWITCH_IN_INT80_EXIT
//@ expect user-runs-on-user-cr3, resumes-exactly violated when NO_SWITCH_IN_RETINT
//@ expect kernel-runs-on-kernel-cr3 violated when NO_SWITCH_IN_ERROR_ENTRY
//@ expect kernel-runs-on-kernel-cr3 violated when NO_SWITCH_IN_BAD_IRET
//@ expect user-runs-on-user-cr3, resumes-exactly violated when NO_RESTORE_IN_PARANOID_EXIT
//@ expect kernel-runs-on-kernel-cr3 violated when NO_SWITCH_IN_NMI
//@ expect user-runs-on-user-cr3, resumes-exactly violated when NO_SWITCH_IN_NMI_EXIT
//@ expect user-runs-on-user-cr3, resumes-exactly violated when NO_RESTORE_IN_NMI
//@ finding "As predicted: with the three slips corrected everything holds, and each correction taken back brings C code onto the user's page tables again."
//@ finding "The two switches of SYSENTER are one too many: without either one everything holds, since the stack between them is mapped for both. Every other switch is needed."
//@ finding "A missing switch to the user's CR3 breaks resumes-exactly too, since CR3 is part of what must be the same in user mode."
//@ finding "TESTS_BIT_63: a test that never says 'user' leaves CR3 alone for every NMI and #MC that finds the user's; the shortest trace has a #MC behind the SWAPGS of a system call."

#include "entry.inc"
