	.file "dropped.S"
	.section .entry.text, "ax", @progbits
	.text
	.globl there
	.global there2
	.type there, @function
	.p2align 0
	.balign 1
	.align 1
there:
	.cfi_startproc
	.cfi_def_cfa rsp, 8
	nop
	.cfi_endproc
	.size there, .-there
	.weak weakling
	.hidden weakling
	.pushsection .discard, "a"
	.popsection
	.ident "nobody"
	.warning "only said"
	nop
	.end
	this is not read ) at ( all
