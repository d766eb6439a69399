; flat16: ways not to come back. AL chooses: 0 loops for ever, 1 jumps into nothing, 2 shuts down,
; 3 halts for ever, 4 divides by zero, 5 writes port 0x3c8, 6 asks the board for a reset, 7 is a
; breakpoint, 8 calls an interrupt nobody serves and returns 1 in AX, 9 halts until the timer ticks.
	cpu 386
	bits 16
	org	0
entry:	mov	word [es:di], 0x4b4f	; "OK" into the caller's buffer
	cmp	al, 9
	ja	.return
	movzx	bx, al
	add	bx, bx
	jmp	[cs:bx + table]
table:	dw	loop_for_ever, nothing, shut_down, halt, divide, port, reset, breakpoint, unserved, tick
entry.return:
	retf
loop_for_ever:
	jmp	loop_for_ever
nothing:
	jmp	0xd000:0		; zeroes up to the end of the segment
shut_down:
	o32 lidt [cs:.none]
	int3
.none:	dw	0
	dd	0
halt:	cli
	hlt
divide:	xor	cx, cx
	div	cx
	retf
port:	mov	dx, 0x3c8
	out	dx, al
	retf
reset:	in	al, 0x92
	or	al, 1
	out	0x92, al
	jmp	$
breakpoint:
	int3
	retf
unserved:
	int	5
	int	0x65
	mov	ax, 1
	retf
tick:	push	word 0x40
	pop	ds
	mov	ax, [0x6c]
	sti
.wait:	hlt
	cmp	ax, [0x6c]
	je	.wait
	mov	ax, [0x6c]
	retf
