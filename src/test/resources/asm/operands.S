// Every form of operand, in one place.
	.text
	.code64
start:
	mov	%rax, %rbx
	movq	$1, %rax
	movl	$0xffffffff, %ecx
	movabs	$0x8000000000000000, %rdx
	mov	$-1, %rsi
	mov	$~0x3f, %rdi
	mov	$'a', %al
	movb	$'a, %ah
	mov	$'\n', %bl
	mov	$(1 << 12) | 3, %r8
	movq	(%rsp), %r9
	movq	-8(%rsp), %r10
	movq	8*5(%rsp), %r11
	movq	(8*5)(%rsp), %r12
	movq	(%rax,%rcx), %r13
	movq	(%rax,%rcx,8), %r14
	movq	16(,%rcx,4), %r15
	movq	table(,%rax,8), %rax
	movq	table+8(%rip), %rax
	leaq	start(%rip), %rax
	movq	%gs:counter, %rax
	movq	%gs:counter(%rip), %rax
	movq	%gs:(%rdi), %rax
	movq	%fs:16(%rdi,%rsi,2), %rax
	movq	%gs:0x28, %rcx
	movl	counter, %eax
	jmp	*%rax
	jmp	*8(%rsp)
	jmp	*table(,%rax,8)
	call	*%gs:counter
	call	extern_function
	call	extern_function@PLT
	jmp	start
	pushq	$start
	pushq	$start + 4
	mov	%cr3, %rax
	mov	%rax, %db7
	mov	%ds, %eax
	fld	%st(1)
	shlq	%rax
	shlq	$3, %rax
	shlq	%cl, %rax
	iretq
