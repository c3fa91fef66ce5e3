//@ model "No #DB interrupts the handling of a #DB of the kernel, since breakpoints are off in DR7."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 2.2"
//@ source "Linux v6.1, arch/x86/include/asm/debugreg.h, local_db_save; arch/x86/kernel/traps.c, exc_debug_kernel; arch/x86/kernel/hw_breakpoint.c"
//@ abstraction "No page-table isolation, no IBRS and no FSGSBASE; what is interrupted is small: see world.inc."
//@ abstraction "No #MC while an NMI is live: the hole of the NMI protocol is not this model's."
//@ abstraction "A breakpoint is whatever raises #DB while DR7 enables one; single steps are left out."
//@ abstraction "RECORD = 1: a system call removes and sets the breakpoint, with DR7 and the record in this order; no #DB of user mode comes in between."
//@ switch PLACES = 0 | 1 | 2 "where breakpoints may be: in C code that may be instrumented and in user mode, which is what the kernel allows; or also in the #DB code before DR7 is cleared; or also behind its restore"
//@ switch RECORD = 0 | 1 "whether the kernel trusts its own record of DR7, as under a hypervisor, and a system call changes both"
//@ ablation NO_DB_DR7_CLEAR "clearing DR7 in #DB"
//@ ablation DR7_CLEARED_LATE "clearing DR7 before the handlers of #DB run"
//@ ablation NO_DB_DR7_RESTORE "the restore of DR7 in #DB"
//@ ablation NO_DR7_CLEAR "clearing DR7 in the NMI handler"
//@ ablation NO_MC_DR7_CLEAR "clearing DR7 in the #MC handler"
//@ ablation RECORD_WRITTEN_LATE "the order of the record and DR7 when a breakpoint is set or removed (with RECORD = 1)"
//@ finding "Holds with the kernel's rule for breakpoints. The mail calls clearing DR7 the best solution; it is one only together with the rule that no breakpoint lies in the #DB code, since DR7 is not yet clear at its start and no longer at its end: PLACES = 1 and 2."
//@ finding "NO_DR7_CLEAR, NO_MC_DR7_CLEAR: an NMI or #MC in the first instructions of #DB, whose handler hits a breakpoint, overwrites the frame of the #DB. So the NMI and #MC handlers have to clear DR7 for the sake of #DB; the mail speaks of #DB alone. The interrupted #DB may be one of user mode that has not left its IST stack yet."
//@ finding "RECORD_WRITTEN_LATE: when DR7 is armed before the record says so, #DB does not clear DR7 and recurses. The order that Linux keeps holds."
#define WORLD 0
#define FATAL 0
#ifndef PLACES
#define PLACES 0
#endif
#ifndef RECORD
#define RECORD 0
#endif
#ifndef RECORD_WRITTEN_LATE
#define RECORD_WRITTEN_LATE 0
#endif
#if RECORD || RECORD_WRITTEN_LATE
#define HYPERVISOR 1
#else
#define HYPERVISOR 0
#endif
//@ nesting 3
//@ initial dr7 = DR7_ARMED
//@ initial rsp = USER_RSP
//@ variable cpu_dr7 = DR7_ARMED per-cpu
#if HYPERVISOR
//@ user syscall
#else
//@ user PF error-code 4
#endif
//@ event NMI anywhere
//@ event MC anywhere live 1 not while NMI
#if PLACES == 1
//@ event DB in [asm_exc_debug, exc_debug_cleared)
#elif PLACES == 2
//@ event DB in [exc_debug_restored, end_exc_debug), in [paranoid_exit, end_paranoid_exit)
#endif
//@ event DB c-code, user except in [exc_nmi, end_exc_nmi), in [exc_debug, end_exc_debug),
//@   in [exc_machine_check, end_exc_machine_check)
//@ c nmi_handlers serves NMI
//@ check db-does-not-recurse, dr7-restored, ist-top-not-reused, frame-intact, nmi-not-lost
//@ check gs-matches-privilege, swapgs-balanced, stack-is-trusted, user-runs-with-nmi-open
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ ends ist-top-not-reused, frame-intact, db-does-not-recurse, dr7-restored
//@ expect db-does-not-recurse, ist-top-not-reused, frame-intact violated when PLACES = 1
//@ expect db-does-not-recurse, ist-top-not-reused, frame-intact violated when PLACES = 2
//@ expect db-does-not-recurse, ist-top-not-reused, frame-intact violated when NO_DB_DR7_CLEAR
//@ expect db-does-not-recurse, ist-top-not-reused, frame-intact violated when DR7_CLEARED_LATE
//@ expect dr7-restored, resumes-exactly violated when NO_DB_DR7_RESTORE
//@ expect ist-top-not-reused, frame-intact violated when NO_DR7_CLEAR
//@ expect ist-top-not-reused, frame-intact violated when NO_MC_DR7_CLEAR
//@ expect db-does-not-recurse, ist-top-not-reused, frame-intact violated when RECORD_WRITTEN_LATE

#include "definitions.inc"
.set USER_RSP, 0x7ffffff0
#if HYPERVISOR
#define SYSCALL_RUNS_C 1
#endif
#include "world.inc"
#include "paranoid.inc"
#include "debug.inc"
#include "nmi.inc"
#include "mce.inc"

#if HYPERVISOR
/* Removes the breakpoint and sets it again. */
//@ c-code begin do_syscall_64
do_syscall_64:
	movl	$DR7_DISARMED, %eax
#if RECORD_WRITTEN_LATE
	movq	$0, PER_CPU_VAR(cpu_dr7)
	movq	%rax, %dr7
#else
	movq	%rax, %dr7
	movq	$0, PER_CPU_VAR(cpu_dr7)
#endif
	movl	$DR7_ARMED, %eax
#if RECORD_WRITTEN_LATE
	movq	%rax, %dr7
	movq	$DR7_ARMED, PER_CPU_VAR(cpu_dr7)
#else
	movq	$DR7_ARMED, PER_CPU_VAR(cpu_dr7)
	movq	%rax, %dr7
#endif
	ret
//@ c-code end
#endif
