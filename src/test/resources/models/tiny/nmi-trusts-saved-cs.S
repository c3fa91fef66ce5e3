//@ model "An NMI that swaps GS only when the saved CS is the user's: wrong beside SWAPGS."
//@ nesting 3
//@ stack thread words 16
//@ stack nmi words 24 ist 2 user-mapped
//@ variable top_of_stack = thread_stack_top per-cpu user-mapped
//@ variable user_rsp per-cpu user-mapped
//@ entry syscall -> entry_SYSCALL_64 fmask 0x47700
//@ gate NMI -> asm_exc_nmi ist 2
//@ event NMI anywhere
//@ user syscall
//@ c do_syscall_64
//@ c exc_nmi
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, nmi-handler-not-reentered
//@ expect gs-matches-privilege violated
	.macro SAVE_REGS
	push %rax; push %rcx; push %rdx; push %rsi; push %rdi; push %r8; push %r9; push %r10; push %r11
	.endm
	.macro RESTORE_REGS
	pop %r11; pop %r10; pop %r9; pop %r8; pop %rdi; pop %rsi; pop %rdx; pop %rcx; pop %rax
	.endm
entry_SYSCALL_64:
	swapgs
	mov	%rsp, %gs:user_rsp
	mov	%gs:top_of_stack, %rsp
	push	%gs:user_rsp
	SAVE_REGS
	call	do_syscall_64
	RESTORE_REGS
	pop	%rsp
	swapgs
	sysretq
asm_exc_nmi:
	testb	$3, 8(%rsp)
	jz	1f
	swapgs
1:	SAVE_REGS
	call	exc_nmi
	RESTORE_REGS
	testb	$3, 8(%rsp)
	jz	2f
	swapgs
2:	iretq
