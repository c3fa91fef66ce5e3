//@ model "#DF has an IST stack of its own, trusts nothing, and does not return."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 2.5"
//@ source "Linux v6.1, arch/x86/entry/entry_64.S, idtentry_df; arch/x86/kernel/traps.c, exc_double_fault"
//@ abstraction "No page-table isolation, no IBRS and no FSGSBASE; what is interrupted is small: see world.inc."
//@ abstraction "What raises #DF is left open: one may arrive at every instruction of the kernel."
//@ abstraction "The return for a fault of IRET on the espfix stack is left out."
//@ abstraction "The run in which the handler returns has #DF in the NMI prologue only."
//@ switch OOPS_FAULTS = 0 | 1 "whether printing the oops may take a #PF, whose IRET unblocks NMIs"
//@ ablation RETURNS "dying: the handler returns"
//@ ablation NO_IST "the stack of its own"
//@ ablation BY_SAVED_CS "finding out by its sign whose GS base is loaded"
//@ finding "The handler always runs with a good stack and the kernel's GS base, wherever #DF hits: the gaps, other entries, their exits. no-double-fault is violated since #DF is what the model is about."
//@ finding "OOPS_FAULTS: if the dying handler takes a #PF, its IRET unblocks NMIs that the interrupted code had blocked, and the next NMI overwrites that code's frame. Nobody returns to it, but what the oops says of the NMI is gone."
//@ finding "RETURNS: not returning is what makes it the best approach; a #DF that returns is as bad as #MC in the NMI prologue."
#define WORLD 0
#ifndef OOPS_FAULTS
#define OOPS_FAULTS 0
#endif
#ifndef RETURNS
#define RETURNS 0
#endif
#ifndef NO_IST
#define NO_IST 0
#endif
#ifndef BY_SAVED_CS
#define BY_SAVED_CS 0
#endif
//@ nesting 3
//@ initial rsp = USER_RSP
//@ user syscall
//@ stack df words 64 ist 1
#if NO_IST
//@ gate DF -> asm_exc_double_fault
#else
//@ gate DF -> asm_exc_double_fault ist 1
#endif
//@ event NMI anywhere
#if RETURNS
//@ event DF in [asm_exc_nmi, end_repeat_nmi) live 1
#else
//@ event DF kernel live 1
#endif
#if OOPS_FAULTS
//@ c oops raises PF
#else
//@ c oops
#endif
//@ c die stops
//@ c nmi_handlers serves NMI
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact, nmi-not-lost
//@ check stack-is-trusted, user-runs-with-nmi-open, no-shutdown
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ ends ist-top-not-reused, frame-intact, gs-matches-privilege, stack-is-trusted
//@ expect no-double-fault violated
//@ expect ist-top-not-reused, frame-intact violated when OOPS_FAULTS = 1
//@ expect ist-top-not-reused, frame-intact violated when RETURNS
//@ expect stack-is-trusted, stack-in-bounds violated when NO_IST
//@ expect gs-matches-privilege violated when BY_SAVED_CS

#include "definitions.inc"
.set USER_RSP, 0x7ffffff0
#include "world.inc"
#include "paranoid.inc"
#include "nmi.inc"

asm_exc_double_fault:
	cld
	PUSH_REGS
#if BY_SAVED_CS
	testb	$3, CS(%rsp)
	jz	1f
	swapgs
1:	movl	$1, %ebx
#else
	call	paranoid_entry
#endif
	movq	%rsp, %rdi
	call	oops
#if !RETURNS
	call	die
#endif
	jmp	paranoid_exit
