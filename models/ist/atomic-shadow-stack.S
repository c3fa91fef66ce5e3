//@ model "The atomic IST entry with supervisor shadow stacks: the commit switches RSP and SSP, and frees the tokens."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 5"
//@ source "Intel SDM volume 1, Control-flow Enforcement Technology (CET): Supervisor Shadow Stack Token"
//@ abstraction "The mail has no code for this. SSP is switched by RSTORSSP to a restore token that WRSS has written below the lowest copy, and INCSSP; tokens are freed by WRSS of their address."
//@ abstraction "The tokens are freed inside the commit, not behind it: a #DB or #VC may arrive again at once behind it."
//@ abstraction "The C function is part of each entry. No page-table isolation and no IBRS. NMI and #MC, which does not occur while MCIP is set."
//@ abstraction "User mode always has RSP inside the NMI stack and DF and AC set. #GP and #CP stop the machine."
//@ abstraction "The C function also leaves the number of copied entries in %rdx at its end, so that the commit can be counted."
//@ abstraction "A run with an ablation has NMIs from user mode, and #MC up to their commit."
//@ switch RSP_LAST = 0 | 1 "the mail's order, RSP before SSP, identified by RIP; or RSP last of all, identified by RSP"
//@ ablation TOKENS_LEFT_BUSY "the tokens of the IST shadow stacks freed"
//@ ablation SSP_FIRST "RSP switched before SSP"
//@ ablation IDENTIFY_BY_RSP "identification by RIP, which a commit of several instructions needs: by RSP instead"
//@ ablation COMMIT_OUTSIDE "the commit counted as part of the entry: who is hit there is left to go on, and room is looked for as everywhere outside"
#ifndef RSP_LAST
#define RSP_LAST 0
#endif
#ifndef TOKENS_LEFT_BUSY
#define TOKENS_LEFT_BUSY 0
#endif
#ifndef SSP_FIRST
#define SSP_FIRST 0
#endif
#ifndef IDENTIFY_BY_RSP
#define IDENTIFY_BY_RSP 0
#endif
#ifndef COMMIT_OUTSIDE
#define COMMIT_OUTSIDE 0
#endif
#define SHADOW 1
#define INLINED 1
#if RSP_LAST || IDENTIFY_BY_RSP
#define IDENTIFY 1
#else
#define IDENTIFY 2
#endif
#define COARSE 0
//@ has CET
//@ nesting 2 faults 1
#if TOKENS_LEFT_BUSY || IDENTIFY_BY_RSP || COMMIT_OUTSIDE
//@ event NMI user
//@ event MC in [asm_exc_nmi, commit_nmi)
//@ ends shadow-token-free, shadow-stack-matches, commit-once, resumes-exactly, df-handler-not-entered
#else
//@ user syscall
//@ event NMI anywhere
//@ event MC anywhere
#endif
//@ check commit-once, single-commit, df-handler-not-entered, flags-clear-in-c
//@ check shadow-stack-matches, shadow-token-free, gs-matches-privilege, swapgs-balanced
//@ check ist-top-not-reused, frame-intact, irqs-off-in-nmi, user-runs-with-nmi-open, sysret-safe
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ expect shadow-token-free violated when TOKENS_LEFT_BUSY
//@ expect single-commit, commit-once, shadow-stack-matches violated when IDENTIFY_BY_RSP
//@ expect single-commit, commit-once, shadow-stack-matches, no-dead-value-used violated when COMMIT_OUTSIDE
//@ finding "As the mail says it can be done: the commit of several instructions, RSP first and SSP after it, counts as part of the entry and is done again by whoever hits it, identified by RIP."
//@ finding "SSP_FIRST holds: identified by RIP, the order of the two switches does not matter."
//@ finding "RSP_LAST: with the switch of RSP as the last instruction of the commit, RSP alone tells again whether an entry has committed. RIP is needed for the mail's order only, not for shadow stacks as such."
//@ finding "TOKENS_LEFT_BUSY: the second event of the vector meets a busy token, becomes a #GP, and is gone."
//@ finding "The tokens have to be free before the commit ends, not only before the handler runs: behind the commit the vector may arrive again."
//@ finding "COMMIT_OUTSIDE, the mail's second option without special care: who is hit in the commit before it has left the IST stack is overwritten on the main stack, and RSTORSSP no longer finds its token."

#include "atomic-definitions.inc"
#include "atomic-entry.inc"
