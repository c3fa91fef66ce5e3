.macro one
	nop
.endm
.macro three a, b=%rbx, c:req
	mov \a, \b
	mov \c, \a
.endm
.macro save reg:req off=8
	movq %\reg, \off(%rsp)
	movq %\reg\(), \off\()+8(%rsp)
.endm
.macro all first, rest:vararg
	push \first
	.ifnb \rest
	all \rest
	.endif
.endm
.macro unique
	jmp .Lskip_\@
	nop
.Lskip_\@:
	jmp .Lskip_\@
.endm
.macro define name, value
	.macro get_\name reg
	mov $\value, \reg
	mov $\name\()_offset, \reg
	.endm
.endm
.macro leave when
	.if \when
	.exitm
	.endif
	hlt
.endm
.MACRO Upper X
	inc \X
.ENDM
.macro text where
	\where
.endm

	one
	three %rax, , %rcx
	three %rax %rdx %rcx
	three c=%rsi, a=%rdi
	three %rax, c = %rsi
	save rax
	save rdi, 16
	save off=24 reg=rsi
	all %rax, %rbx, $5, 8(%rsp)
	all %rax
	unique
	unique
	define speed, 88
	get_speed %rax
	leave 1
	leave 0
	upper %rcx
	UPPER %rdx
	text "mov %rax, %rbx; mov %rbx, %rcx"
	text "lea 8(%rax,%rbx,2), %rcx"
.purgem one
.macro one
	cld
.endm
	one
	.macro movx from, to; mov \from, \to; .endm
	movx %rax, %rbp
	movx $1 + 2, %rbp
	movx 1+ 2(%rax), %rbp
