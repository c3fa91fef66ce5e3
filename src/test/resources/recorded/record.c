/*
 * Runs each instruction of instructions.inc on the processor with chosen registers, flags and
 * memory, and prints what it did. Writes the recording that the tests hold the machine against:
 *
 *     gcc -O1 -no-pie -o /tmp/record record.c && /tmp/record > recording.txt
 *
 * Line "T text": the instruction of the lines behind. Line "I … O …": before and behind it rax rbx
 * rcx rdx rsi rdi, the flags, and four words of memory, in hexadecimal; rsi and rdi count from the
 * memory's first byte, "=" stands for what stayed.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct state {
	uint64_t reg[6];
	uint64_t flags;
};
struct state in, out;
uint64_t buf[4], shadow[4];
uint64_t saved;

#define I(text)                                                                                    \
	asm("	.section .cases, \"a\"\n	.quad 1f\n	.text\n"                           \
	    "1:	pushq %rbx\n"                                                                      \
	    "	pushq in+48(%rip)\n"                                                               \
	    "	movq in(%rip), %rax\n	movq in+8(%rip), %rbx\n	movq in+16(%rip), %rcx\n"          \
	    "	movq in+24(%rip), %rdx\n	movq in+32(%rip), %rsi\n	movq in+40(%rip), %rdi\n"  \
	    "	popfq\n	" text "\n	pushfq\n	popq out+48(%rip)\n	cld\n"             \
	    "	movq %rax, out(%rip)\n	movq %rbx, out+8(%rip)\n	movq %rcx, out+16(%rip)\n" \
	    "	movq %rdx, out+24(%rip)\n	movq %rsi, out+32(%rip)\n	movq %rdi, out+40(%rip)\n" \
	    "	popq %rbx\n	ret\n");
asm("	.section .cases, \"a\"\n	.globl cases\ncases:\n	.text\n");
#include "instructions.inc"
#undef I
extern void (*const cases[])(void);

#define I(text) text,
static const char *const texts[] = {
#include "instructions.inc"
};

#define ARITHMETIC 0x8d5
#define DF 0x400

static const uint64_t edges[] = {
	0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
	0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0x5555aaaa5555aaaa,
};

/* xorshift64*, Marsaglia 2003 and Vigna 2014. */
static uint64_t seed = 0x9e3779b97f4a7c15;
static uint64_t next(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1d;
}

static uint64_t value(void)
{
	uint64_t choice = next() >> 40;
	return choice % 2 ? edges[choice / 2 % (sizeof edges / sizeof *edges)] : next() >> choice / 2 % 60;
}

static void changed(uint64_t before, uint64_t after)
{
	if (before == after)
		printf(" =");
	else
		printf(" %llx", (unsigned long long)after);
}

int main(void)
{
	char model[256] = "unknown";
	FILE *info = fopen("/proc/cpuinfo", "r");
	char line[256];
	while (info && fgets(line, sizeof line, info))
		if (sscanf(line, "model name : %255[^\n]", model) == 1)
			break;
	printf("C %s\n", model);
	for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
		printf("T %s\n", texts[i]);
		for (int round = 0; round < 14; round++) {
			for (int r = 0; r < 4; r++)
				in.reg[r] = value();
			for (int w = 0; w < 4; w++)
				shadow[w] = buf[w] = value();
			if (round % 3 == 0)
				in.reg[0] = in.reg[3] = buf[2];
			in.reg[4] = (uint64_t)&buf[1];
			in.reg[5] = (uint64_t)&buf[2];
			in.flags = 0x202 | (next() >> 20 & (ARITHMETIC | DF));
			cases[i]();
			printf("I");
			for (int r = 0; r < 6; r++)
				printf(" %llx", (unsigned long long)(in.reg[r] - (r > 3 ? (uint64_t)buf : 0)));
			printf(" %llx", (unsigned long long)(in.flags & (ARITHMETIC | DF)));
			for (int w = 0; w < 4; w++)
				printf(" %llx", (unsigned long long)shadow[w]);
			printf(" O");
			for (int r = 0; r < 6; r++) {
				uint64_t base = r > 3 ? (uint64_t)buf : 0;
				changed(in.reg[r] - base, out.reg[r] - base);
			}
			changed(in.flags & (ARITHMETIC | DF), out.flags & (ARITHMETIC | DF));
			for (int w = 0; w < 4; w++)
				changed(shadow[w], buf[w]);
			printf("\n");
		}
	}
	return 0;
}
