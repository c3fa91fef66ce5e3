//@ model "The NMI entry that was merged in December 2011: a flag and two copies of the frame on the NMI stack; a nested NMI makes the first one repeat."
//@ source "Mathieu Desnoyers, 2010-07-15, Re: [patch 1/2] x86_64 page fault NMI-safe: what came of it"
//@ source "Linux v3.3, arch/x86/kernel/entry_64.S, nmi"
//@ abstraction "The registers that callee-saving C code preserves are not saved, but for %rbx and %r12, in which the entry code keeps values."
//@ abstraction "The NMI handler raises #PF; #BP, whose IRET does the same, is left out, and with it the switching of the IDT for its IST stack."
//@ abstraction "An NMI from user mode returns straight to user mode; that it may first schedule on the thread stack is left out."
//@ abstraction "Nothing reads a stack word that has been popped: such words are dead."
//@ abstraction "CR2 is saved around the handler, as since Linux v3.6; the ablation CR2_LOST is the code as merged."
//@ switch WORLD = 1 | 2 "interrupted are 1: system calls and page faults of user mode, registers saved in one go outside the NMI entry; 2: with interrupts and page faults in system calls too, every boundary"
//@ deep when WORLD = 2
//@ switch MACHINE_CHECKS = 0 | 1 "1: machine checks too: with WORLD = 2 anywhere in the kernel, and at most three live contexts, otherwise in the NMI entry up to its C code, and NMIs interrupt user mode alone"
//@ switch HOSTILE_RSP = 0 | 1 "1: the RSP with which user mode makes a system call may lie anywhere, in the NMI stack too"
//@ ablation BP_ON_IST "the assumption that #BP is left out: the handler raises #BP, on an IST stack of its own, whose handler may raise #PF"
//@ ablation NO_FLAG "the test of the flag, with BP_ON_IST"
//@ ablation NO_STACK_TEST "the test whether RSP is on the NMI stack"
//@ ablation NO_REPEAT_TEST "the test whether RIP is where the frame is being copied again"
//@ ablation NO_RDX "the reload of %rdx, whose slot the nested NMI shares"
//@ ablation NO_REARM "the flag set again at repeat_nmi, with BP_ON_IST"
//@ ablation CR2_LOST "CR2 saved around the NMI handler"
#ifndef HOSTILE_RSP
#define HOSTILE_RSP 0
#endif
#ifndef NO_FLAG
#define NO_FLAG 0
#endif
#ifndef NO_STACK_TEST
#define NO_STACK_TEST 0
#endif
#ifndef NO_REPEAT_TEST
#define NO_REPEAT_TEST 0
#endif
#ifndef NO_RDX
#define NO_RDX 0
#endif
#ifndef NO_REARM
#define NO_REARM 0
#endif
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe, nmi-interrupts-nmi
//@ check nmi-handler-not-reentered(handler = nmi_handlers), cr2-preserved
//@ check nmi-not-lost, nested-nmi-recognised(first = first_nmi)
//@ ends nested-nmi-recognised, ist-top-not-reused, frame-intact, nmi-handler-not-reentered
//@ ends no-double-fault, resumes-exactly when NO_REPEAT_TEST
//@ ends resumes-exactly when NO_RDX
//@ expect nmi-not-lost violated when HOSTILE_RSP = 1
//@ expect nmi-not-lost holds when HOSTILE_RSP = 1, MACHINE_CHECKS = 1
//@ expect ist-top-not-reused, frame-intact violated when MACHINE_CHECKS = 1
//@ expect nested-nmi-recognised, no-return-to-unknown-context, no-double-fault violated when WORLD = 2, MACHINE_CHECKS = 1
//@ expect nmi-not-lost violated when WORLD = 2, HOSTILE_RSP = 1
//@ expect nested-nmi-recognised violated when NO_FLAG
//@ expect nested-nmi-recognised violated when NO_STACK_TEST
//@ expect nested-nmi-recognised violated when NO_REARM
//@ expect resumes-exactly, no-return-to-unknown-context, no-double-fault violated when NO_REPEAT_TEST
//@ expect resumes-exactly violated when NO_RDX
//@ expect resumes-exactly, cr2-preserved violated when CR2_LOST
//@ finding "It holds against NMIs and against faults in the handler: any number of NMIs, page faults and system calls, none lost, no frame overwritten."
//@ finding "HOSTILE_RSP: the test of the stack believes the RSP of a system call that has not switched stacks yet. With RSP in the NMI stack an NMI in this gap takes itself for nested, changes a frame that nobody uses and returns: it is lost. Linux v4.2 tests DF too, which SYSCALL clears and the exit sets."
//@ finding "MACHINE_CHECKS: the IRET of a machine check in the entry, before the frame is copied, unblocks NMIs; the next one overwrites the frame. This window is older than the nesting and stays in every later version of the protocol."
//@ finding "WORLD = 2, MACHINE_CHECKS: predicted was the same hole and no other. There are two more, which the RIP and stack of a machine check between two NMIs open, since they are what the tests look at: one that hits repeat_nmi while it copies is followed by an NMI that takes the flag's word for it, and writes into the words that are being copied, so that the last IRET is off by words; and one that hits between the clearing of the flag and the IRET is followed by an NMI that takes itself for the first."
//@ finding "NO_FLAG, NO_REARM: the stack alone does not tell where the handler runs on another IST stack: an NMI behind a page fault in the handler of #BP, which has its own."
//@ finding "NO_STACK_TEST: between clearing the flag and IRET only the stack tells."
//@ finding "NO_REPEAT_TEST: an NMI while repeat_nmi copies the frame would write into the words that are being pushed."
//@ finding "The second copy is not ablated: without it the return goes to repeat_nmi for ever, a loop that breaks no safety property."
//@ finding "Compared with the proposal of 2010 nothing here needs GS, a fault, or a return without IRET, and a nested NMI that unblocks NMIs by its own IRET does no harm since it touches the hardware frame only before it."

