; The way to a 32 bit program in physical mode and back: the image that a kexec jump enters to call
; a flat program.
;
; Entered in flat 32 bit physical mode (CS 60h, DS 68h, GDTR and IDTR 0/0). Sets up a descriptor
; table, and handlers that tell the bridge of exceptions, masks the interrupt controllers, loads
; every general register and EFLAGS, runs the instruction at `call_site`, stores every register, and
; returns to relocate_kernel with the entry it wants next time in the slot behind the return address.
;
; Position-independent on any 4 KB boundary. The loader fills in `input` and `call_site`: CALL near.
	cpu 386
	bits 32
	org	0
%include "symbols.inc"
%include "selectors.inc"
%include "exceptions.inc"
%include "register_block.inc"

export entry
entry:	call	.here
.here:	pop	ebp
	sub	ebp, .here - entry		; where this image lies
	mov	[ebp + kernel_esp], esp
	cli
	cld
	lea	eax, [ebp + gdt]
	mov	[ebp + gdtr + 2], eax
	lea	eax, [ebp + idt]
	mov	[ebp + idtr + 2], eax
	lea	eax, [ebp + .reload]
	mov	[ebp + flat_pointer], eax

	; Interrupt gates to the exception stubs, which are not split over two words at run time.
	lea	edi, [ebp + idt]
	lea	eax, [ebp + exception_stubs]
	mov	ecx, 32
.gate:	mov	[edi], ax
	mov	word [edi + 2], __KERNEL_CS
	mov	word [edi + 4], 0x8e00
	mov	edx, eax
	shr	edx, 16
	mov	[edi + 6], dx
	add	edi, 8
	add	eax, EXCEPTION_STUB_SIZE
	loop	.gate

	lgdt	[ebp + gdtr]
	lidt	[ebp + idtr]
	jmp	far [ebp + flat_pointer]
.reload:
	mov	eax, __KERNEL_DS
	mov	ds, eax
	mov	es, eax
	mov	ss, eax
	mov	fs, eax
	mov	gs, eax
	mov	al, 0xff			; no handlers for interrupts here
	out	0x21, al
	out	0xa1, al
	mov	esp, [ebp + input + registers.esp]
	push	dword [ebp + input + registers.eflags]
	push	dword [ebp + input + registers.eax]
	push	dword [ebp + input + registers.ecx]
	push	dword [ebp + input + registers.edx]
	push	dword [ebp + input + registers.ebx]
	push	dword 0				; POPAD skips ESP
	push	dword [ebp + input + registers.ebp]
	push	dword [ebp + input + registers.esi]
	push	dword [ebp + input + registers.edi]
	popad
	popfd
; The bridge has traps here and where the instruction returns to: it counts what is between them.
export call_site
call_site:
	times 5 nop
	pushfd
	pushad
	push	ss
	push	gs
	push	fs
	push	ds
	push	es
	call	.here
.here:	pop	ebp
	sub	ebp, .here - entry
	cli
	cld
	; The program may have left any tables and any data segments behind.
	lgdt	[cs:ebp + gdtr]
	mov	eax, __KERNEL_DS
	mov	ds, eax
	pop	dword [ebp + output + registers.es]
	pop	dword [ebp + output + registers.ds]
	pop	dword [ebp + output + registers.fs]
	pop	dword [ebp + output + registers.gs]
	pop	dword [ebp + output + registers.ss]
	mov	[ebp + output + registers.cs], cs
	pop	dword [ebp + output + registers.edi]
	pop	dword [ebp + output + registers.esi]
	pop	dword [ebp + output + registers.ebp]
	pop	dword [ebp + output + registers.esp]
	pop	dword [ebp + output + registers.ebx]
	pop	dword [ebp + output + registers.edx]
	pop	dword [ebp + output + registers.ecx]
	pop	dword [ebp + output + registers.eax]
	pop	dword [ebp + output + registers.eflags]
	mov	[ebp + output + registers.esp], esp
	mov	es, eax
	mov	ss, eax
	mov	fs, eax
	mov	gs, eax
	mov	esp, [ebp + kernel_esp]
	mov	[esp + 4], ebp			; enter here again; `entry` is at offset 0
	ret

export exception_stubs
	define_exception_stubs

	align	8, db 0
gdt:	times __KERNEL_CS / 8 dq 0
	dq	FLAT_CODE
	dq	FLAT_DATA
.end:
idt:	times 32 dq 0
.end:
gdtr:	dw	gdt.end - gdt - 1
	dd	0
idtr:	dw	idt.end - idt - 1
	dd	0
flat_pointer:
	dd	0
	dw	__KERNEL_CS
	align	4, db 0
kernel_esp:
	dd	0

; ---- what the loader fills in and reads back

export input
input:	times registers_size db 0
export output
output:	times registers_size db 0
	finish_symbols
