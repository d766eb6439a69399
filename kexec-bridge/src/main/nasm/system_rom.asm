; The top of the first megabyte: reset vector, default interrupt handlers. Everything a BIOS *does*
; comes from programs that are mapped; this is only what has to be there before the first of them.
;
; Loaded at FF000h, runs with CS = F000h. The bridge fills in `host_entry`, builds the interrupt
; vector table (SystemRom), and has a trap on each byte of `exceptions`.
	cpu 386
	bits 16
	org	0xf000
%include "symbols.inc"
%include "selectors.inc"

; ---- interrupt request 0: the timer

export timer
timer:	push	ds
	push	eax
	xor	ax, ax
	mov	ds, ax
	inc	dword [0x46c]			; ticks since midnight
	cmp	dword [0x46c], 0x1800b0		; 24 hours at 1193182 / 65536 Hz
	jb	.same_day
	mov	dword [0x46c], 0
	inc	byte [0x470]			; midnight has passed
.same_day:
	int	0x1c				; the user's tick
	mov	al, 0x20
	out	0x20, al
	pop	eax
	pop	ds
	iret

; ---- interrupt requests 1 to 7 share vectors 09h to 0Fh with exceptions: the controller knows.

%macro master_request 1
export request_ %+ %1
request_ %+ %1:
	push	ax
	mov	al, 0x0b			; OCW3: read the in-service register
	out	0x20, al
	in	al, 0x20
	test	al, 1 << %1
	jz	.not_in_service
	mov	al, 0x20			; nobody serves it: end of interrupt
	out	0x20, al
	pop	ax
	iret
.not_in_service:
	pop	ax
	jmp	near exceptions + 8 + %1
%endmacro

	master_request 1
	master_request 2
	master_request 3
	master_request 4
	master_request 5
	master_request 6

; The lowest priority of a controller is also what it answers when the request has gone away again.
export request_7
request_7:
	push	ax
	mov	al, 0x0b
	out	0x20, al
	in	al, 0x20
	test	al, 1 << 7
	jz	.spurious
	mov	al, 0x20
	out	0x20, al
.spurious:
	pop	ax
	iret

; ---- interrupt requests 8 to 15, vectors 70h to 77h

export slave_request
slave_request:
	push	ax
	mov	al, 0x0b
	out	0xa0, al
	in	al, 0xa0
	test	al, al
	jz	.spurious
	mov	al, 0x20
	out	0xa0, al
	mov	al, 0x20
	out	0x20, al
.spurious:
	pop	ax
	iret

; ---- software interrupts nobody serves

export unserved
unserved:
	iret

; ---- exceptions nobody serves: one byte for each vector, and a trap of the bridge on each, which
; ends the call; what comes here by INT n goes on as any interrupt nobody serves

export exceptions
exceptions:
	times 16 iret

; ---- up from the reset vector: flat segments, then the host

power_on:
	cli
	cld
	o32 lgdt [cs:host_entry.gdtr]
	mov	eax, CR0_PE | CR0_ET
	mov	cr0, eax
	jmp	far dword [cs:host_entry.pointer]

	align	4, db 0
export host_entry
host_entry:
.gdtr:		dw	0
		dd	0
.pointer:	dd	0
		dw	__KERNEL_CS

	times 0xff0 - ($ - IMAGE_BASE) db 0
export reset_vector
reset_vector:
	jmp	0xf000:power_on
	times 0xffe - ($ - IMAGE_BASE) db 0
	db	0xfc				; model byte: AT
	db	0
	finish_symbols
