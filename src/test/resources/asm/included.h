#ifndef INCLUDED_H
#define INCLUDED_H
#include "included.h"
#define INCLUDED 5
.macro INCLUDED_MACRO reg
	push \reg
.endm
#endif
