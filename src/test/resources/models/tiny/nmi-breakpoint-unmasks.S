//@ model "A breakpoint in the NMI handler whose IRET lets the next NMI reuse the stack."
//@ abstraction "GS is left out: nothing is per-CPU."
//@ nesting 3
//@ stack thread words 48
//@ stack nmi words 48 ist 2 user-mapped
//@ variable user_rsp user-mapped
//@ entry syscall -> entry_SYSCALL_64 fmask 0x47700
//@ gate NMI -> asm_exc_nmi ist 2
//@ gate BP -> asm_exc_int3 dpl 3
//@ event NMI anywhere
//@ user syscall
//@ c do_syscall_64 enables-interrupts raises BP
//@ c exc_nmi raises BP
//@ c exc_int3
//@ check ist-top-not-reused, nmi-handler-not-reentered, frame-intact
//@ expect ist-top-not-reused, frame-intact, resumes-exactly violated
//@ expect nmi-handler-not-reentered violated
//@ expect no-return-to-unknown-context violated
	.macro CALL_C function
	push %rax; push %rcx; push %rdx; push %rsi; push %rdi; push %r8; push %r9; push %r10; push %r11
	call \function
	pop %r11; pop %r10; pop %r9; pop %r8; pop %rdi; pop %rsi; pop %rdx; pop %rcx; pop %rax
	.endm
entry_SYSCALL_64:
	mov	%rsp, user_rsp(%rip)
	mov	$thread_stack_top, %rsp
	push	user_rsp(%rip)
	CALL_C	do_syscall_64
	pop	%rsp
	sysretq
asm_exc_nmi:
	CALL_C	exc_nmi
	iretq
asm_exc_int3:
	CALL_C	exc_int3
	iretq
