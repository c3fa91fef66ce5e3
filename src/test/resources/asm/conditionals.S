.set ON, 1
.equ OFF, 0
later = ON + 1
.if ON
	nop
.else
	hlt
.endif
.if OFF
	hlt
	.if nonsense with junk
	bogus ) (
	.else
	hlt
	.endif
	.macro never
.elseif later == 2
	cld
.else
	hlt
.endif
label:
.ifdef label
	std
.endif
.ifndef label
	hlt
.endif
.ifdef nowhere
	hlt
.else
	clc
.endif
.ifb
	stc
.endif
.ifnb something
	cmc
.endif
.ifc a b, a b
	cli
.endif
.ifnc one,two
	sti
.endif
.ifeqs "x y", "x y"
	leave
.endif
.ifnes "x", "y"
	ud2
.endif
.ifeq later - 2
	nop
.endif
.ifne later
	pause
.endif
.ifgt later
	lfence
.endif
.ifge OFF
	mfence
.endif
.iflt -1
	sfence
.endif
.ifle 0
	cpuid
.endif
.if (later > 1) && (ON <= 1) || 0
	rdtsc
.endif
