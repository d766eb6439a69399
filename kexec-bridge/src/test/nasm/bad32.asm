; flat32: ways not to come back. EAX chooses: 0 loops for ever, 1 raises #UD, 2 #GP with an error
; code, 3 a page fault with paging of its own, 4 shuts down, 5 halts, 6 raises #UD without a stack,
; 7 jumps to where there is no memory.
	cpu 386
	bits 32
	org	0
entry:	call	.here
.here:	pop	ebp
	sub	ebp, .here - entry
	mov	eax, [ebp + table + eax * 4]
	add	eax, ebp
	jmp	eax
	align	4, db 0
table:	dd	loop_for_ever, undefined, protection, page, shut_down, halt, stack, nothing
loop_for_ever:
	jmp	loop_for_ever
undefined:
	ud2
protection:
	mov	ax, 0x1230
	mov	fs, ax
page:	lea	eax, [ebp + 0x1fff]	; a directory that maps the first 4 MB only
	and	eax, ~0xfff
	lea	ebx, [eax + 0x1000]
	or	ebx, 3
	mov	[eax], ebx
	and	ebx, ~3
	xor	ecx, ecx
.entry:	mov	edx, ecx
	shl	edx, 12
	or	edx, 3
	mov	[ebx + ecx * 4], edx
	inc	ecx
	cmp	ecx, 1024
	jb	.entry
	mov	cr3, eax
	mov	eax, cr0
	or	eax, 0x80000000
	mov	cr0, eax
	mov	eax, [0x00876543]
shut_down:
	lidt	[ebp + none]
	ud2
none:	dw	0
	dd	0
halt:	hlt
nothing:
	mov	eax, 0x90000000
	jmp	eax
stack:	mov	esp, 0xc0000000
	ud2
	times 0x4000 - ($ - $$) db 0
