//@ model "FRED: one way in from user mode and one from the kernel, for system calls, NMIs, #DB, #PF and #BP."
//@ source "Intel FRED specification; Linux v6.9, arch/x86/entry/entry_64_fred.S"
//@ abstraction "Which handler runs is decided in C, which in the kernel may take a breakpoint in any of them; it leaves interrupts off."
//@ ablation NMI_BIT_LOST "the frame from which an NMI of user mode returns has lost its NMI bit"
//@ nesting 3
//@ stack thread words 96 level 0
//@ stack db words 96 level 1
//@ stack nmi words 96 level 2
//@ stack df words 32 level 3
//@ fred entry fred_from_user, fred_from_kernel level DB 1, NMI 2, DF 3
//@ user syscall, PF error-code 4
//@ event NMI anywhere
//@ event DB anywhere live 1
//@ c fred_entry_from_user
//@ c fred_entry_from_kernel raises BP
//@ check ist-top-not-reused, frame-intact, nmi-not-unmasked-early, irqs-off-in-nmi
//@ check user-runs-with-nmi-open, gs-matches-privilege, swapgs-balanced, stack-is-trusted
//@ expect user-runs-with-nmi-open violated when NMI_BIT_LOST
/* GNU as knows them from 2.41 on. */
#ifdef __GNUC__
#define erets .byte 0xf2, 0x0f, 0x01, 0xca
#define eretu .byte 0xf3, 0x0f, 0x01, 0xca
#endif
	.macro SAVE_REGS
	push %rax; push %rcx; push %rdx; push %rsi; push %rdi; push %r8; push %r9; push %r10; push %r11
	.endm
	.macro RESTORE_REGS
	pop %r11; pop %r10; pop %r9; pop %r8; pop %rdi; pop %rsi; pop %rdx; pop %rcx; pop %rax
	.endm
fred_from_user:
	SAVE_REGS
	call	fred_entry_from_user
	RESTORE_REGS
#if NMI_BIT_LOST
	btrq	$18, 40(%rsp)
#endif
	eretu
fred_from_kernel:
	SAVE_REGS
	call	fred_entry_from_kernel
	RESTORE_REGS
	erets
