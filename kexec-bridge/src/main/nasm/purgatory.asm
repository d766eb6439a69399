; Between relocate_kernel and an image that is no program of ours: what kexec-tools calls purgatory.
; Keeps the old kernel's re-entry point, copies the first 640 K away for a crash kernel, tells the
; image's command line where to jump back to, and enters the image with the registers it wants: flat,
; or in real mode.
;
; Entered in flat 32 bit physical mode (CS 60h, DS 68h, GDTR and IDTR 0/0), with the address to jump
; back to at [esp], or 0. Position-independent on any 4 KB boundary, below 1 MB for real mode. The
; loader fills in the fields from `backup` on.
	cpu 386
	bits 32
	org	0
%include "symbols.inc"
%include "selectors.inc"

SELECTOR_CODE16	equ	0x18
SELECTOR_DATA16	equ	0x20

export entry
entry:	call	.here
.here:	pop	ebp
	sub	ebp, .here - entry		; where this image lies
	cli
	cld
	mov	eax, [esp]
	mov	[ebp + jump_back_entry], eax
	lea	eax, [ebp + gdt]
	mov	[ebp + gdtr + 2], eax
	lea	eax, [ebp + .reload]
	mov	[ebp + flat_pointer], eax
	lgdt	[ebp + gdtr]
	jmp	far [ebp + flat_pointer]
.reload:
	mov	eax, __KERNEL_DS
	mov	ds, eax
	mov	es, eax
	mov	ss, eax
	mov	fs, eax
	mov	gs, eax
	lea	esp, [ebp + 0x1000]

	; The crash kernel uses the first 640 K before it can save them.
	mov	ecx, [ebp + backup.size]
	mov	esi, [ebp + backup.source]
	mov	edi, [ebp + backup.destination]
	shr	ecx, 2
	rep movsd

	; " kexec_jump_back_entry=0x%x" at the end of the command line, when there is a way back.
	mov	edi, [ebp + command_line_end]
	mov	ebx, [ebp + jump_back_entry]
	test	edi, edi
	jz	.no_argument
	test	ebx, ebx
	jz	.no_argument
	lea	esi, [ebp + argument]
	mov	ecx, argument.end - argument
	rep movsb
	mov	ecx, 8
.leading:
	rol	ebx, 4
	test	bl, 0x0f
	jnz	.digit
	loop	.leading
.digit:	mov	al, bl
	and	al, 0x0f
	add	al, '0'
	cmp	al, '9'
	jbe	.put
	add	al, 'a' - '9' - 1
.put:	stosb
	rol	ebx, 4
	loop	.digit
	mov	byte [edi], 0
.no_argument:
	cmp	byte [ebp + enters_real_mode], 0
	jne	.real_mode

	; The jump gets its distance now: afterwards no register is ours.
	mov	eax, [ebp + registers32.eip]
	lea	ecx, [ebp + .jump + 5]
	sub	eax, ecx
	mov	[ebp + .jump + 1], eax
	mov	eax, [ebp + registers32.eax]
	mov	ecx, [ebp + registers32.ecx]
	mov	edx, [ebp + registers32.edx]
	mov	ebx, [ebp + registers32.ebx]
	mov	esi, [ebp + registers32.esi]
	mov	edi, [ebp + registers32.edi]
	mov	esp, [ebp + registers32.esp]
	mov	ebp, [ebp + registers32.ebp]
.jump:	db	0xe9
	dd	0

.real_mode:
	mov	eax, ebp
	mov	[ebp + gdt.code16 + 2], ax
	shr	eax, 16
	mov	[ebp + gdt.code16 + 4], al
	mov	eax, ebp
	shr	eax, 4
	mov	[ebp + real_mode_pointer + 2], ax
	mov	ax, [ebp + registers16.ip]
	mov	[ebp + entry16.pointer], ax
	mov	ax, [ebp + registers16.cs]
	mov	[ebp + entry16.pointer + 2], ax
	lidt	[ebp + real_mode_idtr]
	jmp	far [ebp + code16_pointer]

	bits 16
code16:	mov	ax, SELECTOR_DATA16
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	mov	fs, ax
	mov	gs, ax
	mov	eax, cr0
	and	al, ~CR0_PE
	mov	cr0, eax
	jmp	far [cs:real_mode_pointer]
real_mode:
	mov	ax, cs
	mov	ds, ax
	mov	eax, [registers16.eax]
	mov	ebx, [registers16.ebx]
	mov	ecx, [registers16.ecx]
	mov	edx, [registers16.edx]
	mov	esi, [registers16.esi]
	mov	edi, [registers16.edi]		; kexec-tools has loaded ESI here since 2005
	mov	ebp, [registers16.ebp]
	mov	es, [registers16.es]
	mov	fs, [registers16.fs]
	mov	gs, [registers16.gs]
	mov	ss, [registers16.ss]
	mov	esp, [registers16.esp]
	mov	ds, [registers16.ds]
entry16:
	db	0xea				; JMP ptr16:16
.pointer:
	dw	0
	dw	0

	align	8, db 0
gdt:	times SELECTOR_CODE16 / 8 dq 0
.code16:	dq	CODE16
	dq	DATA16
	times (__KERNEL_CS - SELECTOR_DATA16) / 8 - 1 dq 0
	dq	FLAT_CODE
	dq	FLAT_DATA
.end:
gdtr:	dw	gdt.end - gdt - 1
	dd	0
real_mode_idtr:
	dw	0x3ff
	dd	0
code16_pointer:
	dd	code16
	dw	SELECTOR_CODE16
real_mode_pointer:
	dw	real_mode
	dw	0
flat_pointer:
	dd	0
	dw	__KERNEL_CS
argument:
	db	" kexec_jump_back_entry=0x"
.end:

	align	4, db 0
export jump_back_entry
jump_back_entry:
	dd	0

; ---- what the loader fills in

export backup
backup:
.source:	dd	0
.size:	dd	0				; bytes, a multiple of 4
.destination: dd	0
export command_line_end
command_line_end:
	dd	0				; address of its final zero; 0 when there is none
export enters_real_mode
enters_real_mode:
	db	0
	align	4, db 0
export registers32
registers32:
.eax:	dd	0
.ecx:	dd	0
.edx:	dd	0
.ebx:	dd	0
.esp:	dd	0
.ebp:	dd	0
.esi:	dd	0
.edi:	dd	0
.eip:	dd	0
export registers16
registers16:
.eax:	dd	0
.ecx:	dd	0
.edx:	dd	0
.ebx:	dd	0
.esp:	dd	0
.ebp:	dd	0
.esi:	dd	0
.edi:	dd	0
.es:	dw	0
.cs:	dw	0
.ss:	dw	0
.ds:	dw	0
.fs:	dw	0
.gs:	dw	0
.ip:	dw	0
	finish_symbols
