; The way down to real mode and back: the image that a kexec jump enters to call firmware.
;
; Entered in flat 32 bit physical mode (CS 60h, DS 68h, GDTR and IDTR 0/0). Programs the interrupt
; controllers and the timer as BIOS code expects them, goes through 16 bit segments to real mode,
; loads every register, runs the instruction at `call_site`, stores every register, goes back to
; flat mode, and returns to relocate_kernel with the entry it wants next time in the slot behind
; the return address.
;
; Position-independent below 1 MB on any 4 KB boundary. The loader fills in `input`,
; `interrupt_masks`, `a20_open`, `data_selector` and `call_site`: INT n, or CALL far.
	cpu 386
	bits 32
	org	0
%include "symbols.inc"
%include "selectors.inc"
%include "register_block.inc"

SELECTOR_CODE16	equ	0x18
SELECTOR_DATA16	equ	0x20
SELECTOR_BIG_DATA16 equ	0x28

export entry
entry:	call	.here
.here:	pop	ebp
	sub	ebp, .here - entry		; where this image lies
	mov	[ebp + kernel_esp], esp
	mov	[ebp + base], ebp
	cli
	cld

	mov	eax, ebp
	mov	[ebp + gdt.code16 + 2], ax
	shr	eax, 16
	mov	[ebp + gdt.code16 + 4], al
	mov	eax, ebp
	shr	eax, 4
	mov	[ebp + real_mode_pointer + 2], ax
	mov	[ebp + own_stack + 4], ax
	lea	eax, [ebp + gdt]
	mov	[ebp + gdtr + 2], eax
	lea	eax, [ebp + flat]
	mov	[ebp + flat_pointer], eax

	mov	al, 0x11			; both 8259: BIOS vectors 08h and 70h
	out	0x20, al
	mov	al, 0x08
	out	0x21, al
	mov	al, 0x04
	out	0x21, al
	mov	al, 0x01
	out	0x21, al
	mov	al, 0x11
	out	0xa0, al
	mov	al, 0x70
	out	0xa1, al
	mov	al, 0x02
	out	0xa1, al
	mov	al, 0x01
	out	0xa1, al
	mov	al, [ebp + interrupt_masks.master]
	out	0x21, al
	mov	al, [ebp + interrupt_masks.slave]
	out	0xa1, al
	mov	al, 0x36			; 8254 channel 0: mode 3, 65536 counts, 18.2 Hz
	out	0x43, al
	xor	al, al
	out	0x40, al
	out	0x40, al
	cmp	byte [ebp + a20_open], 0
	jne	.a20_done
	in	al, 0x92			; an earlier call left the gate closed
	and	al, ~3
	out	0x92, al
.a20_done:
	lgdt	[ebp + gdtr]
	lidt	[ebp + real_mode_idtr]
	jmp	far [ebp + code16_pointer]

	bits 16
code16:	mov	ax, [cs:data_selector]		; its limit lives on in real mode
	mov	ds, ax
	mov	es, ax
	mov	ss, ax
	mov	fs, ax
	mov	gs, ax
	mov	eax, cr0
	and	al, ~CR0_PE
	mov	cr0, eax
	jmp	far [cs:real_mode_pointer]

; Up to here nothing depends on what the routine is given: the bridge may have a trap here, and
; begin further calls here.
export landed
landed:
real_mode:
	mov	ax, cs
	mov	ds, ax
	mov	ss, [input + registers.ss]
	mov	esp, [input + registers.esp]
	push	dword [input + registers.eflags]
	mov	es, [input + registers.es]
	mov	fs, [input + registers.fs]
	mov	gs, [input + registers.gs]
	mov	eax, [input + registers.eax]
	mov	ecx, [input + registers.ecx]
	mov	edx, [input + registers.edx]
	mov	ebx, [input + registers.ebx]
	mov	ebp, [input + registers.ebp]
	mov	esi, [input + registers.esi]
	mov	edi, [input + registers.edi]
	mov	ds, [input + registers.ds]
	popfd
; The bridge has traps here and where the instruction returns to: it counts what is between them.
export call_site
call_site:
	times 5 nop
	mov	[cs:output + registers.eax], eax
	mov	[cs:output + registers.esp], esp
	mov	[cs:output + registers.ss], ss
	lss	esp, [cs:own_stack]
	pushfd
	pop	dword [cs:output + registers.eflags]
	cli
	cld
	mov	[cs:output + registers.ecx], ecx
	mov	[cs:output + registers.edx], edx
	mov	[cs:output + registers.ebx], ebx
	mov	[cs:output + registers.ebp], ebp
	mov	[cs:output + registers.esi], esi
	mov	[cs:output + registers.edi], edi
	mov	[cs:output + registers.es], es
	mov	[cs:output + registers.ds], ds
	mov	[cs:output + registers.fs], fs
	mov	[cs:output + registers.gs], gs
; All that the routine answered is in memory: another trap.
export stored
stored:
	mov	ax, cs
	mov	ds, ax
	mov	ebp, [base]
	o32 lgdt [gdtr]
	mov	eax, cr0
	or	al, CR0_PE
	mov	cr0, eax
	jmp	far dword [flat_pointer]

	bits 32
flat:	mov	eax, __KERNEL_DS
	mov	ds, eax
	mov	es, eax
	mov	ss, eax
	xor	eax, eax
	mov	fs, eax
	mov	gs, eax
	mov	esp, [ebp + kernel_esp]

	; The gate is closed when our own bytes show up a megabyte higher, changed ones too.
	mov	byte [ebp + a20_open], 1
	mov	ecx, 2
.a20:	not	dword [ebp + a20_probe]
	mov	eax, [ebp + a20_probe]
	cmp	eax, [ebp + a20_probe + 0x100000]
	jne	.a20_is_open
	loop	.a20
	mov	byte [ebp + a20_open], 0
	in	al, 0x92			; the host lives above it
	or	al, 2
	and	al, ~1
	out	0x92, al
.a20_is_open:
	in	al, 0x21
	mov	[ebp + interrupt_masks.master], al
	in	al, 0xa1
	mov	[ebp + interrupt_masks.slave], al
	mov	[esp + 4], ebp			; enter here again; `entry` is at offset 0
	ret

	align	8, db 0
gdt:	times SELECTOR_CODE16 / 8 dq 0
.code16:	dq	CODE16
	dq	DATA16
	dq	BIG_DATA16
	times (__KERNEL_CS - SELECTOR_BIG_DATA16) / 8 - 1 dq 0
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
own_stack:
	dd	0x1000				; of the routine's, which is done with it
	dw	0

	align	4, db 0
base:	dd	0
kernel_esp:
	dd	0
a20_probe:
	dd	0x0a20600d

; ---- what the loader fills in and reads back

export input
input:	times registers_size db 0
export output
output:	times registers_size db 0
; One byte each, in and out: interrupt masks of both 8259, whether the A20 gate is open.
export interrupt_masks
interrupt_masks:
.master:	db	0xff
.slave:		db	0xff
export a20_open
a20_open:	db	1
; Word: 20h for segments of 64 KB, 28h for big real mode, in which POST calls option ROMs.
export data_selector
data_selector:	dw	SELECTOR_DATA16
	finish_symbols
