; flat32 and raw: leaves garbage in every system register it can reach, then comes back in good order: flat
; CS and SS in the hidden parts, paging off, a stack. DS, ES, GDT, IDT, TR, LDTR, CR2, debug registers and
; interrupt controllers, timer channel 0 are whatever this left there.
	cpu 386
	bits 32
	org	0
entry:	call	.here
.here:	pop	ebp
	sub	ebp, .here - entry
	; a TSS and an LDT of its own in TR and LDTR
	lea	eax, [ebp + tss]
	mov	[ebp + gdt.tss + 2], ax
	shr	eax, 16
	mov	[ebp + gdt.tss + 4], al
	mov	[ebp + gdt.tss + 7], ah
	mov	byte [ebp + gdt.tss + 5], 0x89	; not busy, also the second time
	lea	eax, [ebp + gdt]
	mov	[ebp + gdtr + 2], eax
	lgdt	[ebp + gdtr]
	mov	ax, 0x08
	ltr	ax
	xor	ax, ax
	lldt	ax
	mov	eax, 0xdeadbeef
	mov	cr2, eax
	mov	dr0, eax
	mov	dr3, eax
	mov	ax, 0x10		; data segments of 16 bytes, far from 0
	mov	es, ax
	mov	fs, ax
	lgdt	[ebp + nonsense]
	lidt	[ebp + nonsense]
	xor	eax, eax
	mov	gs, ax
	mov	al, 0x11		; interrupt controllers with other vectors, masks, modes
	out	0x20, al
	mov	al, 0xc8
	out	0x21, al
	mov	al, 4
	out	0x21, al
	mov	al, 3
	out	0x21, al
	mov	al, 0x55
	out	0x21, al
	mov	al, 0x11
	out	0xa0, al
	mov	al, 0xd0
	out	0xa1, al
	mov	al, 2
	out	0xa1, al
	mov	al, 1
	out	0xa1, al
	mov	al, 0xaa
	out	0xa1, al
	mov	al, 0x30		; timer: mode 0
	out	0x43, al
	mov	al, 0x12
	out	0x40, al
	out	0x40, al
	lgdt	[ebp + gdtr]
	mov	ax, 0x10
	mov	ds, ax
	lgdt	[ss:ebp + nonsense]
	ret
	align	8, db 0
gdt:	dq	0
.tss:	dq	0x0000890000000067
	dq	0x009a93345678000f
gdtr:	dw	23
	dd	0
nonsense:
	dw	0x1234
	dd	0xfffff123
tss:	times 104 db 0x5a
