//@ model "The C function of the atomic IST entry returns before IBRS is set."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 4.12"
//@ source "Linux v6.1, arch/x86/entry/entry_64.S: IBRS_ENTER must come before the first RET"
//@ abstraction "NMI and #MC: the entries of the other vectors are the same text. #MC does not occur while MCIP is set."
//@ abstraction "No PCID, no FSGSBASE, no espfix, no interrupts. User mode always has RSP inside the NMI stack and DF and AC set."
//@ abstraction "The C function also leaves the number of copied entries in %rdx at its end, so that the commit can be counted."
//@ switch INLINED = 0 | 1 "the function is called; or it is part of every entry, and has no RET"
#ifndef INLINED
#define INLINED 0
#endif
#define PTI 1
#define IBRS 1
#define COARSE 0
//@ has PTI, IBRS
//@ nesting 2 faults 1
//@ event NMI anywhere
//@ event MC kernel
//@ check no-ret-before-ibrs, user-runs-without-ibrs, kernel-runs-with-ibrs
//@ check commit-once, single-commit, df-handler-not-entered, gs-matches-privilege, kernel-runs-on-kernel-cr3
//@ check ist-top-not-reused, frame-intact
//@ expect no-ret-before-ibrs violated when INLINED = 0
//@ finding "The mail says so itself: with the function called, its RET runs in the kernel with IBRS=0, for every event from user mode and in every gap."
//@ finding "The function need not be called: made part of each entry it has no RET, and everything holds. Save-stage 3, ist/atomic-stage-3, is the mail's own remedy."

#include "atomic-definitions.inc"
#include "atomic-entry.inc"
