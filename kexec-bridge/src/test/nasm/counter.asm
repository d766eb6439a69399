; Kernel A: the host of host.asm with a process of its own, which counts timer interrupts and writes
; the count to port E9h, and with its own kernel_kexec(): when `kexec_request` is set it suspends its
; devices, jumps to the image in `kimage`, and goes on when it is back. Everything it is lies in
; memory.
%define COUNTER
%include "host.asm"
