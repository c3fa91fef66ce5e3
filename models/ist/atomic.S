//@ model "Atomic IST entry: NMI, #DB, #MC and #VC share one main stack, to which each entry takes itself and all it interrupted."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, sections 4.1 to 4.10"
//@ switch DEPTH = 2 | 3 | 4 "live contexts: 2 with every boundary and system calls; 3 and 4 without, and with saving, clearing, identifying and each copy in one go"
//@ ablation LOOK_AT_USER_RSP "the test of the saved CS before the saved RSP is looked at (4.7)"
//@ ablation LOOK_AT_GAP_RSP "the test for the syscall gap before the saved RSP is looked at (4.7)"
//@ ablation CLEAR_WHILE_SAVING "all registers saved before one is changed (4.6): each is cleared right after its push"
//@ ablation SAVED_IF_BELOW "the exact bound of what is saved: an entry with RSP just at its registers counts as not saved"
//@ ablation SAVED_IF_ONE_MISSING "the exact bound of what is saved: an entry that lacks its last push counts as saved"
//@ ablation OWN_REGS_ONLY "the search for the entry that saved the registers (4.9): the newest one's are taken"
//@ ablation COMMIT_IN_TWO "the commit in one instruction (4.6)"
//@ ablation KEEP_FLAGS "AC and DF replicated (4.9)"
//@ ablation KEEP_REGS "the clearing of the registers replicated"
//@ ablation NO_RESULT "the function's result replicated in %rax"
//@ ablation KEEP_ORIG_AX "orig_ax written again behind the commit"
//@ ablation NO_ALIGN "RSP on the main stack aligned before a copy is put below"
//@ ablation MAIN_FROM_TOP "copies put below what already runs on the main stack"
//@ ablation TOP_INCLUDED "the exact bound of the IST stacks: their top counts as inside"
//@ ablation HELP_NOBODY "the help for interrupted entries (3.3)"
//@ ablation HELP_ONE "the help as a loop (3.3): only the entry interrupted last is helped"
//@ ablation TOUCH_SAVED "saved registers never touched (4.6): what is replicated is written over the saved frame first"
#ifndef DEPTH
#define DEPTH 2
#endif
#ifndef LOOK_AT_USER_RSP
#define LOOK_AT_USER_RSP 0
#endif
#ifndef LOOK_AT_GAP_RSP
#define LOOK_AT_GAP_RSP 0
#endif
#ifndef CLEAR_WHILE_SAVING
#define CLEAR_WHILE_SAVING 0
#endif
#ifndef SAVED_IF_BELOW
#define SAVED_IF_BELOW 0
#endif
#ifndef SAVED_IF_ONE_MISSING
#define SAVED_IF_ONE_MISSING 0
#endif
#ifndef OWN_REGS_ONLY
#define OWN_REGS_ONLY 0
#endif
#ifndef COMMIT_IN_TWO
#define COMMIT_IN_TWO 0
#endif
#ifndef KEEP_FLAGS
#define KEEP_FLAGS 0
#endif
#ifndef KEEP_REGS
#define KEEP_REGS 0
#endif
#ifndef NO_RESULT
#define NO_RESULT 0
#endif
#ifndef KEEP_ORIG_AX
#define KEEP_ORIG_AX 0
#endif
#ifndef NO_ALIGN
#define NO_ALIGN 0
#endif
#ifndef MAIN_FROM_TOP
#define MAIN_FROM_TOP 0
#endif
#ifndef TOP_INCLUDED
#define TOP_INCLUDED 0
#endif
#ifndef HELP_NOBODY
#define HELP_NOBODY 0
#endif
#ifndef HELP_ONE
#define HELP_ONE 0
#endif
#ifndef TOUCH_SAVED
#define TOUCH_SAVED 0
#endif
/* Without a defence NMI and #MC tell enough; help for more than one takes #VC too. */
#define ABLATED (LOOK_AT_USER_RSP || LOOK_AT_GAP_RSP || CLEAR_WHILE_SAVING \
	|| SAVED_IF_BELOW || SAVED_IF_ONE_MISSING || OWN_REGS_ONLY \
	|| COMMIT_IN_TWO || KEEP_FLAGS || KEEP_REGS \
	|| NO_RESULT || KEEP_ORIG_AX || NO_ALIGN \
	|| MAIN_FROM_TOP || TOP_INCLUDED || HELP_NOBODY \
	|| HELP_ONE || TOUCH_SAVED)
#define COARSE (DEPTH != 2 || HELP_ONE)
//@ deep when DEPTH = 3
//@ deep when DEPTH = 4
#if HELP_ONE
//@ nesting 3
//@ event NMI user
//@ event MC kernel not while VC
//@ event VC kernel not while uncommitted VC error-code 0x72
#elif ABLATED
//@ nesting 2
//@ user syscall
//@ event NMI anywhere
//@ event MC kernel
#else
#if DEPTH == 2
//@ nesting 2
//@ user syscall
#elif DEPTH == 3
//@ nesting 3
#else
//@ nesting 4
#endif
//@ event NMI anywhere
//@ event MC anywhere
//@ event DB anywhere not while uncommitted DB
//@ event VC anywhere not while uncommitted VC error-code 0x72
#endif
//@ check commit-once, single-commit, flags-clear-in-c, gs-matches-privilege, swapgs-balanced
//@ check ist-top-not-reused, frame-intact, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
#include "atomic-definitions.inc"
#include "atomic-entry.inc"
