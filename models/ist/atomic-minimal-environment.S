//@ model "The atomic IST entry up to its commit needs nothing of the kernel's: user GS base, user CR3 and IBRS=0 will do."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 4.11"
//@ source "Linux v6.1, arch/x86/entry/entry_64.S, arch/x86/entry/calling.h: page-table isolation and IBRS around it"
//@ abstraction "NMI and #MC: the entries of the other vectors are the same text. #MC does not occur while MCIP is set."
//@ abstraction "No PCID, no FSGSBASE, no espfix; interrupts come from user mode only."
//@ abstraction "User mode always has RSP inside the NMI stack and DF and AC set."
//@ abstraction "The C function also leaves the number of copied entries in %rdx at its RET, so that the commit can be counted."
//@ ablation PER_CPU_BEFORE_COMMIT "per-CPU data left alone before the commit: the main stack is found through GS"
//@ ablation KERNEL_DATA_BEFORE_COMMIT "kernel memory left alone before the commit: the main stack is found in a variable that only the kernel's CR3 maps"
//@ ablation MAIN_NOT_MAPPED "the main stack in the CPU entry area: the user's CR3 does not map it"
#ifndef PER_CPU_BEFORE_COMMIT
#define PER_CPU_BEFORE_COMMIT 0
#endif
#ifndef KERNEL_DATA_BEFORE_COMMIT
#define KERNEL_DATA_BEFORE_COMMIT 0
#endif
#ifndef MAIN_NOT_MAPPED
#define MAIN_NOT_MAPPED 0
#endif
#define PTI 1
#define IBRS 1
#define COARSE 0
//@ has PTI, IBRS
//@ nesting 2 faults 1
//@ user syscall
//@ event NMI anywhere
#if PER_CPU_BEFORE_COMMIT || KERNEL_DATA_BEFORE_COMMIT || MAIN_NOT_MAPPED
//@ ends nothing-unmapped-is-touched, gs-matches-privilege
#else
//@ event MC anywhere
//@ event IRQ user
#endif
//@ check user-runs-on-user-cr3, kernel-runs-on-kernel-cr3, nothing-unmapped-is-touched
//@ check user-runs-without-ibrs, kernel-runs-with-ibrs, gs-matches-privilege, swapgs-balanced
//@ check commit-once, single-commit, df-handler-not-entered, flags-clear-in-c, ist-top-not-reused, frame-intact
//@ check irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ expect gs-matches-privilege violated when PER_CPU_BEFORE_COMMIT
//@ expect nothing-unmapped-is-touched, kernel-runs-on-kernel-cr3 violated when KERNEL_DATA_BEFORE_COMMIT
//@ expect nothing-unmapped-is-touched, kernel-runs-on-kernel-cr3 violated when MAIN_NOT_MAPPED
//@ expect no-double-fault, df-handler-not-entered violated when KERNEL_DATA_BEFORE_COMMIT
//@ expect no-double-fault, df-handler-not-entered violated when MAIN_NOT_MAPPED
//@ finding "As the mail says: up to the commit nothing is touched that the user's CR3 does not map, nothing through GS, and the entry works whatever IBRS is."
//@ finding "After the commit the ordinary paranoid entry does the rest, from whatever mixture of GS, CR3 and IBRS the interrupted place had, the commit of an interrupted entry included."
//@ finding "Without the rule the first NMI from user mode is the end: a #PF so early has no handler that could run, and becomes a double fault here."

#include "atomic-definitions.inc"
#include "atomic-entry.inc"
