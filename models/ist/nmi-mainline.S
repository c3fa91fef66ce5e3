//@ model "The NMI protocol of mainline: two copies of the frame, a word and DF that tell nesting, and a latch in C."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 2.1"
//@ source "Linux v6.1, arch/x86/entry/entry_64.S, asm_exc_nmi; arch/x86/kernel/nmi.c, exc_nmi"
//@ switch WORLD = 0 | 1 "whether events arrive between all instructions of system calls, IRQ, #PF and #BP"
#ifndef WORLD
#define WORLD 0
#endif
//@ nesting 3
//@ initial dr7 = DR7_ARMED
//@ initial rsp = USER_RSP
//@ stack db words 48 ist 3
//@ gate DB -> asm_exc_debug ist 3
//@ event NMI anywhere


//@ c nmi_handlers raises PF, DB
//@ c debug_handlers
//@ c do_user_debug writes dr6 = 0
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check cr2-preserved, dr7-restored, db-does-not-recurse
//@ check nmi-handler-not-reentered(handler = nmi_handlers)

#include "definitions.inc"
#include "world.inc"
#include "paranoid.inc"
PARANOID_ENTRY asm_exc_debug, db, exc_debug, do_user_debug

/* Breakpoints are off while the kernel handles one. */
//@ c-code begin exc_debug
exc_debug:
	xorl	%eax, %eax
	movq	%rax, %dr6
	movq	%dr7, %rax
	pushq	%rax
	movl	$DR7_DISARMED, %eax
	movq	%rax, %dr7
	call	debug_handlers
	popq	%rax
	movq	%rax, %dr7
	ret
end_exc_debug:
//@ c-code end
#include "nmi.inc"
