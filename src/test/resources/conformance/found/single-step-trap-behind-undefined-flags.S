// Seed 19001: a single-step trap pushes flags that IMUL leaves undefined.
// registers 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
// choices 30000 20000*3 10001 20000*3
//@ model "IMUL with TF set."
//@ stack entry words 96 user-mapped
//@ stack db words 96 ist 4 user-mapped
//@ tss sp0 = entry_stack_top
//@ nesting 8
//@ assume latches = yes
//@ gate DB -> db ist 4
//@ gate UD -> ud
//@ user UD
//@ event DB anywhere
ud:
	pushq $0x102
	popfq
	imull %esi, %edx
	iretq
db:
	nop
	iretq
