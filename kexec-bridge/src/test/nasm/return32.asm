; A raw kexec image that only returns, as a C function would.
	cpu 386
	bits 32
	org	0
	mov	al, 'r'
	out	0xe9, al
	ret
