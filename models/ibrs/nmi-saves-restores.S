//@ model "The NMI and #MC entries save SPEC_CTRL in %r13, set IBRS, and restore the saved value verbatim."
//@ source "Dave Hansen, 2018-01-04, Re: [PATCH 3/7] x86/enter: Use IBRS on syscall and interrupts: the third approach, which was chosen"
//@ source "Linux v4.15, arch/x86/entry/entry_64.S, arch/x86/entry/entry_64_compat.S: the surrounding entry code"
//@ abstraction "No page-table isolation and no FSGSBASE; no trampoline stack."
//@ abstraction "#BP is delivered without an IST stack, as since Linux v4.16, so that IRET in it is the only way in which it disturbs an NMI."
//@ abstraction "#DB arrives in C code and user mode only, and not in another #DB: no breakpoints on entry code, DR7 is cleared by the handler."
//@ abstraction "#MC does not arrive while an NMI is live: its IRET unmasks NMIs in the NMI prologue, a hole of the NMI protocol that IBRS neither opens nor closes."
//@ abstraction "CR2 counts as consumed once the page-fault handler has run; its care in the NMI handler is left out."
//@ abstraction "SYSENTER: the C library's convention (stack pointer in %rbp, return to a fixed landing pad); the entry pushes the landing pad itself."
//@ abstraction "Each C function runs at one place at which its events arrive; only the system calls enable interrupts."
//@ deep when DEPTH = 3
//@ switch DEPTH = 2 | 3 "live contexts: 2 with every way in and every boundary; 3 with SYSCALL and interrupts, nothing arriving inside the blocks that save and restore all registers"
//@ ablation NO_SET_IN_SYSCALL "IBRS=1 on entry by SYSCALL"
//@ ablation NO_CLEAR_IN_SYSRET "IBRS=0 before SYSRET"
//@ ablation NO_SET_IN_SYSENTER "IBRS=1 on entry by SYSENTER"
//@ ablation NO_CLEAR_IN_SYSENTER "IBRS=0 before the return from SYSENTER"
//@ ablation NO_SET_IN_INT80 "IBRS=1 on entry by INT 0x80"
//@ ablation NO_SET_IN_ERROR_ENTRY "IBRS=1 in error_entry"
//@ ablation NO_CLEAR_IN_IRET "IBRS=0 before IRET to user mode"
//@ ablation NO_SET_IN_NMI_FROM_USER "IBRS=1 for an NMI from user mode"
//@ ablation NO_SAVE "the save of SPEC_CTRL in %r13"
//@ ablation NO_RESTORE "the restore of SPEC_CTRL from %r13"
//@ ablation KNOB_FLIPPED "the assumption that IBRS is not switched off or on between entry and exit: C code may write use_ibrs"
//@ ablation R13_CLOBBERED "the ABI's promise that C code preserves %r13"
//@ ablation LOW_HALF "the high half of the saved MSR: only bits 31:0 are saved"
//@ ablation SKIP_IF_SET "the restore when the saved value has IBRS set"
#ifndef MACHINE_CHECKS
#define MACHINE_CHECKS 1
#endif
#ifndef DEPTH
#define DEPTH 2
#endif
#ifndef NO_SET_IN_SYSCALL
#define NO_SET_IN_SYSCALL 0
#endif
#ifndef NO_CLEAR_IN_SYSRET
#define NO_CLEAR_IN_SYSRET 0
#endif
#ifndef NO_SET_IN_SYSENTER
#define NO_SET_IN_SYSENTER 0
#endif
#ifndef NO_CLEAR_IN_SYSENTER
#define NO_CLEAR_IN_SYSENTER 0
#endif
#ifndef NO_SET_IN_INT80
#define NO_SET_IN_INT80 0
#endif
#ifndef NO_SET_IN_ERROR_ENTRY
#define NO_SET_IN_ERROR_ENTRY 0
#endif
#ifndef NO_CLEAR_IN_IRET
#define NO_CLEAR_IN_IRET 0
#endif
#ifndef NO_SET_IN_NMI_FROM_USER
#define NO_SET_IN_NMI_FROM_USER 0
#endif
#ifndef NO_SAVE
#define NO_SAVE 0
#endif
#ifndef NO_RESTORE
#define NO_RESTORE 0
#endif
#ifndef KNOB_FLIPPED
#define KNOB_FLIPPED 0
#endif
#ifndef R13_CLOBBERED
#define R13_CLOBBERED 0
#endif
#ifndef LOW_HALF
#define LOW_HALF 0
#endif
#ifndef SKIP_IF_SET
#define SKIP_IF_SET 0
#endif
//@ check user-runs-without-ibrs, kernel-runs-with-ibrs
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers), nmi-not-lost
//@ has IBRS
//@ expect kernel-runs-with-ibrs violated when NO_SET_IN_SYSCALL
//@ expect user-runs-without-ibrs, resumes-exactly violated when NO_CLEAR_IN_SYSRET
//@ expect kernel-runs-with-ibrs violated when NO_SET_IN_SYSENTER
//@ expect user-runs-without-ibrs, resumes-exactly violated when NO_CLEAR_IN_SYSENTER
//@ expect kernel-runs-with-ibrs violated when NO_SET_IN_INT80
//@ expect kernel-runs-with-ibrs violated when NO_SET_IN_ERROR_ENTRY
//@ expect user-runs-without-ibrs, resumes-exactly violated when NO_CLEAR_IN_IRET
//@ expect kernel-runs-with-ibrs violated when NO_SET_IN_NMI_FROM_USER
//@ expect no-dead-value-used violated when NO_SAVE
//@ expect user-runs-without-ibrs violated when NO_RESTORE
//@ expect resumes-exactly violated when NO_RESTORE
//@ expect no-dead-value-used violated when R13_CLOBBERED
//@ expect user-runs-without-ibrs, resumes-exactly violated when KNOB_FLIPPED
//@ finding "As the mail says: with SPEC_CTRL saved in %r13 and restored verbatim, user mode never runs with IBRS=1 and C code never with IBRS=0."
//@ finding "LOW_HALF holds: bits 63:32 of SPEC_CTRL are reserved, so the low half is all there is."
//@ finding "SKIP_IF_SET holds: the handler itself has set IBRS, so writing a saved 1 changes nothing."
//@ finding "R13_CLOBBERED: without the ABI's promise the exit writes an unknown value to the MSR."
//@ finding "KNOB_FLIPPED: turned off between entry and exit, the exit skips IBRS=0 and user mode runs with IBRS=1. The prediction that C code would also run with IBRS=0 was wrong: only a system call turns the knob here, and the IBRS=1 that it leaves behind covers the next entry."
//@ finding "A cleared bit that is missing on an exit breaks resumes-exactly too, since SPEC_CTRL is part of what must be the same in user mode."

#include "definitions.inc"

.macro PARANOID_IBRS_ENTER
	SKIP_WITHOUT_IBRS .Lskip_save_\@
	movl	$MSR_SPEC_CTRL, %ecx
	rdmsr
#if !NO_SAVE
#if !LOW_HALF
	shlq	$32, %rdx
	orq	%rdx, %rax
#endif
	movq	%rax, %r13
#endif
	movl	$1, %eax
	xorl	%edx, %edx
	wrmsr
.Lskip_save_\@:
.endm

.macro PARANOID_IBRS_EXIT
#if !NO_RESTORE
	SKIP_WITHOUT_IBRS .Lskip_restore_\@
#if SKIP_IF_SET
	testl	$1, %r13d
	jnz	.Lskip_restore_\@
#endif
	movl	$MSR_SPEC_CTRL, %ecx
	movq	%r13, %rax
#if LOW_HALF
	xorl	%edx, %edx
#else
	movq	%r13, %rdx
	shrq	$32, %rdx
#endif
	wrmsr
.Lskip_restore_\@:
#endif
.endm

#include "entry.inc"
