A = 6
B = 3
.macro try value
	.set tried, \value
	movabs $tried, %rax
	mov $tried + 1, %rax
.endm
	try "1+2*3"
	try "1+2<<3"
	try "1+2==3"
	try "1|2+4"
	try "1<2"
	try "5<>4"
	try "5!=5"
	try "1&&2"
	try "1||0&&0"
	try "!5"
	try "!0"
	try "~0"
	try "7%4"
	try "-7/2"
	try "-7%2"
	try "A^B"
	try "A!B"
	try "A&B|1"
	try "1 == 1 == 1"
	try "'a - 90"
	try "-1>>60"
	try "2+3 < 4+5 && 1"
	try "010"
	try "0b101"
	try "0x7FFFffffFFFFffff"
	try "0xffffffffffffffff"
	try "18446744073709551615"
	try "-2*-3"
	try "4-+2"
	try "-(A)"
	try "3--2"
	try "((((A))+B)*2)"
	try "A*B-A/B"
	try "1 >= 2"
	try "2 <= 2"
	try "3 > 2"
A = A * 7
	try "A"
	.equ C, A - 1
	try "C"
	.equiv D, 5
	try "D"
	E == 4
	try "E"
first:	nop
second:
	distance = 8
	mov $distance, %rax
	mov $late, %rax
	late = 77
	mov $alias, %rax
	alias = first
