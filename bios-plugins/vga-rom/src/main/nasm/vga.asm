; The video BIOS of BIOS Gateway: an option ROM for a VGA with the Bochs display interface
; (PCI 1234:1111). The image is meant to stand in read-only memory: nothing here writes to its
; own segment, and what the ROM must remember it reads back from the BIOS data area or the device.
;
;   bios-plugins/assemble.sh vga-rom
;
; CHECKSUM is the byte that makes the sum of the image 0; assemble.sh finds it.

        bits    16
        cpu     386
        org     0

%ifndef CHECKSUM
  %define CHECKSUM 0
%endif

PCI_VENDOR              equ     1234h
PCI_DEVICE              equ     1111h
VERSION_BCD             equ     0100h

rom:
        dw      0AA55h
        db      (rom_end - rom) / 512
        jmp     near init                       ; +3, far called by whoever scans for ROMs
        db      CHECKSUM                        ; +6
        times   18h - ($ - rom) db 0
        dw      pcir                            ; +18h, PCI data structure
        dw      0                               ; +1Ah, no plug and play header
oem_string:
        db      "BIOS Gateway VGA", 0

        align   4, db 0
pcir:                                           ; PCI Local Bus Specification 2.1, 6.3.1.2
        db      "PCIR"
        dw      PCI_VENDOR, PCI_DEVICE
        dw      0                               ; no vital product data
        dw      pcir_end - pcir
        db      0                               ; structure revision
        db      00h, 00h, 03h                   ; VGA compatible controller
        dw      (rom_end - rom) / 512           ; image length
        dw      VERSION_BCD
        db      0                               ; code for Intel x86, PC-AT compatible
        db      80h                             ; the last image
        dw      0
pcir_end:

%include "bda.inc"
%include "frame.inc"
%include "pci.inc"
%include "ports.inc"
%include "init.inc"
%include "int10.inc"
%include "modes.inc"
%include "setmode.inc"
%include "palette.inc"
%include "font.inc"
%include "cursor.inc"
%include "cells.inc"
%include "scroll.inc"
%include "teletype.inc"
%include "pixel.inc"
%include "information.inc"
%include "dispi.inc"
%include "vbemodes.inc"
%include "vbe.inc"
%include "vbewindow.inc"
%include "state.inc"
%include "glyphs.inc"
%include "font8x16.inc"
%include "font8x8.inc"

        align   512, db 0
rom_end:
