//@ model "A system call, a page fault of user mode and an NMI with supervisor shadow stacks."
//@ source "Intel SDM volume 1, Control-flow Enforcement Technology (CET)"
//@ abstraction "Interrupts stay off in the kernel, so that only NMIs meet the gap in which SSP is 0."
//@ has CET
//@ ablation NO_CLRSSBSY "the system call leaves its shadow stack's token busy"
//@ ablation BREAKPOINT_IN_NMI "the NMI handler takes a breakpoint, whose IRET unblocks NMIs"
//@ nesting 3
//@ stack thread words 32
//@ stack nmi words 56 ist 1
//@ stack df words 16 ist 2
//@ shadow-stack main words 12 main
//@ shadow-stack nmi words 12 ist 1
//@ shadow-stack df words 8 ist 2
//@ variable user_rsp
//@ tss sp0 = thread_stack_top
//@ entry syscall -> entry_SYSCALL_64 fmask 0x47700
//@ gate NMI -> asm_exc_nmi ist 1
//@ gate PF -> asm_exc
//@ gate BP -> asm_exc_bp dpl 3
//@ gate GP -> asm_exc
//@ gate CP -> asm_exc
//@ gate DF -> asm_exc_df ist 2
//@ user syscall, PF error-code 4
//@ event NMI anywhere
//@ c do_syscall_64
//@ c do_exc
#if BREAKPOINT_IN_NMI
//@ c do_nmi raises BP
#else
//@ c do_nmi
#endif
//@ c do_df stops
//@ check shadow-stack-matches, shadow-token-free, ist-top-not-reused
//@ expect shadow-token-free, no-double-fault violated when NO_CLRSSBSY
//@ expect every-entry-returns, shadow-token-free, shadow-stack-matches violated when BREAKPOINT_IN_NMI
//@ expect every-entry-returns, ist-top-not-reused violated when BREAKPOINT_IN_NMI
	.macro SAVE_REGS
	push %rax; push %rcx; push %rdx; push %rsi; push %rdi; push %r8; push %r9; push %r10; push %r11
	.endm
	.macro RESTORE_REGS
	pop %r11; pop %r10; pop %r9; pop %r8; pop %rdi; pop %rsi; pop %rdx; pop %rcx; pop %rax
	.endm
entry_SYSCALL_64:
	mov	%rsp, user_rsp(%rip)
	mov	$thread_stack_top, %rsp
	setssbsy
	SAVE_REGS
	call	do_syscall_64
	RESTORE_REGS
#if !NO_CLRSSBSY
	clrssbsy main_shadow_token(%rip)
#endif
	mov	user_rsp(%rip), %rsp
	sysretq
asm_exc_bp:
	push	$-1
asm_exc:
	SAVE_REGS
	call	do_exc
	RESTORE_REGS
	add	$8, %rsp
	iretq
asm_exc_nmi:
	SAVE_REGS
	call	do_nmi
	RESTORE_REGS
	iretq
asm_exc_df:
	call	do_df
