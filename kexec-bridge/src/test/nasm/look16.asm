; flat16: AL and AH are the masks of both interrupt controllers, BL is what port 92h reads.
	cpu 386
	bits 16
	org	0
entry:	in	al, 0x92
	mov	bl, al
	in	al, 0xa1
	mov	ah, al
	in	al, 0x21
	retf
