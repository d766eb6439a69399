; A system ROM of 64 KB that does no more than to say so, on the first serial port and on the debug
; port: where a firmware of one's own begins.

        cpu 386
        org 0

start:  cli
        cld
        mov ax, cs
        mov ds, ax
        mov dx, 0x3fb           ; line control: 8 bits, which the reset left at 5
        mov al, 3
        out dx, al
        mov si, text
.next:  lodsb
        test al, al
        jz .end
        out 0xe9, al
        mov ah, al
        mov dx, 0x3fd           ; line status: is the transmitter empty?
.wait:  in al, dx
        test al, 0x20
        jz .wait
        mov al, ah
        mov dx, 0x3f8
        out dx, al
        jmp .next
.end:   hlt
        jmp .end

text:   db 'hello from the reset vector', 13, 10, 0

        times 0xfff0 - ($ - $$) db 0xff
        jmp 0xf000:start        ; where the processor starts, 16 bytes before the end
        db '11/20/26'
        db 0xfc, 0              ; an AT
        times 0x10000 - ($ - $$) db 0xff
