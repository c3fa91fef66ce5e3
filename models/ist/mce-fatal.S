//@ model "An #MC of the kernel is fatal, so that its recursion need not be cared for."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 2.2"
//@ source "Linux v6.1, arch/x86/kernel/cpu/mce/core.c, exc_machine_check, do_machine_check"
//@ abstraction "No page-table isolation, no IBRS and no FSGSBASE; what is interrupted is small: see world.inc."
//@ abstraction "One CPU: no rendezvous of all CPUs."
//@ abstraction "The panic of an #MC of the kernel takes no further event."
//@ abstraction "The run without the panic has #MC in the NMI prologue only; mce-recoverable has the rest."
//@ ablation RETURN_FROM_KERNEL_MC "the panic"
//@ ablation USER_MC_ON_IST_STACK "the move of an #MC of user mode to the thread stack"
//@ finding "Acceptable, as the mail says: an #MC of the kernel never returns, so it unblocks no NMI and needs no stack a second time, and one of user mode clears MCG_STATUS on the thread stack. What remains is a second #MC before MCG_STATUS is clear, which shuts the processor down whatever software does."
//@ finding "USER_MC_ON_IST_STACK: the second #MC overwrites the frame of the first. As it is one of the kernel, nobody returns to that frame; what is lost is the first one's report."
#define WORLD 0
#ifndef RETURN_FROM_KERNEL_MC
#define RETURN_FROM_KERNEL_MC 0
#endif
#if RETURN_FROM_KERNEL_MC
#define FATAL 0
#else
#define FATAL 1
#endif
#if RETURN_FROM_KERNEL_MC
//@ event MC in [asm_exc_nmi, end_repeat_nmi) live 1
#else
//@ event MC anywhere
#endif
#include "mce-world.inc"
//@ ends ist-top-not-reused, frame-intact
//@ expect no-shutdown violated
//@ expect no-shutdown holds when RETURN_FROM_KERNEL_MC
//@ expect ist-top-not-reused, frame-intact violated when RETURN_FROM_KERNEL_MC
//@ expect ist-top-not-reused, frame-intact violated when USER_MC_ON_IST_STACK
