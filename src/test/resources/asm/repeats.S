.set n, 0
.rept 3
	pushq $n
	n = n + 1
.endr
.rept 0
	hlt
.endr
.irp reg, rax, rbx, r15
	pushq %\reg
	.irp other, rcx, rdx
	mov %\reg, %\other
	.endr
.endr
.irp reg rsi rdi
	pop %\reg
.endr
.irpc digit, 0189
	pushq $\digit
.endr
.irp empty
	pushq $1\empty
.endr
.macro times count, text:vararg
	.rept \count
	\text
	.endr
.endm
	times 2, mov %rax, %rbx
.rept 2; cld; std; .endr
.rept 2
	.if n == 3
	n = 9
	clc
	.else
	stc
	.endif
.endr
