//@    continues nothing
//@ = 3
//@ stack nmi words=3x2
//@ stack "nmi
//@ stack nmi %rax
//@ range 1b 2f
//@ letter 'ab'
.macro enter register
	//@ clobber \regster
	nop
.endm
	enter rax
	nop
//@    behind an instruction
/* never closed
