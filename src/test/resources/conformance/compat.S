//@ model "SYSCALL from 32-bit code, without SWAPGS on the way out."
//@ stack thread words 16
//@ entry syscall32 -> syscall32 fmask 0x47700
//@ user syscall32
//@ check gs-matches-privilege
//@ expect gs-matches-privilege violated
//@ expect resumes-exactly violated
//@ finding "User mode runs with the kernel's GS base."
syscall32:
	swapgs
	mov	%rsp, %r8
	mov	$thread_stack_top, %rsp
	push	%r8
	push	%rcx
	nop
	pop	%rcx
	pop	%rsp
	sysretl
