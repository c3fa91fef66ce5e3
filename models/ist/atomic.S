//@ model "Atomic IST entry: NMI, #DB, #MC and #VC share one main stack, to which each entry takes itself and all it interrupted."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, sections 4.1 to 4.10"
//@ switch DEPTH = 2 | 3 "x"
#ifndef DEPTH
#define DEPTH 2
#endif
#define COARSE (DEPTH != 2)
#define PTI 0
#define IBRS 0
//@ nesting 2
//@ user syscall
//@ event NMI anywhere
//@ event MC anywhere
//@ event DB anywhere not while uncommitted DB
//@ event VC anywhere not while uncommitted VC error-code 0x72
//@ check commit-once, single-commit, gs-matches-privilege, swapgs-balanced, ist-top-not-reused
//@ check frame-intact, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
#include "atomic-definitions.inc"
#include "atomic-entry.inc"
