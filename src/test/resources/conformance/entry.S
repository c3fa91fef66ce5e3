//@ model "Every way in, every gate, and instructions that only move state: for walks beside a processor."
//@ stack thread words 64
//@ stack entry words 64 user-mapped
//@ stack nmi words 64 ist 1 user-mapped
//@ stack mc words 64 ist 3 user-mapped
//@ stack db words 64 ist 4 user-mapped
//@ variable scratch
//@ variable cell per-cpu
//@ tss sp0 = entry_stack_top
//@ nesting 8
//@ assume latches = yes
//@ entry syscall -> syscall fmask 0x47700
//@ gate NMI -> nmi ist 1
//@ gate MC -> mc ist 3
//@ gate DB -> db ist 4
//@ gate IRQ -> irq
//@ gate BP -> bp dpl 3
//@ gate PF -> pf
//@ gate GP -> gp
//@ gate UD -> ud
//@ gate INT80 -> int80 dpl 3
//@ user syscall, int80, BP, PF error-code 4, GP, UD
//@ event NMI anywhere
//@ event MC anywhere
//@ event DB anywhere
//@ event IRQ anywhere
syscall:
	mov	%rsp, scratch(%rip)
	mov	$thread_stack_top, %rsp
	push	%rcx
	push	%r11
	nop
	pop	%r11
	pop	%rcx
	mov	scratch(%rip), %rsp
	sysretq
nmi:	nop
	int3
	nop
	iretq
mc:	nop
	push	%rax
	push	%rcx
	push	%rdx
	mov	$0x17a, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	pop	%rdx
	pop	%rcx
	pop	%rax
	iretq
db:	nop
	iretq
irq:	nop
	iretq
bp:	nop
	iretq
pf:	add	$8, %rsp
	iretq
gp:	add	$8, %rsp
	iretq
ud:	nop
	iretq
int80:	nop
	iretq
