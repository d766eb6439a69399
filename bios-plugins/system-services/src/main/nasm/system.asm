; System services for a machine without a system BIOS: INT 11h, 12h, 15h and 1Ah in an option ROM.
; The image is meant to stand in read-only memory; it keeps nothing but what the BIOS data area has
; a place for. It takes its vectors over without chaining: it has no place to remember the old ones.
;
;   bios-plugins/assemble.sh system-services
;
; CHECKSUM is the byte that makes the sum of the image 0; assemble.sh finds it.

        bits    16
        cpu     386
        org     0

%ifndef CHECKSUM
  %define CHECKSUM 0
%endif

rom:
        dw      0AA55h
        db      (rom_end - rom) / 512
        jmp     near init                       ; +3, far called by whoever scans for ROMs
        db      CHECKSUM                        ; +6
        db      "BIOS Gateway system services", 0

%include "bda.inc"
%include "frame.inc"
%include "pci.inc"
%include "init.inc"
%include "cmos.inc"
%include "memory.inc"
%include "int15.inc"
%include "a20.inc"
%include "blockmove.inc"
%include "wait.inc"
%include "int1a.inc"
%include "clock.inc"
%include "pcibios.inc"

        align   512, db 0
rom_end:
