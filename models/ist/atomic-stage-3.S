//@ model "The atomic IST entry also saves and switches GS, CR3 and SPEC_CTRL before its commit."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, sections 4.6 (save-stage-3), 4.11 and 4.12"
//@ source "Linux v6.1, arch/x86/entry/entry_64.S, arch/x86/entry/calling.h: page-table isolation, FSGSBASE and IBRS around it"
//@ abstraction "NMI and #MC: the entries of the other vectors are the same text. #MC does not occur while MCIP is set."
//@ abstraction "The kernel's GS base is in a variable that the user's CR3 maps; the kernel finds it by LSL and a table."
//@ abstraction "No PCID and no espfix. User mode always has RSP inside the NMI stack, a negative GS base that is not the kernel's, and DF and AC set."
//@ abstraction "The C function also leaves the number of copied entries in %rdx at its RET, so that the commit can be counted."
//@ abstraction "A run with an ablation has NMIs from user mode, and #MC up to their commit."
//@ ablation SWITCH_WHILE_SAVING "everything of stage 3 saved before any of it changes: GS is switched before CR3 and SPEC_CTRL are saved"
//@ ablation SWITCH_BY_SWAPGS "a switch that gives the same result when done again: SWAPGS, guarded by the sign of the saved base, for WRGSBASE"
//@ ablation OWN_EXTENSION_ONLY "the search for the entry that completed stage 3: the newest one's values are taken"
//@ ablation KEEP_EXTENSION "the switch replicated: the interrupted entry goes on with what it had when it was hit"
#ifndef SWITCH_WHILE_SAVING
#define SWITCH_WHILE_SAVING 0
#endif
#ifndef SWITCH_BY_SWAPGS
#define SWITCH_BY_SWAPGS 0
#endif
#ifndef OWN_EXTENSION_ONLY
#define OWN_EXTENSION_ONLY 0
#endif
#ifndef KEEP_EXTENSION
#define KEEP_EXTENSION 0
#endif
#define PTI 1
#define IBRS 1
#define STAGE_3 1
#define COARSE 0
//@ has PTI, IBRS
//@ initial gs_base = 0xffffffff80000000
//@ nesting 2 faults 1
#if SWITCH_WHILE_SAVING || SWITCH_BY_SWAPGS || OWN_EXTENSION_ONLY || KEEP_EXTENSION
//@ event NMI user
//@ event MC in [asm_exc_nmi, commit_nmi), in [ist_copy_regs_to_main_stack, end_ist_copy_regs)
//@ ends resumes-exactly, gs-matches-privilege, user-runs-on-user-cr3, kernel-runs-on-kernel-cr3
#else
//@ user syscall
//@ event NMI anywhere
//@ event MC anywhere
#endif
//@ check user-runs-on-user-cr3, kernel-runs-on-kernel-cr3, nothing-unmapped-is-touched
//@ check user-runs-without-ibrs, kernel-runs-with-ibrs, no-ret-before-ibrs
//@ check gs-matches-privilege, swapgs-balanced
//@ check commit-once, single-commit, df-handler-not-entered, flags-clear-in-c, ist-top-not-reused, frame-intact
//@ check irqs-off-in-nmi, user-runs-with-nmi-open
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ expect resumes-exactly violated when SWITCH_WHILE_SAVING
//@ expect gs-matches-privilege violated when SWITCH_BY_SWAPGS
//@ expect nmi-handler-not-reentered vacuous when SWITCH_BY_SWAPGS
//@ expect resumes-exactly violated when OWN_EXTENSION_ONLY
//@ expect kernel-runs-on-kernel-cr3, kernel-runs-with-ibrs, no-ret-before-ibrs violated when KEEP_EXTENSION
//@ finding "As the mail says, it can be done, and then no RET runs with IBRS=0: the third stage is searched for as the registers are, and replicated as what the newest entry itself has switched to."
//@ finding "Behind the commit nothing has to be paranoid any more: what the interrupted code had is in the frame. From user mode the saved GS base has to be put where SWAPGS expects it."
//@ finding "SWITCH_BY_SWAPGS fails for a user with a negative GS base only: guarded by the base that the entry saved, SWAPGS is as good as WRGSBASE against interruption, since nobody takes it back before the commit."
//@ finding "WRMSR and RDMSR in the entry may raise #VC where the hypervisor intercepts SPEC_CTRL: in the #VC entry itself that is the self-nesting that section 4.8 forbids."

#include "atomic-definitions.inc"
#include "atomic-entry.inc"
