; Stores the registers it was entered with, in real mode, at CS:100h: general registers in the order
; of their encodings, then ES CS SS DS FS GS, and stops.
	cpu 386
	bits 16
	org	0
	mov	[cs:0x100], eax
	mov	[cs:0x104], ecx
	mov	[cs:0x108], edx
	mov	[cs:0x10c], ebx
	mov	[cs:0x110], esp
	mov	[cs:0x114], ebp
	mov	[cs:0x118], esi
	mov	[cs:0x11c], edi
	mov	[cs:0x120], es
	mov	[cs:0x122], cs
	mov	[cs:0x124], ss
	mov	[cs:0x126], ds
	mov	[cs:0x128], fs
	mov	[cs:0x12a], gs
.stop:	hlt
	jmp	.stop
	times 0x140 - ($ - $$) db 0
