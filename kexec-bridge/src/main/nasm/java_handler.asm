; The option ROM of an interrupt handler in Java (JavaHandler): its init hooks one vector and keeps
; what was there. The machine calls Java in front of the instruction at `entry`; then the guest
; either executes it, or goes on at `chain`.

%include "symbols.inc"

	bits	16

	db	0x55, 0xaa, 1		; signature, one block of 512 bytes
	jmp	near init		; +3

	align	4, db 0
	export	former
former:	dd	0			; the vector as it was
	export	vector
vector:	db	0			; the loader puts its number here

	export	entry
entry:	iret
	export	chain
chain:	jmp	far [cs:former - IMAGE_BASE]

init:	push	ds
	push	eax
	push	bx
	xor	bx, bx
	mov	ds, bx
	mov	bl, [cs:vector - IMAGE_BASE]
	shl	bx, 2
	mov	eax, [bx]
	mov	[cs:former - IMAGE_BASE], eax
	mov	word [bx], entry - IMAGE_BASE
	mov	[bx + 2], cs
	pop	bx
	pop	eax
	pop	ds
	retf

	times	512 - ($ - $$) db 0

	finish_symbols
