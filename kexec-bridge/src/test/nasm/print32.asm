; Writes the text at [ESI + 228h], a Linux kernel's command line, to port E9h and stops.
	cpu 386
	bits 32
	org	0
	mov	esi, [esi + 0x228]
.next:	lodsb
	test	al, al
	jz	.stop
	out	0xe9, al
	jmp	.next
.stop:	hlt
	jmp	.stop
