.macro load register:req, value=0
	mov $\value), %\register
.endm
.macro twice register
	load \register
	load \register, 4
.endm
	twice rax
	load
	load rax, 1, 2
	load rax, size=3
	load rax, register=rbx
	\stray
.macro leaf
	mov \missing, %rax
.endm
	leaf
.macro leaf
.endm
.macro twins a, a
.endm
.macro odd a:sometimes
.endm
.macro late a:vararg, b
.endm
	.exitm
	.endm
	.endr
	.purgem unknown
	.macro
	.endm
	.rept 2
	hlt )
	.endr
