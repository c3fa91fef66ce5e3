#include "nothing.h"
#include <stdio.h>
#define
#define f(x, 1) x
#define g(x) x
#define h (1 +
	mov $g(1, 2), %rax
	mov $g(1, %rax
	mov $h 2, %rax
#define h 3
#if 1 +
#endif
#if (1
#endif
#if defined(
#endif
#if 4 / 0
#endif
#ifdef
#endif
#else
#error on purpose
#if 0
#else
#else
