; Kernel A: the host of host.asm with a process of its own, which counts timer interrupts and writes
; the count to port E9h, and with its own kernel_kexec(): when `kexec_request` is set it suspends its
; devices, jumps to the image in `kimage`, and when it is back does what the restart point says: it
; goes on, sleeps, switches the power off, or, by a number of its own, counts from the beginning.
; Everything it is lies in memory.
%define COUNTER
%define RESTART_OWN 0x100
%include "host.asm"
