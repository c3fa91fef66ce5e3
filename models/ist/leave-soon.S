//@ model "IST events copy their registers to a shared stack and leave the IST stack at once, but not atomically."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 3.2"
//@ abstraction "No page-table isolation, no IBRS and no FSGSBASE; what is interrupted is small: see world.inc."
//@ abstraction "The place on the shared stack is below what is in use there, with room for each interrupted entry that has not switched yet: all that section 4 asks for, save helping these entries to complete."
//@ abstraction "The user's RSP points into no kernel stack."
//@ abstraction "The run without room on the shared stack has NMIs in user mode only: what follows is chaos."
//@ abstraction "Paths end where the top of a stack is reused: the mail's 'oops'."
//@ switch INTERRUPTER = 1 | 2 | 0 "what arrives while an NMI is switching: #MC, #VC, or nothing; then #MC arrives anywhere else"
//@ ablation NO_ROOM_LEFT "the room on the shared stack for entries that have not switched yet"
//@ ablation STAY "leaving the IST stack"
//@ finding "As the mail says: #MC or #VC hits an NMI that is switching, its IRET unblocks NMIs, and the next NMI lands on the top that is still in use. With nothing that ends by IRET in the switching code the design holds."
//@ finding "Release is exact: the IST stack is free from the very instruction that loads RSP, so an #MC right behind it is harmless."
#define WORLD 0
#ifndef INTERRUPTER
#define INTERRUPTER 1
#endif
#ifndef NO_ROOM_LEFT
#define NO_ROOM_LEFT 0
#endif
#ifndef STAY
#define STAY 0
#endif
//@ nesting 3
//@ stack nmi words 48 ist 2
//@ stack mc words 48 ist 4
//@ stack vc words 48 ist 5
//@ stack special words 120
//@ gate NMI -> asm_exc_nmi ist 2
//@ gate MC -> asm_exc_machine_check ist 4
//@ gate VC -> asm_exc_vmm_communication ist 5
//@ user syscall, PF error-code 4
//@ initial rsp = USER_RSP
#if NO_ROOM_LEFT
//@ event NMI user
#else
//@ event NMI anywhere
#endif
#if INTERRUPTER == 0
//@ event MC anywhere except in [asm_exc_nmi, end_switch_nmi) live 1
#elif INTERRUPTER == 1
//@ event MC in [asm_exc_nmi, end_switch_nmi) live 1
#else
//@ event VC in [asm_exc_nmi, end_switch_nmi) live 1
#endif
//@ c exc_nmi serves NMI raises BP
//@ c exc_machine_check writes mcg_status = 0
//@ c exc_vmm_communication
//@ check ist-top-not-reused, frame-intact, gs-matches-privilege, swapgs-balanced, nmi-not-lost
//@ check user-runs-with-nmi-open, stack-is-trusted
//@ ends ist-top-not-reused, resumes-exactly
//@ expect ist-top-not-reused, frame-intact violated
//@ expect ist-top-not-reused, frame-intact holds when INTERRUPTER = 0
//@ expect resumes-exactly, no-return-to-unknown-context, no-double-fault violated when NO_ROOM_LEFT
//@ expect ist-top-not-reused, frame-intact holds when NO_ROOM_LEFT

#include "definitions.inc"
.set USER_RSP, 0x7ffffff0
.set FRAME_SIZE, 176		/* pt_regs, aligned to 16 */
#include "world.inc"
#include "paranoid.inc"

/* Goes to the label when %rax is in an IST stack, with %rsi at the registers saved there. */
.macro IF_ON_IST_STACK stack:req, then:req
	cmpq	$\stack\()_stack, %rax
	jb	.Lnot_on_\@
	cmpq	$\stack\()_stack_top, %rax
	ja	.Lnot_on_\@
	movq	$\stack\()_stack_top - FRAME_WORDS*8, %rsi
	jmp	\then
.Lnot_on_\@:
.endm

.macro LEAVE_SOON name:req, stack:req, handler:req, error_code=0
asm_exc_\name:
	cld
.ifeq \error_code
	pushq	$-1
.endif
	PUSH_REGS
#if !STAY
	movq	$special_stack_top, %rdx
	movl	$FRAME_SIZE, %r8d
	movq	%rsp, %rsi
1:	testb	$3, CS(%rsi)
	jnz	3f
	movq	RSP(%rsi), %rax
	cmpq	$special_stack, %rax
	jb	2f
	cmpq	$special_stack_top, %rax
	ja	2f
	andq	$-16, %rax
	movq	%rax, %rdx
	jmp	3f
4:
#if !NO_ROOM_LEFT
	addl	$FRAME_SIZE, %r8d
#endif
	jmp	1b
2:	IF_ON_IST_STACK nmi, 4b
	IF_ON_IST_STACK mc, 4b
	IF_ON_IST_STACK vc, 4b
3:	subq	%r8, %rdx
	movq	%rsp, %rsi
	movq	%rdx, %rdi
	movl	$FRAME_WORDS, %ecx
	rep movsq
	//@ release \stack words 21
	movq	%rdx, %rsp
#endif
end_switch_\name:
	call	paranoid_entry
	movq	%rsp, %rdi
	call	\handler
	jmp	paranoid_exit
.endm

LEAVE_SOON nmi, nmi, exc_nmi
LEAVE_SOON machine_check, mc, exc_machine_check
LEAVE_SOON vmm_communication, vc, exc_vmm_communication, 1
