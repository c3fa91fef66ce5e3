//@ model "#VC leaves its IST stack for the interrupted one, and the NMI handler moves the stack in the TSS out of its way."
//@ source "Lai Jiangshan, 2023-04-03, [RFC PATCH 0/7] x86/entry: Atomic statck switching for IST, section 2.4"
//@ source "Linux v6.1, arch/x86/kernel/sev.c, __sev_es_ist_enter; arch/x86/kernel/traps.c, vc_switch_off_ist; arch/x86/entry/entry_64.S, idtentry_vc"
//@ abstraction "No page-table isolation, no IBRS and no FSGSBASE; what is interrupted is small: see world.inc."
//@ abstraction "IRET unblocks NMIs, as the mail has it; the hypercall that opens NMIs early is left out."
//@ abstraction "The second #VC stack is left out: outside the gaps of system calls RSP is always on a stack that the kernel knows."
//@ abstraction "The shared page by which guest and hypervisor talk is left out."
//@ abstraction "System calls are there only where #VC arrives in their gaps; else user mode enters by #VC."
//@ abstraction "The user's RSP points into the #VC stack."
//@ switch PLACES = 0 | 1 | 2 | 3 "where #VC arrives: in C code, the code that clears DR7 in the NMI handler included; in the NMI prologue; and in the #VC prologue; and in the handler of an #MC, which may hit the #VC prologue"
//@ deep when PLACES = 1
//@ ablation NO_SHIFT "moving the #VC stack in the TSS while an NMI runs"
//@ ablation NO_SWITCH_OFF "leaving the IST stack for the handler of #VC"
//@ ablation NO_GAP_CHECK "the check whether a gap of a system call was interrupted (#VC arrives there too)"
//@ finding "Holds where #VC arrives only in what the guest does knowingly: C code, and the NMI handler once it has moved the stack."
//@ finding "PLACES = 1: as the mail says, it does not fix #VC against NMI. The IRET of a #VC in the prologue unblocks NMIs, and the next one overwrites the frame. Two more holes need no second NMI on the same frame: leaving the IST stack for the NMI's puts the registers where repeat_nmi has moved RSP up, over the copy of the outermost frame; and a #VC of a nested NMI overwrites the link to the former stack before the TSS says that it is in use, so that the end of the handler loads rubbish into the TSS."
//@ finding "PLACES = 2: a #VC in the #VC prologue overwrites the frame: nothing guards it, as no NMI is there to move the stack."
//@ finding "PLACES = 3: only the NMI handler moves the stack, so a #VC in the handler of an #MC that hit the #VC prologue overwrites the frame: not fixed against #MC either."
#define WORLD 0
#define VC_SHIFT 1
#ifndef PLACES
#define PLACES 0
#endif
#ifndef NO_SHIFT
#define NO_SHIFT 0
#endif
#ifndef NO_SWITCH_OFF
#define NO_SWITCH_OFF 0
#endif
#ifndef NO_GAP_CHECK
#define NO_GAP_CHECK 0
#endif
//@ nesting 3
//@ initial rsp = USER_RSP
//@ initial dr7 = DR7_ARMED
#if NO_GAP_CHECK || PLACES == 1
//@ user syscall
#else
//@ user VC error-code 114
#endif
//@ event NMI anywhere
#if NO_GAP_CHECK
//@ event VC in [entry_SYSCALL_64, entry_SYSCALL_64_safe_stack), in [entry_SYSRETQ_unsafe_stack, entry_SYSRETQ_end) live 2
#endif
#if PLACES == 1
//@ event VC in [asm_exc_nmi, end_repeat_nmi) live 1
#elif PLACES == 2
//@ event VC in [asm_exc_vmm_communication, vc_switched_off) live 2
#endif
#if PLACES != 1
//@ event VC in [exc_nmi_shifted, exc_nmi_handlers) live 2
#endif
#if PLACES == 3
//@ event MC in [asm_exc_vmm_communication, vc_switched_off) live 1
//@ c exc_machine_check raises VC writes mcg_status = 0
#else
//@ c exc_machine_check writes mcg_status = 0
#endif
//@ c do_user_machine_check writes mcg_status = 0
//@ stack mc words 48 ist 4
//@ gate MC -> asm_exc_machine_check ist 4
#if PLACES == 1
//@ c nmi_handlers serves NMI
//@ c vc_handlers
#else
//@ c nmi_handlers serves NMI raises VC
//@ c vc_handlers raises VC
#endif
//@ c user_vc_handlers
//@ check gs-matches-privilege, swapgs-balanced, ist-top-not-reused, frame-intact, nmi-not-lost
//@ check stack-is-trusted, irqs-off-in-nmi, user-runs-with-nmi-open, dr7-restored
//@ check nmi-handler-not-reentered(handler = nmi_handlers)
//@ ends ist-top-not-reused, frame-intact, resumes-exactly, stack-is-trusted
//@ expect ist-top-not-reused, frame-intact, no-dead-value-used, stack-in-bounds violated when PLACES = 1
//@ expect ist-top-not-reused, frame-intact violated when PLACES = 2
//@ expect ist-top-not-reused, frame-intact violated when PLACES = 3
//@ expect ist-top-not-reused, frame-intact violated when NO_SHIFT
//@ expect ist-top-not-reused, frame-intact violated when NO_SWITCH_OFF
//@ expect no-dead-value-used violated when NO_GAP_CHECK

#include "definitions.inc"
.set USER_RSP, vc_stack_top - 60	/* into the #VC stack */
#include "world.inc"
#include "paranoid.inc"
#include "vc.inc"
#include "nmi.inc"
PARANOID_ENTRY asm_exc_machine_check, mc, exc_machine_check, do_user_machine_check
