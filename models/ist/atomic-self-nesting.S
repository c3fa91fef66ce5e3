//@ model "An event nests in its own atomic IST entry before the commit, which the hardware should not allow."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 4.8"
//@ abstraction "No page-table isolation and no IBRS. User mode always has RSP inside the NMI stack and DF and AC set."
//@ abstraction "The #DF handler stops the machine: what is decided is that it is reached before anything else goes wrong."
//@ abstraction "A path also ends where a commit covers another number of entries than there are: nothing right can come of that."
//@ abstraction "The C function also leaves the number of copied entries in %rdx at its RET, so that the commit can be counted."
//@ switch SELF = 1 | 2 | 3 | 4 "what nests in itself: #VC, that the hypervisor raises at any instruction; #DB, from a breakpoint in the entry; NMI, unblocked by an SMI; #MC, where the entry clears MCIP first thing"
//@ switch DEPTH = 2 | 3 "live contexts: 2 with every boundary; 3 with another vector between the two, and saving, identifying and each copy in one go"
//@ ablation GO_ON_AT_LIMIT "the INT 8 where more entries are found than there are vectors: what was found is copied"
//@ ablation GO_ON_WITHOUT_ROOM "that INT 8, and the one where the main stack has no room"
#ifndef SELF
#define SELF 1
#endif
#ifndef GO_ON_AT_LIMIT
#define GO_ON_AT_LIMIT 0
#endif
#ifndef GO_ON_WITHOUT_ROOM
#define GO_ON_WITHOUT_ROOM 0
#endif
#ifndef DEPTH
#define DEPTH 2
#endif
#define COARSE (DEPTH != 2)
#if SELF == 1
//@ event VC user, in [asm_exc_vmm_communication, commit_vc) error-code 0x72
//@ event VC in [ist_copy_regs_to_main_stack, end_ist_copy_regs) error-code 0x72
#elif SELF == 2
//@ event DB user, in [asm_exc_debug, commit_db), in [ist_copy_regs_to_main_stack, end_ist_copy_regs)
#elif SELF == 3
//@ event NMI user, in [asm_exc_nmi, commit_nmi), in [ist_copy_regs_to_main_stack, end_ist_copy_regs)
//@ event SMI in [asm_exc_nmi, commit_nmi), in [ist_copy_regs_to_main_stack, end_ist_copy_regs)
#else
#define CLEAR_MCIP_FIRST 1
//@ event MC user, in [asm_exc_machine_check, commit_mc)
//@ event MC in [ist_copy_regs_to_main_stack, end_ist_copy_regs)
#endif
#if DEPTH == 2
//@ nesting 2 faults 1
#else
//@ nesting 3 faults 1
#if SELF == 2
//@ event VC in [asm_exc_debug, commit_db) not while VC error-code 0x72
//@ event DB in [asm_exc_vmm_communication, commit_vc)
#elif SELF == 3
//@ event VC in [asm_exc_nmi, commit_nmi) not while VC error-code 0x72
//@ event NMI in [asm_exc_vmm_communication, commit_vc)
//@ event SMI in [asm_exc_vmm_communication, commit_vc)
#elif SELF == 4
//@ event VC in [asm_exc_machine_check, commit_mc) not while VC error-code 0x72
//@ event MC in [asm_exc_vmm_communication, commit_vc)
#else
//@ event NMI in [asm_exc_vmm_communication, commit_vc)
//@ event VC in [asm_exc_nmi, commit_nmi) error-code 0x72
#endif
#endif
//@ ends df-handler-not-entered, single-commit
//@ check commit-once, single-commit, df-handler-not-entered, gs-matches-privilege
//@ expect df-handler-not-entered violated
//@ expect no-double-fault violated when GO_ON_WITHOUT_ROOM
//@ finding "As the mail says: whatever nests in itself, at whatever instruction, alone or with another vector between, ends in INT 8 of the search. Nothing is committed, resumed or read that should not be: the newest frame's RSP points into its own stack, so the search comes back to itself and runs into its limit."
//@ finding "GO_ON_AT_LIMIT ends in INT 8 as well: eight copies do not fit on this main stack. GO_ON_WITHOUT_ROOM takes that out too, and leaves it to what lies below the main stack: a #PF that becomes a true double fault."

#include "atomic-definitions.inc"
#include "atomic-entry.inc"
