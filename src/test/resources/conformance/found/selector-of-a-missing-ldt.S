// Seed 107001: MOV SS of a selector into the LDT, where there is none.
// registers 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
// choices 30000 20000*3
//@ model "MOV SS of a bad selector."
//@ stack entry words 96 user-mapped
//@ tss sp0 = entry_stack_top
//@ nesting 8
//@ assume latches = yes
//@ gate UD -> ud
//@ gate GP -> gp
//@ user UD
ud:
	mov $0xd27c, %ecx
	mov %ecx, %ss
	iretq
gp:
	nop
	iretq
