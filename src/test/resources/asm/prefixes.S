# Prefixes on the same line, on a line before, and behind a semicolon.
	rep movsb
	rep; stosq
	repe cmpsb ; repnz scasb
	repz
	cmpsq
	repne scasw
	lock cmpxchgq %rcx, (%rdx)
	lock; btsq $3, flags(%rip)
	lock
	incl (%rax)
	notrack jmp *%rax
	REP MOVSQ
	rep nop
