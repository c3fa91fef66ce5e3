#include "included.h"
#define PER_CPU_VAR(x)	%gs:x
#define TWICE(x) (2 * (x))
#define ADD(a, b) ((a) + (b))
#define EMPTY
#define NOTHING()
#define JOIN(a, b) a ## b
#define LIST(first, ...) __VA_ARGS__, first
#define LONG_ONE \
	(1 + \
	 2)
#define MOVE mov %rax, %rbx; mov %rbx, %rcx
# an ordinary comment, it's one
SELF = 3
#define SELF SELF + 1
entry:
	movq PER_CPU_VAR(cpu_tss + 4), %rsp
	movq PER_CPU_VAR(cpu_tss + TWICE(2)), %rsp
	mov $TWICE(ADD(1, TWICE(3))), %eax
	mov $ADD((1 + 2), SELF), %eax
	EMPTY nop EMPTY
	nop NOTHING()
	mov $JOIN(0x, ff), %eax
	mov LIST(%rax, %rcx)
	mov $LONG_ONE, %eax
	MOVE
	mov $INCLUDED, %eax
	INCLUDED_MACRO %rax	# behind an instruction
#undef TWICE
#ifdef TWICE
	hlt
#elif defined(PER_CPU_VAR) && !defined TWICE && INCLUDED == 5
	cld // said
#else
	hlt
#endif
#ifndef TWICE
	std /* said
	over two lines */ ; stc
#endif
#if UNKNOWN_NAME || (1 ? 0 : 1)
	hlt
#elif 0
	hlt
#else
	clc
#endif
#if 0
	junk ' here
# if 1
	hlt
# else
	hlt
# endif
#elif (0x10 >> 2) == 4 && 'a' == 97 && 10 % 4 == 2 && (1 || 1 / 0)
	cmc
#endif
	mov %rax, \
	    %rbx
#ifdef __ASSEMBLER__
	.include "plain.inc"
#endif
# 33 "somewhere.S"
#pragma whatever
