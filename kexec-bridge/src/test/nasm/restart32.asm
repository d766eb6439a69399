; Goes back by the restart point whose number is at offset 4, or the default one where the kernel before has
; no such entry. Entered again, it does the same.
	cpu 386
	bits 32
	org	0
entry:	jmp	short start
	align	4, db 0
number:	dd	0
start:	call	.here
.here:	pop	ebp
	sub	ebp, .here - entry
	mov	eax, [ebp + number]
	call	protocol_restart
	jc	.default
	mov	[esp], eax
.default:
	pop	eax
	call	eax
	jmp	start
%include "protocol.inc"
