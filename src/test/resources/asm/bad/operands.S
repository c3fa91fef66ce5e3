	mov	$1), %rax
	mov	$5 %rax
	mov	%rax %rbx
	mov	(%rax,%rbx,3), %rcx
	mov	%foo:8, %rcx
	mov	(%rax, %rcx
	mov	$, %rax
	mov	%rax, %rbx,
	mov	$0x1fg, %rax
	mov	$0x1ffffffffffffffff, %rax
	mov	%, %rax
	push	$7 / (3 - 3)
	jmp	1b
	jmp	1f
	mov	"text", %rax
	mov	"open
	12 34
	{vex} nop
	lock
here:	nop
here:	nop
