//@ model "IST events are handled on their IST stacks, with nothing but the hardware to switch stacks."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 3.1"
//@ abstraction "No page-table isolation, no IBRS and no FSGSBASE; what is interrupted is small: see world.inc."
//@ abstraction "CAUSE = 0: nothing that ends by IRET arrives while an NMI is live, no #DB while a #DB, no #MC while an #MC."
//@ abstraction "Paths end where the top of a stack is reused: the mail's 'oops'."
//@ switch CAUSE = 1 | 2 | 3 | 4 | 0 "how an event comes to arrive again: #BP in the NMI handler, #MC in the NMI handler, a breakpoint in the #DB handler, an #MC after MCG_STATUS has been cleared, or not at all"
#define WORLD 0
#ifndef CAUSE
#define CAUSE 1
#endif
//@ nesting 3
//@ stack nmi words 48 ist 2
//@ stack db words 48 ist 3
//@ stack mc words 48 ist 4
//@ gate NMI -> asm_exc_nmi ist 2
//@ gate DB -> asm_exc_debug ist 3
//@ gate MC -> asm_exc_machine_check ist 4
//@ user syscall, PF error-code 4
//@ initial rsp = USER_RSP
//@ event NMI anywhere
#if CAUSE == 1
//@ c exc_nmi serves NMI raises BP
#else
//@ c exc_nmi serves NMI
#endif
#if CAUSE == 2
//@ event MC anywhere live 1
#elif CAUSE == 4
//@ event MC anywhere live 2 not while NMI
#else
//@ event MC anywhere live 1 not while NMI
#endif
#if CAUSE == 3
//@ event DB c-code, user live 2 not while NMI
#else
//@ event DB c-code, user not while DB, NMI
#endif
//@ c exc_debug writes dr6 = 0
//@ c exc_machine_check writes mcg_status = 0
//@ check ist-top-not-reused, frame-intact, gs-matches-privilege, swapgs-balanced, nmi-not-lost
//@ check nmi-handler-not-reentered, user-runs-with-nmi-open, stack-is-trusted, no-shutdown
//@ ends ist-top-not-reused
//@ expect ist-top-not-reused, frame-intact violated
//@ expect ist-top-not-reused, frame-intact holds when CAUSE = 0
//@ expect no-shutdown violated when CAUSE = 4
//@ finding "As the mail says, each of the four ways leads to a second frame on the same stack top. Without them (CAUSE = 0) the design holds: that is what made it good enough before handlers took faults."
//@ finding "CAUSE = 4: an #MC before MCG_STATUS is cleared shuts the processor down, so the window is what lies behind: the rest of the handler and the exit."

#include "definitions.inc"
.set USER_RSP, 0x7ffffff0
#include "world.inc"
#include "paranoid.inc"

.macro HARDWARE_ENTRY label:req, handler:req
\label:
	cld
	pushq	$-1
	PUSH_REGS
	call	paranoid_entry
	movq	%rsp, %rdi
	call	\handler
	jmp	paranoid_exit
.endm

HARDWARE_ENTRY asm_exc_nmi, exc_nmi
HARDWARE_ENTRY asm_exc_debug, exc_debug
HARDWARE_ENTRY asm_exc_machine_check, exc_machine_check
