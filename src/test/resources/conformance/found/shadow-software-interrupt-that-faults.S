// The frame said that INT 0x80, whose delivery faulted, had been behind itself.
// registers 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
// choices 1 20000*2
//@ model "Random bodies for every entry point, with shadow stacks."
//@ has CET
//@ stack thread words 96
//@ stack entry words 96
//@ stack nmi words 96 ist 1
//@ stack df words 96 ist 2
//@ stack cp words 96 ist 3
//@ stack db words 96 ist 4
//@ shadow-stack main words 48 main
//@ shadow-stack nmi words 48 ist 1
//@ shadow-stack df words 48 ist 2
//@ shadow-stack cp words 48 ist 3
//@ shadow-stack db words 48 ist 4
//@ variable cell count 4
//@ tss sp0 = entry_stack_top
//@ nesting 8
//@ assume latches = yes
//@ entry syscall -> syscall fmask 0x47700
//@ gate NMI -> nmi ist 1
//@ gate DF -> df ist 2
//@ gate CP -> cp ist 3
//@ gate DB -> db ist 4
//@ gate IRQ -> irq
//@ gate BP -> bp dpl 3
//@ gate PF -> pf
//@ gate GP -> gp
//@ gate UD -> ud trap
//@ gate INT80 -> int80 dpl 3
//@ user syscall, int80, BP, PF error-code 4, PF error-code 6, GP, UD
//@ event NMI anywhere
//@ event DB anywhere
//@ event IRQ anywhere
syscall:
	mov %rsp, %r14
	mov $thread_stack_top, %rsp
	mov %rcx, %r15
	mov %r11, %r13
	setssbsy
	clrssbsy main_shadow_token(%rip)
	mov %r15, %rcx
	mov %r13, %r11
	mov %r14, %rsp
	sysretq
nmi:
	clrssbsy main_shadow_token(%rip)
	int $0x80
	iretq
db:
	iretq
df:
	add $8, %rsp
	iretq
cp:
	add $8, %rsp
	iretq
irq:
	iretq
bp:
	iretq
ud:
	iretq
pf:
	add $8, %rsp
	iretq
gp:
	add $8, %rsp
	iretq
int80:
	iretq
