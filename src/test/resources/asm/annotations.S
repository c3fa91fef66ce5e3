//@ model "what gcc sees as comments"
//@ switch PTI = 0 | 1
#define REGISTER rax
.macro enter reg:req
	//@ clobber \reg at \@
	push %\reg	//@ before push
.endm
//@ stack nmi words=32
//@     ist=2 -> top
entry:	cld	//@ class entry
	enter rbx
	enter REGISTER
#if 0
//@ gone
	hlt	//@ gone
#endif
.if 0
//@ gone
.endif
1:	nop
//@ range 1b .. 2f
2:	iretq
	nop; nop //@ before the last
// @ no annotation
# //@ no annotation
/* //@ no annotation */
