; An option ROM whose init notes what it is told in itself, needs big real mode, and hooks INT 21h;
; the handler tries to write to the ROM. The test fills in the checksum.
	cpu 386
	bits 16
	org	0
	db	0x55, 0xaa, 2
	jmp	short init
	times 0x18 - ($ - $$) db 0
	dw	pcir
init:	mov	[cs:told], ax
	mov	[cs:told + 2], bx
	mov	[cs:told + 4], dx
	pushf
	pop	word [cs:told + 6]
	xor	ax, ax
	mov	ds, ax
	mov	eax, 0x00100000
	mov	eax, [eax]			; beyond 64 KB
	mov	word [0x21 * 4], handler
	mov	[0x21 * 4 + 2], cs
	retf
handler:
	mov	word [cs:told], 0xdead
	mov	ax, [cs:told]
	iret
	align	4, db 0
told:	times 4 dw 0x5555
pcir:	db	'PCIR'
	dw	0x1234, 0x1111, 0, 0x18
	db	0, 0, 0, 3
	dw	2, 0
	db	0, 0x80
	dw	0
	times 1024 - ($ - $$) db 0
