// A shortened paranoid entry, as an entry developer would write it.
#define PER_CPU_VAR(var) %gs:var
#define PTI_BIT 12
#define PTI_MASK (1 << PTI_BIT)
#define ORIG_RAX 120
.macro PUSH_REGS save_ret=0
	.if \save_ret
	pushq	%rsi
	movq	8(%rsp), %rsi
	movq	%rdi, 8(%rsp)
	.else
	pushq	%rdi
	pushq	%rsi
	.endif
	.irp r, rdx, rcx, rax, r8, r9, r10, r11, rbx, rbp, r12, r13, r14, r15
	pushq	%\r
	.endr
.endm
.macro TO_KERNEL_CR3 scratch:req
	mov	%cr3, \scratch
	andq	$(~PTI_MASK), \scratch
	mov	\scratch, %cr3
.endm
.macro IF_FROM_USER label:req, slot=136
	testb	$3, \slot(%rsp)
	jnz	\label
.endm
nmi_entry:
	cld
	IF_FROM_USER .Luser
	PUSH_REGS save_ret=1
	movl	$1, %ebx
	movl	$0xc0000101, %ecx
	rdmsr
	testl	%edx, %edx
	js	1f
	swapgs
	xorl	%ebx, %ebx
1:	TO_KERNEL_CR3 scratch=%rax
	movq	PER_CPU_VAR(kernel_stack), %rdx
	leaq	-ORIG_RAX(%rdx), %rsp
	call	handler
	testl	%ebx, %ebx
	jnz	1f
	swapgs
1:	iretq
.Luser:
	swapgs
	TO_KERNEL_CR3 %rdx
	jmp	nmi_entry
