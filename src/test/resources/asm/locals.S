/* Numeric labels are defined again and again. */
1:	nop
2:	jmp 1b
	jmp 1f
	jmp 2b
1:	jmp 1b
	jmp 2f
3: 4: 2:
	loop 3b
	jmp 4b
	leaq 1f(%rip), %rax
	pushq $5f
1: 5: iretq
0:	jmp 0b
	jmp 07f
7:	nop
