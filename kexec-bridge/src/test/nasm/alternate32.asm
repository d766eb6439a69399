; A raw kexec image with two entries. The first comes back with RET and asks for the second through
; the slot behind its return address; the second comes back with CALL, which asks for where it goes
; on, and goes on to the first. Each writes its number to port E9h.
	cpu 386
	bits 32
	org	0
first:	mov	al, '1'
	out	0xe9, al
	call	.here
.here:	pop	eax
	add	eax, second - .here
	mov	[esp + 4], eax
	ret
second:	mov	al, '2'
	out	0xe9, al
	pop	eax
	call	eax
	mov	al, '3'
	out	0xe9, al
	jmp	first
