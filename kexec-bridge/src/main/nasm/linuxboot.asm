; An option ROM that boots the Linux kernel which the firmware configuration device (fw_cfg) offers.
;
; Firmware finds it as a boot device: a Plug and Play expansion header with a Bootstrap Entry Vector
; (Plug and Play BIOS Specification 1.0A, 3.2 and appendix B). The vector copies setup code, kernel,
; initial RAM disk and command line to where fw_cfg wants them, by the device's DMA interface, which
; reaches all of memory from real mode; fills in the setup header as a boot loader does
; (Documentation/arch/x86/boot.rst); and enters the kernel's 16 bit setup code, which asks the
; firmware for everything else.
;
; The loader sets the two checksums: of the header, and of the whole image.
	cpu 386
	bits 16
	org	0
%include "symbols.inc"

FW_CFG_DMA	equ 514h		; address of the descriptor, high half first, big-endian
DMA_ERROR	equ 01h
DMA_READ	equ 02h
DMA_SELECT	equ 08h

KERNEL_ADDR	equ 07h
KERNEL_SIZE	equ 08h
INITRD_ADDR	equ 0ah
INITRD_SIZE	equ 0bh
KERNEL_DATA	equ 11h
INITRD_DATA	equ 12h
CMDLINE_ADDR	equ 13h
CMDLINE_SIZE	equ 14h
CMDLINE_DATA	equ 15h
SETUP_ADDR	equ 16h
SETUP_SIZE	equ 17h
SETUP_DATA	equ 18h

HEAP_END	equ 0fff0h		; within the segment of the setup code, below the command line

	db	55h, 0aah
	db	(rom_end - IMAGE_BASE) / 512
	retf				; +3, init: nothing to set up
	times 1ah - ($ - IMAGE_BASE) db 0
	dw	pnp - IMAGE_BASE
	times 20h - ($ - IMAGE_BASE) db 0

export pnp
pnp:	db	'$PnP', 1, 2		; revision, length in units of 16 bytes
	dw	0			; no further header
	db	0
export pnp_checksum
pnp_checksum:
	db	0
	dd	0			; device identifier
	dw	manufacturer - IMAGE_BASE, product - IMAGE_BASE
	db	0, 0, 0			; device type
	db	14h			; boots, and is no output device; read cacheable
	dw	0, 0			; boot connection and disconnect vectors
	dw	boot - IMAGE_BASE	; bootstrap entry vector
	dw	0, 0

manufacturer:
	db	'BIOS Gateway', 0
product:
	db	'Linux of fw_cfg', 0
failed:	db	'fw_cfg: no kernel, or not all of it', 13, 10, 0

; ---- the descriptor of a transfer, on the stack: control, length, address, all big-endian
struc transfer
.control:	resd 1
.length:	resd 1
.address_high:	resd 1
.address_low:	resd 1
.size:
endstruc

boot:	mov	bp, sp
	sub	sp, transfer.size + 4
	cld
	; where the setup code goes; its segment is ES from here on
	mov	ax, SETUP_ADDR
	call	number
	mov	ecx, eax
	shr	eax, 4
	jz	.none
	mov	es, ax
	mov	bx, SETUP_SIZE << 8 | SETUP_DATA
	call	copy
	mov	ax, KERNEL_ADDR
	call	number
	mov	ecx, eax
	mov	bx, KERNEL_SIZE << 8 | KERNEL_DATA
	call	copy
	mov	ax, CMDLINE_ADDR
	call	number
	mov	ecx, eax
	mov	[es:228h], eax		; cmd_line_ptr
	mov	bx, CMDLINE_SIZE << 8 | CMDLINE_DATA
	call	copy
	mov	ax, INITRD_SIZE
	call	number
	test	eax, eax
	jz	.header
	mov	[es:21ch], eax		; ramdisk_size
	mov	ax, INITRD_ADDR
	call	number
	mov	ecx, eax
	mov	[es:218h], eax		; ramdisk_image
	mov	bx, INITRD_SIZE << 8 | INITRD_DATA
	call	copy
.header:
	mov	byte [es:210h], 0ffh	; type_of_loader: one without a number
	or	byte [es:211h], 80h	; loadflags: CAN_USE_HEAP
	mov	word [es:224h], HEAP_END - 200h ; heap_end_ptr
	cli
	mov	ax, es
	mov	ss, ax
	mov	sp, HEAP_END
	mov	ds, ax
	mov	fs, ax
	mov	gs, ax
	add	ax, 20h
	push	ax
	push	word 0
	retf				; to the second sector of the setup code

.none:	mov	si, failed
.print:	cs lodsb
	test	al, al
	jz	.out
	mov	ah, 0eh			; INT 10h, teletype
	mov	bx, 7
	int	10h
	jmp	.print
.out:	mov	sp, bp
	retf				; the firmware tries the next device

; AX: item of four bytes. Returns it in EAX.
number:	push	ecx
	push	edx
	movzx	ecx, bp			; the doubleword below the caller's frame, as a physical address
	sub	ecx, 4
	xor	edx, edx
	mov	dx, ss
	shl	edx, 4
	add	ecx, edx
	mov	edx, 4
	call	read
	mov	eax, [bp - 4]
	pop	edx
	pop	ecx
	ret

; BH: item with the length, BL: item with the data, ECX: physical address.
copy:	movzx	ax, bh
	call	number
	mov	edx, eax
	movzx	ax, bl

; AX: item, ECX: physical address, EDX: length. Preserves ECX and BX.
read:	push	ecx
	push	edx
	push	bx
	lea	bx, [bp - 4 - transfer.size]
	xchg	ah, al			; the low half of a big-endian doubleword comes last
	mov	[ss:bx + transfer.control + 2], byte 0
	mov	[ss:bx + transfer.control + 3], byte DMA_SELECT | DMA_READ
	mov	[ss:bx + transfer.control], ax
	call	.swap_edx
	mov	[ss:bx + transfer.length], edx
	mov	dword [ss:bx + transfer.address_high], 0
	mov	edx, ecx
	call	.swap_edx
	mov	[ss:bx + transfer.address_low], edx
	; start it by the physical address of the descriptor
	movzx	ecx, bx
	xor	eax, eax
	mov	dx, FW_CFG_DMA
	out	dx, eax
	mov	ax, ss
	shl	eax, 4
	add	ecx, eax
	mov	edx, ecx
	call	.swap_edx
	mov	eax, edx
	mov	dx, FW_CFG_DMA + 4
	out	dx, eax
.wait:	mov	eax, [ss:bx + transfer.control]
	cmp	eax, DMA_ERROR << 24
	je	boot.none
	test	eax, eax
	jnz	.wait
	pop	bx
	pop	edx
	pop	ecx
	ret

.swap_edx:
	xchg	dl, dh
	ror	edx, 16
	xchg	dl, dh
	ret

export checksum
checksum:
	db	0
	times -($ - IMAGE_BASE) & 1ffh db 0
rom_end:
finish_symbols
