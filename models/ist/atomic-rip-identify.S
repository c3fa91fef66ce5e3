//@ model "The atomic IST entry finds the entries that it interrupted by RIP, by RSP, or by both."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 4.7"
//@ abstraction "The C function is part of each entry, so that RIP tells the vector; called by all four, its RIP tells only that some entry was hit."
//@ abstraction "No page-table isolation and no IBRS. #VC does not arrive in its own entry before its commit."
//@ abstraction "NMI and #VC, one vector without an error code and one with. User mode always has DF and AC set, and RSP inside the main stack, which the search for free room below must not believe."
//@ abstraction "The C function also leaves the number of copied entries in %rdx at its end, so that the commit can be counted."
//@ switch IDENTIFY = 2 | 3 "by RIP alone; by RIP and by RSP, and a difference is a double fault"
//@ ablation LOOK_AT_USER_RSP "the test of the saved CS before the saved RSP is looked at"
//@ ablation LOOK_AT_GAP_RSP "the test for the syscall gap before the saved RSP is looked at"
#ifndef IDENTIFY
#define IDENTIFY 2
#endif
#ifndef LOOK_AT_USER_RSP
#define LOOK_AT_USER_RSP 0
#endif
#ifndef LOOK_AT_GAP_RSP
#define LOOK_AT_GAP_RSP 0
#endif
#define INLINED 1
#define COARSE 0
#define USER_RSP_IN_MAIN 1
//@ nesting 2 faults 1
//@ user syscall
//@ event NMI anywhere
#if LOOK_AT_USER_RSP || LOOK_AT_GAP_RSP
//@ ends resumes-exactly, df-handler-not-entered
#else
//@ event VC anywhere not while uncommitted VC error-code 0x72
#endif
//@ check commit-once, single-commit, df-handler-not-entered
//@ check flags-clear-in-c, gs-matches-privilege, swapgs-balanced
//@ check ist-top-not-reused, frame-intact, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ expect df-handler-not-entered violated when LOOK_AT_USER_RSP
//@ expect df-handler-not-entered violated when LOOK_AT_GAP_RSP
//@ finding "RIP alone identifies: it tells the entry, how much it has saved, and where it commits. The user's RSP does not mislead it, in user mode or in the syscall gap."
//@ finding "RIP and RSP agree wherever both apply: with both, INT 8 is never reached."
//@ finding "RIP needs code of its own for each vector. A function that all four call tells no vector; then RSP, or the return address on the stack, has to."
//@ finding "RSP is needed even so, for the room on the main stack below what already runs there; without its tests a user with RSP near the end of the main stack makes the entry give up by INT 8."

#include "atomic-definitions.inc"
#include "atomic-entry.inc"
