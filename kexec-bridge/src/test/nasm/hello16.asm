; flat16: writes to debug console and serial port, a port that nobody has twice, and reads one that there is.
	cpu 386
	bits 16
	org	0
entry:	mov	al, 'h'
	out	0xe9, al
	mov	al, 'i'
	out	0xe9, al
	mov	dx, 0x3fb		; 115200 bits a second, 8 data bits
	mov	al, 0x80
	out	dx, al
	mov	dx, 0x3f8
	mov	ax, 1
	out	dx, ax
	mov	dx, 0x3fb
	mov	al, 3
	out	dx, al
	mov	dx, 0x3f8
	mov	al, '!'
	out	dx, al
	mov	dx, 0x402
	out	dx, al
	out	dx, al
	in	al, 0x61
	retf
