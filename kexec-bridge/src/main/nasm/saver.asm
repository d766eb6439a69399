; Kernel B of a hibernation: it has the machine so that nothing changes while kernel A is written
; away, and gives it back afterwards. Whoever runs the machine has a trap at `save`: there A lies
; still, all of it but this image's own area, whose former contents are in A's source pages.
;
; Entered in flat 32 bit physical mode, with A's re-entry point at [esp]. Tells it in the mailbox of
; A's protocol block, or, when A has none, in `own_mailbox`. Goes back to A by the restart point that
; the answer names; by the default one when it names none, A has no such entry, or A is not saved. Back
; in A, it wants to be entered where it left: it saves again. Position-independent.
	cpu 386
	bits 32
	org	0
%include "symbols.inc"

export entry
entry:	call	.here
.here:	pop	ebp
	sub	ebp, .here - entry		; where this image lies
	cli
	cld
	mov	eax, [esp]
	mov	[ebp + jump_back_entry], eax
	call	protocol_mailbox
	jnc	.mailbox
	lea	edi, [ebp + own_mailbox]
.mailbox:
	mov	[ebp + mailbox], edi
	add	edi, MAILBOX_TO_HOST
	lea	esi, [ebp + jump_back_entry]
	mov	ecx, 4
	mov	ax, MESSAGE_SAVE
	call	mailbox_post
export save
save:	nop
	mov	esi, [ebp + mailbox]
	add	esi, MAILBOX_TO_IMAGE
	mov	eax, MESSAGE_SAVED
	call	mailbox_number
	jc	.back
	mov	[ebp + status], eax
	mov	ebx, eax
	mov	eax, MESSAGE_RESTART
	call	mailbox_number
	call	mailbox_empty			; keeps the flags
	jc	.back
	test	ebx, ebx
	jnz	.back
	call	protocol_restart
	jnc	.enter
.back:	mov	eax, [ebp + jump_back_entry]
.enter:	test	eax, eax
	jz	.stay
	add	esp, 4
	call	eax				; A finds the way to the next line at [esp]
	jmp	entry
.stay:	hlt					; nobody to go back to
	jmp	short .stay

%include "protocol.inc"

	align	4, db 0
export jump_back_entry
jump_back_entry:
	dd	0
; Address of the mailbox in use.
export mailbox
mailbox:
	dd	0
; What the last answer was; -1 for none.
export status
status:	dd	-1
	align	4096, db 0
export own_mailbox
own_mailbox:
	times 4096 db 0
	finish_symbols
