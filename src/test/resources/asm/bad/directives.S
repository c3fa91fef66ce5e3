	.quad 0
	.macr x
	.unheard_of 3
	.skip 8
	.set x
	.set x, 1 2
	. = . + 8
	.equiv y, 1
	.equiv y, 2
	.if label - other
	.endif
	.if
	.endif
	.ifdef 3
	.endif
	.ifc alone
	.endif
	.else
	.if 1
	.else
	.elseif 1
	.endif
	.error "said on purpose"
	.include nothing
	.include "nothing.S"
	.rept -1
	.endr
