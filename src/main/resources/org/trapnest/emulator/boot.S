/*
 * Brings an emulated PC from a multiboot loader to 64-bit mode, with NMIs on the local APIC's LINT1
 * and the interrupts of the serial port on LINT0, and loops at `ready`. Everything else (descriptor
 * tables, page tables, code) is written from outside.
 *
 * Physical memory: this image from 1 MiB, its page tables from 2 MiB.
 */
#define PML4		0x200000
#define PDPT		0x201000
#define PD		0x202000		/* four of them: 4 GiB in 2 MiB pages */
#define MSR_EFER	0xc0000080
#define APIC		0xfee00000
#define APIC_SPURIOUS	0x0f0
#define APIC_LINT0	0x350
#define APIC_LINT1	0x360

	.code32
	.text
	.align	4
	.long	0x1badb002, 0, -0x1badb002

	.globl	_start
_start:
	cli
	movl	$PML4, %edi
	xorl	%eax, %eax
	movl	$6 * 1024, %ecx
	rep stosl
	movl	$PDPT + 3, PML4
	movl	$PDPT, %edi
	movl	$PD + 3, %eax
	movl	$4, %ecx
1:	movl	%eax, (%edi)
	addl	$0x1000, %eax
	addl	$8, %edi
	loop	1b
	movl	$PD, %edi
	movl	$0x83, %eax
	movl	$4 * 512, %ecx
1:	movl	%eax, (%edi)
	addl	$0x200000, %eax
	addl	$8, %edi
	loop	1b

	movl	%cr4, %eax
	orl	$0x660, %eax			/* PAE, MCE, OSFXSR, OSXMMEXCPT */
	movl	%eax, %cr4
	movl	$PML4, %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$0x101, %eax			/* LME, SCE */
	wrmsr
	movl	%cr0, %eax
	andl	$0x9fffffff, %eax		/* caches on */
	orl	$0x80010001, %eax		/* PG, WP, PE */
	movl	%eax, %cr0
	lgdt	gdtr
	ljmp	$0x10, $long_mode

gdt:	.quad	0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff
gdtr:	.word	. - gdt - 1
	.long	gdt

	.code64
long_mode:
	movl	$0x18, %eax
	movl	%eax, %ss
	movl	%eax, %ds
	movl	%eax, %es
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	/* Both interrupt controllers at vectors 32 to 47, ending interrupts by themselves. */
	movb	$0x11, %al
	outb	%al, $0x20
	outb	%al, $0xa0
	movb	$0x20, %al
	outb	%al, $0x21
	movb	$0x28, %al
	outb	%al, $0xa1
	movb	$4, %al
	outb	%al, $0x21
	movb	$2, %al
	outb	%al, $0xa1
	movb	$3, %al
	outb	%al, $0x21
	outb	%al, $0xa1
	/* Only the first serial port, line 4, may interrupt. */
	movb	$0xef, %al
	outb	%al, $0x21
	movb	$0xff, %al
	outb	%al, $0xa1
	/* The timer counts down once and is silent: its ticks would cost single steps. */
	movb	$0x30, %al
	outb	%al, $0x43
	movb	$1, %al
	outb	%al, $0x40
	movb	$0, %al
	outb	%al, $0x40
	movl	$APIC, %ebx
	movl	$0x1ff, APIC_SPURIOUS(%rbx)
	movl	$0x700, APIC_LINT0(%rbx)
	movl	$0x400, APIC_LINT1(%rbx)
	.globl	ready
ready:	jmp	ready
