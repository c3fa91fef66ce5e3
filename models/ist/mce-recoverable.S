//@ model "An #MC of the kernel may be recovered from: it returns by IRET like any exception."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 2.2"
//@ source "Linux v6.1, arch/x86/kernel/cpu/mce/core.c, exc_machine_check, do_machine_check"
//@ abstraction "No page-table isolation, no IBRS and no FSGSBASE; what is interrupted is small: see world.inc."
//@ abstraction "One CPU: no rendezvous of all CPUs."
//@ abstraction "The kernel goes on where it was interrupted, as with RIPV = 1; fix-ups of the return address are left out."
//@ switch WHERE = 1 | 2 | 3 | 0 "where an #MC arrives: in the NMI prologue, in the rest of the NMI code, in the #MC code once MCG_STATUS is clear, or anywhere else"
//@ finding "Not recoverable at two places: in the NMI prologue, where the IRET of the #MC unblocks NMIs, and in the #MC code itself once MCG_STATUS is clear, where a second #MC overwrites the frame of the first."
//@ finding "WHERE = 2 holds: behind the prologue the NMI protocol takes an NMI that the IRET of an #MC lets in as well as one that a #PF lets in; the last IRET included."
#define WORLD 0
#define FATAL 0
#ifndef WHERE
#define WHERE 1
#endif
#if WHERE == 0
//@ event MC anywhere except in [asm_exc_nmi, end_nmi), in [exc_nmi, end_exc_nmi) live 1
#elif WHERE == 1
//@ event MC in [asm_exc_nmi, end_repeat_nmi) live 1
#elif WHERE == 2
//@ event MC in [end_repeat_nmi, end_exc_nmi) live 1
#else
//@ event MC anywhere live 2 not while NMI
#endif
#include "mce-world.inc"
//@ ends ist-top-not-reused, frame-intact
//@ expect ist-top-not-reused, frame-intact violated when WHERE = 1
//@ expect ist-top-not-reused, frame-intact violated when WHERE = 3
//@ expect no-shutdown violated when WHERE = 3
