//@ model "Sequences that each ask the processor for one rule."
//@ stack thread words 64
//@ stack entry words 64 user-mapped
//@ stack nmi words 64 ist 1 user-mapped
//@ stack df words 64 ist 2 user-mapped
//@ stack mc words 64 ist 3 user-mapped
//@ stack db words 64 ist 4 user-mapped
//@ variable cell per-cpu
//@ tss sp0 = entry_stack_top
//@ paging split
//@ nesting 8
//@ assume latches = yes
//@ entry syscall -> syscall fmask 0x47700
//@ entry syscall32 -> syscall32
//@ entry sysenter -> handler stack entry_stack_top
//@ gate NMI -> nmi ist 1
//@ gate DF -> handler ist 2
//@ gate MC -> handler ist 3
//@ gate DB -> db ist 4
//@ gate IRQ -> handler
//@ gate BP -> handler dpl 3
//@ gate PF -> handler_with_code
//@ gate GP -> handler_with_code
//@ gate SS -> handler_with_code
//@ gate UD -> handler trap
//@ gate INT80 -> handler
//@ user syscall, syscall32, sysenter, BP, PF error-code 4, PF error-code 6, GP, UD, INT80
//@ event NMI anywhere
//@ event MC anywhere
//@ event DB anywhere
//@ event IRQ anywhere
syscall:
	nop
	nop
	sysretq
syscall32:
	nop
	sysretl
handler_with_code:
	add	$8, %rsp
handler:
	nop
	iretq
nmi:	nop
	int3
	nop
	iretq
nmi_that_returns_otherwise:
	popfq
	ret
	nop
db:	nop
	iretq
two:	nop
	nop
	nop
load:	mov	(%rbx), %rax
	nop
store:	movl	$1, (%rbx)
	nop
invalid:
	ud2
	nop
overflow:
	int	$4
	nop
breakpoint:
	int3
	nop
nmi_by_software:
	int	$2
	nop
return:	iretq
	nop
return_to_user:
	sysretq
	nop
return_to_user32:
	sysretl
	nop
leave_to_user32:
	sysexitl
	nop
leave_to_user:
	sysexitq
	nop
flags:	popfq
	nop
	nop
enable:	sti
	nop
	nop
	cli
	nop
enable_twice:
	sti
	sti
	nop
enable_disable:
	sti
	cli
	nop
enable_jump:
	sti
	jmp	1f
1:	nop
enable_invalid:
	sti
	ud2
enable_segment:
	sti
	mov	%eax, %ss
	nop
segment_enable:
	mov	%eax, %ss
	sti
	nop
segment_twice:
	mov	%eax, %ss
	mov	%eax, %ss
	nop
segment:
	mov	%eax, %ss
	nop
	nop
data_segment:
	mov	%eax, %ds
	nop
gs_segment:
	mov	%eax, %gs
	nop
swap:	swapgs
	movq	%gs:cell, %rax
	nop
bases:	rdgsbase %rax
	nop
write_base:
	wrgsbase %rax
	rdgsbase %rbx
	nop
write_msr:
	wrmsr
	rdmsr
	nop
limit:	lsl	%eax, %ebx
	nop
view:	mov	%rax, %cr3
	nop
debug:	mov	%rax, %dr7
	mov	%dr7, %rbx
	nop
debug_status:
	mov	%dr6, %rbx
	nop
stack_moves:
	push	%rax
	pushfq
	push	%fs
	pop	%gs
	pop	%rbx
	popq	8(%rsp)
	nop
call_and_jump:
	call	1f
	nop
1:	ret
copy:	rep movsq
	nop
