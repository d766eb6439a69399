; A Multiboot kernel that writes its command line and its first module to port E9h.
	cpu 386
	bits 32
	org	0x200000
header:	dd	0x1badb002
	dd	0x10003
	dd	-(0x1badb002 + 0x10003)
	dd	header, header, image_end, bss_end, entry
entry:	mov	esp, bss_end			; ESP is undefined (3.2 of the specification)
	cmp	eax, 0x2badb002
	jne	.stop
	mov	esi, [ebx + 16]
	call	print
	mov	esi, [ebx + 24]
	mov	esi, [esi]
	call	print
.stop:	hlt
	jmp	.stop
print:	lodsb
	test	al, al
	jz	.done
	out	0xe9, al
	jmp	print
.done:	ret
image_end:
bss_end	equ	image_end + 0x2000
