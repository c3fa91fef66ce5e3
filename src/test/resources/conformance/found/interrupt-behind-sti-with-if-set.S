// Seed 9001: an interrupt behind an STI that finds IF set is delivered at once.
// registers 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
// choices 30000 3 20000*3 3 20000
//@ model "An interrupt nested behind STI."
//@ stack entry words 96 user-mapped
//@ tss sp0 = entry_stack_top
//@ nesting 8
//@ assume latches = yes
//@ gate NMI -> ud
//@ gate MC -> ud
//@ gate DB -> ud
//@ gate UD -> ud trap
//@ gate IRQ -> irq
//@ user UD
//@ event NMI anywhere
//@ event MC anywhere
//@ event DB anywhere
//@ event IRQ anywhere
ud:
	nop
	iretq
irq:
	pushq $0x202
	popfq
	sti
	iretq
