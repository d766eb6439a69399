; INT 60h, or the one tests choose: AX := a word of the ROM. Nothing else changes.

%include "option-rom.inc"

        option_rom 0x60

service:
        mov ax, [cs:answer]
        iret

        end_of_rom
