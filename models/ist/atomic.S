//@ model "Atomic IST entry: NMI, #DB, #MC and #VC share one main stack, to which each entry takes itself and all it interrupted."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, sections 4.1 to 4.10"
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 3/7] x86/entry: Implement atomic-IST-entry: the algorithm of the C function"
//@ abstraction "No page-table isolation and no IBRS: ist/atomic-minimal-environment has them. No FSGSBASE, no trampoline stack, no interrupts from user mode."
//@ abstraction "The stacks' addresses are constants; the kernel computes them from RSP, since each CPU has its own."
//@ abstraction "#DB and #VC do not arrive in their own entry before its commit, and no #MC while MCIP is set (4.8); NMIs are blocked by the processor. ist/atomic-self-nesting breaks this."
//@ abstraction "A #DB may arrive at any instruction of the kernel, whatever DR7 says: the worst that a debugger or a hypervisor can do."
//@ abstraction "Only the NMI handler raises an exception of its own, a #BP, whose IRET unblocks NMIs. The handlers of #DB, #MC and #VC raise nothing, and #MC is not fatal."
//@ abstraction "User mode always has RSP inside the NMI stack and DF and AC set: the values that hurt most."
//@ abstraction "The C function also leaves the number of copied entries in %rdx at its RET, so that the commit can be counted. Nothing but that check reads it."
//@ abstraction "What lies in the word of orig_ax before it is pushed may be read and moved, as in the kernel, but nothing may depend on it."
//@ abstraction "With four live contexts events hit an entry before its CLAC, before its first push and its ninth, when all is pushed, before each copy and before the commit; and the C code behind it. What differs at the boundaries between is registers that the next entry saves and nobody reads again, as the runs with every boundary show for two and three."
//@ abstraction "With three live contexts the scratch word for the user's RSP begins as an earlier system call left it; with two it begins empty, so that a lost save shows."
//@ abstraction "A run with an ablation has two or three of the vectors, at the places where the ablation can matter."
//@ switch DEPTH = 2 | 3 | 4 "live contexts: 2 and 3 with every boundary and system calls; 4 coarser: without system calls, saving in two goes, clearing, identifying and each copy in one"
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
#define COARSE (DEPTH == 4 || HELP_ONE)
#define CALLED_BEFORE (DEPTH == 3)
//@ deep when DEPTH = 3
//@ deep when DEPTH = 4
#if HELP_ONE
//@ nesting 3 faults 1
//@ event NMI user
//@ event MC in [asm_exc_nmi, commit_nmi)
//@ event VC in [asm_exc_machine_check, commit_mc) not while uncommitted VC error-code 0x72
//@ ends commit-once
#elif TOUCH_SAVED
//@ nesting 3 faults 1
//@ event NMI user
//@ event MC at cld live 1
//@ event VC in [copying, copied) live 1 error-code 0x72
#elif MAIN_FROM_TOP
//@ nesting 3 faults 1
//@ user syscall
//@ event NMI c-code live 1
//@ event MC c-code live 1
#elif COMMIT_IN_TWO
//@ nesting 2 faults 1
//@ event NMI user
//@ event MC in [start_commit_nmi, end_nmi), c-code
#elif LOOK_AT_USER_RSP || LOOK_AT_GAP_RSP || NO_ALIGN || TOP_INCLUDED
//@ nesting 2 faults 1
//@ user syscall
//@ event NMI anywhere
//@ event MC kernel
#elif ABLATED
//@ nesting 2 faults 1
//@ event NMI user
//@ event MC in [asm_exc_nmi, commit_nmi), in [ist_copy_regs_to_main_stack, end_ist_copy_regs)
#else
#if DEPTH == 4
//@ nesting 4 faults 1
//@ event NMI user, at clac, in [saving_nmi, commit_nmi), in [saving_db, commit_db),
//@    in [saving_mc, commit_mc), in [saving_vc, commit_vc), in [copying, copied), c-code
//@ event MC user, at clac, in [saving_nmi, commit_nmi), in [saving_db, commit_db),
//@    in [saving_mc, commit_mc), in [saving_vc, commit_vc), in [copying, copied), c-code
//@ event DB user, at clac, in [saving_nmi, commit_nmi), in [saving_db, commit_db),
//@    in [saving_mc, commit_mc), in [saving_vc, commit_vc), in [copying, copied), c-code
//@    not while uncommitted DB
//@ event VC user, at clac, in [saving_nmi, commit_nmi), in [saving_db, commit_db),
//@    in [saving_mc, commit_mc), in [saving_vc, commit_vc), in [copying, copied), c-code
//@    not while uncommitted VC error-code 0x72
#else
#if DEPTH == 2
//@ nesting 2 faults 1
#else
//@ nesting 3 faults 1
#endif
//@ user syscall
//@ event NMI anywhere
//@ event MC anywhere
//@ event DB anywhere not while uncommitted DB
//@ event VC anywhere not while uncommitted VC error-code 0x72
#endif
#endif
#if ABLATED
//@ ends resumes-exactly, df-handler-not-entered, gs-matches-privilege
#endif
//@ check commit-once, single-commit, df-handler-not-entered
//@ check flags-clear-in-c, gs-matches-privilege, swapgs-balanced
//@ check ist-top-not-reused, frame-intact, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ expect df-handler-not-entered violated when LOOK_AT_USER_RSP
//@ expect no-dead-value-used, df-handler-not-entered violated when LOOK_AT_GAP_RSP
//@ expect resumes-exactly violated when CLEAR_WHILE_SAVING
//@ expect resumes-exactly violated when SAVED_IF_BELOW
//@ expect no-dead-value-used violated when SAVED_IF_ONE_MISSING
//@ expect resumes-exactly violated when OWN_REGS_ONLY
//@ expect no-dead-value-used violated when COMMIT_IN_TWO
//@ expect flags-clear-in-c, no-dead-value-used violated when KEEP_FLAGS
//@ expect no-dead-value-used, no-double-fault, df-handler-not-entered violated when KEEP_ORIG_AX
//@ expect no-return-to-unknown-context, no-dead-value-used violated when MAIN_FROM_TOP
//@ expect single-commit, no-dead-value-used, resumes-exactly violated when HELP_NOBODY
//@ expect single-commit, commit-once, no-dead-value-used violated when HELP_ONE
//@ expect single-commit, frame-intact, resumes-exactly violated when TOUCH_SAVED
//@ finding "As the mail says: whichever of the four interrupts another, each entry is committed exactly once and resumes exactly what it interrupted, although NMIs are unblocked by the first IRET: with two and three contexts live at any instruction, system calls among them, and with four at the places above, in all orders, complete."
//@ finding "CLEAR_WHILE_SAVING: an entry hit between its pushes has not saved all, so that the next one's registers count as the interrupted ones; those that were cleared after their push are lost."
//@ finding "SAVED_IF_ONE_MISSING: hit before its last push, the entry has nothing where %r15 belongs, and the copy takes it from there."
//@ finding "OWN_REGS_ONLY: the newest entry has saved what the function left in the registers, if the entry that it hit had saved and cleared them already."
//@ finding "KEEP_ORIG_AX: an entry hit before that push has in that word what an older entry left; behind its commit it is taken for the number of a system call. The commit of that older one made the word dead; before any, it is 0, on which the check is UD2, for which there is no gate: hence #DF."
//@ finding "HELP_NOBODY and HELP_ONE: the commit speaks of fewer entries than have begun and are not committed. The one left out is returned to where it was hit, on a stack that the commit has given up: it commits again, or uses what is dead; and one that HELP_NOBODY hit while it cleared gets back the registers of the outermost."
//@ finding "The mail's argument predicts which defences are needed, and for single-commit, commit-once and resumes-exactly how the lack of one shows. That KEEP_REGS, NO_RESULT, NO_ALIGN and TOP_INCLUDED hold, and which property besides notices first, was seen and not foreseen."
//@ finding "KEEP_REGS holds: the registers that the function and the stub leave behind the commit are not used again but %rax, so replicating their clearing serves speculation alone."
//@ finding "NO_RESULT holds: entries go on behind the instruction that moves %rax to RSP, so only RSP has to be replicated."
//@ finding "NO_ALIGN holds: copies are multiples of 16 bytes, the processor aligns its own frames, and the kernel's C code asks for 8 bytes only."
//@ finding "MAIN_FROM_TOP: the copy lands on what the interrupted handler has on the main stack, and the C code that runs below the copy uses the rest of it, the return address of the handler's own C code included."
//@ finding "TOP_INCLUDED holds: nothing runs with RSP at the top of an IST stack but through an event there, which has pushed five words."
//@ finding "SAVED_IF_BELOW: the entry that has pushed everything and clears its registers has RSP exactly at its registers; taken as not saved, cleared registers become the user's."
//@ finding "KEEP_FLAGS: the interrupted entry goes on behind its CLAC and CLD with the user's AC and DF; the copy to the thread stack then runs backwards."
//@ finding "LOOK_AT_USER_RSP and LOOK_AT_GAP_RSP: a user with RSP in an IST stack is taken for an interrupted entry. The search finds itself again and again until it gives up by INT 8, or reads what nobody saved."
//@ finding "COMMIT_IN_TWO: for one instruction RSP is above the copy that is to be kept, and an event there overwrites it."
//@ finding "TOUCH_SAVED needs three: the second has zeroed the registers that it saved for the first, when the third takes them from it."
#include "atomic-definitions.inc"
#include "atomic-entry.inc"
