//@ model "A system call and an NMI that finds the kernel's GS base by its sign."
//@ abstraction "C code raises nothing, so an NMI is never interrupted by an IRET."
//@ nesting 3
//@ stack thread words 16
//@ stack nmi words 24 ist 2 user-mapped
//@ variable top_of_stack = thread_stack_top per-cpu user-mapped
//@ variable user_rsp per-cpu user-mapped
//@ entry syscall -> entry_SYSCALL_64 fmask 0x47700
//@ gate NMI -> asm_exc_nmi ist 2
//@ event NMI anywhere
//@ user syscall
//@ c do_syscall_64 enables-interrupts
//@ c exc_nmi
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, nmi-handler-not-reentered
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
	push	%rbx
	SAVE_REGS
	mov	$1, %ebx
	mov	$0xc0000101, %ecx
	rdmsr
	test	%edx, %edx
	js	1f
	swapgs
	xor	%ebx, %ebx
1:	call	exc_nmi
	test	%ebx, %ebx
	jnz	2f
	swapgs
2:	RESTORE_REGS
	pop	%rbx
	iretq
