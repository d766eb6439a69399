; flat32: stores every register as it was on entry at 3000h, then changes every one of them.
	cpu 386
	bits 32
	org	0
entry:	mov	[0x3000], eax
	mov	[0x3004], ecx
	mov	[0x3008], edx
	mov	[0x300c], ebx
	mov	[0x3010], esp
	mov	[0x3014], ebp
	mov	[0x3018], esi
	mov	[0x301c], edi
	pushfd
	pop	dword [0x3020]
	mov	[0x3024], es
	mov	[0x3026], cs
	mov	[0x3028], ss
	mov	[0x302a], ds
	mov	[0x302c], fs
	mov	[0x302e], gs
	mov	eax, cr0
	mov	[0x3030], eax
	sgdt	[0x3034]
	sidt	[0x303c]
	mov	eax, 0xa1a2a3a4
	mov	ecx, 0xc1c2c3c4
	mov	edx, 0xd1d2d3d4
	mov	ebx, 0xb1b2b3b4
	mov	ebp, 0xe1e2e3e4
	mov	esi, 0x51525354
	mov	edi, 0x71727374
	push	dword 0x00000ad7	; CF PF AF ZF SF IF OF
	popfd
	cli
	std
	ret
