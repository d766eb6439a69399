; A system that shares the machine: each time it gets it, it counts and writes its letter and the
; count to port E9h, asks in the mailbox that the system named at `successor` be next or be called, or
; nobody when that is empty, and gives the machine back. What it counts lives on between two turns. Loaded at
; 300000h.
	cpu 386
	bits 32
	org	0x300000
entry:	jmp	start
	align	16, db 0
letter:	db	'?'				; +16, filled in by the test
message: db	MESSAGE_SWITCH			; +17: or MESSAGE_CALL
	align	16, db 0
length:	dd	0				; +32: of the name
successor:
	times 28 db 0				; +36
count:	dd	0
start:	mov	al, '!'				; booted
	out	0xe9, al
.turn:	inc	dword [count]
	mov	al, [letter]
	out	0xe9, al
	mov	al, [count]
	add	al, '0'
	out	0xe9, al
	mov	ecx, [length]
	test	ecx, ecx
	jz	.leave
	call	protocol_mailbox
	jc	.leave
	add	edi, MAILBOX_TO_HOST
	mov	esi, successor
	movzx	eax, byte [message]
	call	mailbox_post
.leave:	pop	eax				; where whoever jumped here goes on
	call	eax
	cmp	byte [message], MESSAGE_CALL
	jne	.turn
	mov	al, [letter]			; whom it called is done: a small letter
	or	al, 0x20
	out	0xe9, al
	pop	eax
	call	eax
	jmp	.turn
%include "protocol.inc"