#define BP_STACK (BP_ON_IST || NO_FLAG || NO_REARM)
#define MERGED_2011 1
#include "../nmi2010/defaults.inc"
#include "../nmi2010/kernel.inc"

#if !HOSTILE_RSP
//@ initial rsp = 0x7ffdeadbef00
#endif
//@ word nmi -8 "hardware frame SS"
//@ word nmi -16 "hardware frame RSP"
//@ word nmi -24 "hardware frame RFLAGS"
//@ word nmi -32 "hardware frame CS"
//@ word nmi -40 "hardware frame RIP"
//@ word nmi -48 "saved rdx"
//@ word nmi -56 "NMI executing" variable = 0
//@ word nmi -64 "saved frame SS"
//@ word nmi -72 "saved frame RSP"
//@ word nmi -80 "saved frame RFLAGS"
//@ word nmi -88 "saved frame CS"
//@ word nmi -96 "saved frame RIP"
//@ word nmi -104 "copied frame SS"
//@ word nmi -112 "copied frame RSP"
//@ word nmi -120 "copied frame RFLAGS"
//@ word nmi -128 "copied frame CS"
//@ word nmi -136 "copied frame RIP"
#if BP_STACK
//@ c nmi_handlers raises PF, BP serves NMI
#else
//@ c nmi_handlers raises PF serves NMI
#endif
//@ continuation repeat_nmi restarts NMI

nmi:
	pushq	%rdx
	/* An NMI from user mode is not nested. */
	cmpl	$__KERNEL_CS, 16(%rsp)
	jne	first_nmi
#if !NO_FLAG
	cmpl	$1, -8(%rsp)
	je	nested_nmi
#endif
	/* Between clearing the flag and IRET only the stack tells. */
#if !NO_STACK_TEST
	leaq	6*8(%rsp), %rdx
	cmpq	%rdx, 4*8(%rsp)
	ja	first_nmi
	subq	$nmi_stack_size, %rdx
	cmpq	%rdx, 4*8(%rsp)
	jb	first_nmi
#else
	jmp	first_nmi
#endif

nested_nmi:
#if !NO_REPEAT_TEST
	/* While the frame is being copied again there is nothing to do: the handler is about to run. */
	movq	$repeat_nmi, %rdx
	cmpq	8(%rsp), %rdx
	ja	1f
	movq	$end_repeat_nmi, %rdx
	cmpq	8(%rsp), %rdx
	ja	nested_nmi_out
1:
#endif
	/* Make the NMI below return to repeat_nmi. */
	leaq	-6*8(%rsp), %rdx
	movq	%rdx, %rsp
	pushq	$__KERNEL_DS
	pushq	%rdx
	pushfq
	pushq	$__KERNEL_CS
	pushq	$repeat_nmi
	addq	$11*8, %rsp
nested_nmi_out:
	popq	%rdx
	iretq

first_nmi:
	pushq	$1
	.rept 5
	pushq	6*8(%rsp)
	.endr
	.rept 5
	pushq	4*8(%rsp)
	.endr
#if !NO_RDX
	movq	11*8(%rsp), %rdx
#endif
	//@ release nmi
nmi_entry_end:
restart_nmi:
	cld
	pushq	$-1
	PUSH_REGS 1
	call	save_paranoid
	movq	%rsp, %rdi
	call	do_nmi
	testl	%ebx, %ebx
	jnz	1f
	swapgs
1:	POP_REGS 1
	addq	$8, %rsp
	movq	$0, 10*8(%rsp)
	iretq

repeat_nmi:
#if !NO_REARM
	movq	$1, 5*8(%rsp)
#endif
	.rept 5
	pushq	4*8(%rsp)
	.endr
	jmp	restart_nmi
end_repeat_nmi:

//@ c-code begin do_nmi
do_nmi:
	movq	%cr2, %r12
	call	nmi_handlers
#if !CR2_LOST
	movq	%r12, %cr2
#endif
	ret
//@ c-code end
