; flat16: changes all it can reach in the low megabyte and on the board: vectors, BIOS data, free
; memory, interrupt masks, timer, CMOS, A20 gate, VGA registers and display memory.
	cpu 386
	bits 16
	org	0
entry:	pushad
	push	ds
	push	es
	cld
	xor	ax, ax
	mov	es, ax
	mov	di, 0x180		; vectors 60h to 7Fh
	mov	cx, 0x40
	mov	ax, 0xbeef
	rep stosw
	mov	di, 0x400		; BIOS data
	mov	cx, 0x80
	rep stosw
	mov	ax, 0x5000		; 64 KB of free memory
	mov	es, ax
	xor	di, di
	mov	cx, 0x8000
	mov	ax, 0x55aa
	rep stosw
	mov	ax, 0xb800		; display memory
	mov	es, ax
	mov	di, 0x100
	mov	cx, 0x100
	rep stosw
	mov	al, 0x35
	out	0x21, al
	mov	al, 0x53
	out	0xa1, al
	mov	al, 0x36
	out	0x43, al
	mov	al, 0x34
	out	0x40, al
	out	0x40, al
	mov	al, 0x40		; CMOS
	out	0x70, al
	mov	al, 0x77
	out	0x71, al
	mov	dx, 0x3c8		; palette
	mov	al, 7
	out	dx, al
	inc	dx
	mov	al, 0x2a
	out	dx, al
	out	dx, al
	out	dx, al
	mov	dx, 0x1ce		; Bochs display interface
	mov	ax, 1
	out	dx, ax
	inc	dx
	mov	ax, 800
	out	dx, ax
	in	al, 0x61
	or	al, 3
	out	0x61, al
	in	al, 0x92		; A20 gate closed
	and	al, 0xfd
	out	0x92, al
	pop	es
	pop	ds
	popad
	retf
