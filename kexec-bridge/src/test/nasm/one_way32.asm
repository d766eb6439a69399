; A raw kexec image that is not to come back: stops at `hlt` with everything as it was on entry.
	cpu 386
	bits 32
	org	0
	hlt
