; A hard disk of 64 sectors whose first one loads the second by INT 13h and jumps to it.

        cpu 386
        org 0x7c00

        jmp 0:start
start:  xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7c00
        cld
        mov ax, 0x0201          ; read one sector
        mov bx, second
        mov cx, 0x0002          ; cylinder 0, sector 2
        mov dh, 0               ; head 0, drive as it was booted from
        int 0x13
        jnc second
        mov si, failed
        jmp say

say:    lodsb
        test al, al
        jz .end
        out 0xe9, al
        mov ah, 0x0e
        mov bx, 7
        int 0x10
        jmp say
.end:   cli
        hlt
        jmp .end

failed: db 'INT 13h failed', 13, 10, 0

        times 510 - ($ - $$) db 0
        dw 0xaa55

second: mov si, text
        jmp say
text:   db 'hello from the second sector', 13, 10, 0

        times 64 * 512 - ($ - $$) db 0
