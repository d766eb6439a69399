; A boot sector that says where it has been loaded from, on the screen and on the debug port, and
; halts for good. Loaded at 0000:7C00 with the drive in DL (BIOS Boot Specification 1.01, 6.5.1).

        cpu 386
        org 0x7c00

        jmp 0:start             ; some firmware enters at 07C0:0000
start:  xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7c00
        cld
        mov si, text
        mov al, dl
        and al, 0x0f
        add al, '0'
        mov [drive], al
        test dl, 0x80
        jz .next
        mov byte [kind], 'C'
.next:  lodsb
        test al, al
        jz .end
        out 0xe9, al
        mov ah, 0x0e            ; teletype
        mov bx, 7
        int 0x10
        jmp .next
.end:   cli
        hlt
        jmp .end

text:   db 'hello from drive '
kind:   db 'A'
drive:  db '0', 13, 10, 0

        times 510 - ($ - $$) db 0
        dw 0xaa55
