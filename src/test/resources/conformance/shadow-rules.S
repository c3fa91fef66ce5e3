//@ model "Sequences that each ask the processor for one rule of supervisor shadow stacks."
//@ has CET
//@ stack thread words 64
//@ stack entry words 64
//@ stack nmi words 64 ist 1
//@ stack df words 64 ist 2
//@ stack cp words 64 ist 3
//@ stack db words 64 ist 4
//@ shadow-stack main words 24 main
//@ shadow-stack nmi words 24 ist 1
//@ shadow-stack df words 16 ist 2
//@ shadow-stack cp words 24 ist 3
//@ shadow-stack db words 24 ist 4
//@ variable cell
//@ tss sp0 = entry_stack_top
//@ nesting 8
//@ assume latches = yes
//@ entry syscall -> syscall fmask 0x47700
//@ entry sysenter -> sysenter stack entry_stack_top
//@ gate NMI -> nmi ist 1
//@ gate DF -> df ist 2
//@ gate DB -> db ist 4
//@ gate IRQ -> handler
//@ gate BP -> handler dpl 3
//@ gate PF -> handler_with_code
//@ gate GP -> handler_with_code
//@ gate CP -> handler_with_code ist 3
//@ gate SS -> handler_with_code
//@ gate UD -> handler trap
//@ gate INT80 -> handler
//@ user syscall, sysenter, BP, PF error-code 4, PF error-code 6, GP, UD, INT80
//@ event NMI anywhere
//@ event DB anywhere
//@ event IRQ anywhere
syscall:
	nop
	setssbsy
	nop
	clrssbsy main_shadow_token(%rip)
	sysretq
sysenter:
	setssbsy
	nop
	clrssbsy main_shadow_token(%rip)
leave_to_user:
	sysexitq
	nop
handler_with_code:
	add	$8, %rsp
handler:
	nop
	iretq
df:	add	$8, %rsp
	nop
	iretq
nmi:	nop
	int3
	nop
	iretq
db:	nop
	iretq
two:	nop
	nop
	nop
invalid:
	ud2
	nop
breakpoint:
	int3
	nop
return:	iretq
	nop
return_to_user:
	sysretq
	nop
call:	call	callee
	nop
callee:
	nop
	ret
indirect:
	call	*%rax
	nop
next:	call	1f
1:	nop
ret:	ret
	nop
take:	setssbsy
	nop
free:	clrssbsy (%rbx)
	nop
restore:
	rstorssp (%rbx)
	nop
	saveprevssp
	nop
save:	saveprevssp
	nop
increment:
	incsspq	%rax
	nop
read:	rdsspq	%rax
	nop
write:	wrssq	%rax, (%rbx)
	nop
store:	mov	%rax, (%rbx)
	nop
load:	mov	(%rbx), %rax
	nop
read_msr:
	rdmsr
	nop
write_msr:
	wrmsr
	nop
flags:	popfq
	nop
	nop
enable:	sti
	nop
	nop
