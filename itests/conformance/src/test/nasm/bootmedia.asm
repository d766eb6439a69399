; A boot program that reads its whole medium through INT 13h and adds it up, for diskettes, hard
; disks and CDs (El Torito, with and without emulation).
;
;   nasm -f bin -o bootmedia.bin bootmedia.asm        (the first 512 bytes of the medium)
;
; Writes by INT 10h and to port E9h: "D", the drive, "e" for extended reads or "c" for cylinder, head
; and sector, the sum of all double words, and, if it is no CD, "w" when its last sector reads back as
; it was written; "!" and a status where a call fails.

        cpu 386
        bits 16
        org 0x7c00

BUFFER  equ 0x1000                      ; segment, 64 KB
AT_ONCE equ 16                          ; sectors of a read with EDD
PACKET  equ 0x600
PARAMS  equ 0x620

start:  cli
        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7c00
        sti
        cld
        mov [drive], dl
        push BUFFER
        pop es
        mov al, 'D'
        call put
        mov al, [drive]
        call byte2
        xor ebp, ebp                    ; the sum
        mov ah, 0x41
        mov bx, 0x55aa
        call bios
        jc chs
        cmp bx, 0xaa55
        jne chs

; ---------------------------------------------------------------- extended reads
        mov al, 'e'
        call put
        mov word [PARAMS], 30
        mov si, PARAMS
        mov ah, 0x48
        call bios
        jc failed
        mov dword [PACKET], AT_ONCE << 16 | 16
        mov dword [PACKET + 4], BUFFER << 16
        xor eax, eax
        mov [PACKET + 8], eax
        mov [PACKET + 12], eax
        cmp [PARAMS + 16], eax          ; a CD's are not known: -1
        jge .next
        mov byte [PACKET + 8], 16       ; its primary volume descriptor
        mov byte [PACKET + 2], 1
        mov ah, 0x42
        call packet
        mov eax, [es:80]                ; volume space size
        mov [PARAMS + 16], eax
        mov byte [PACKET + 8], 0
.next:  mov eax, [PARAMS + 16]          ; sectors that are left
        sub eax, [PACKET + 8]
        jz .read
        cmp eax, AT_ONCE
        jb .last
        mov al, AT_ONCE
.last:  mov byte [PACKET + 2], al
        mov ah, 0x42
        call packet
        movzx ecx, byte [PACKET + 2]
        add [PACKET + 8], ecx
        imul cx, [PARAMS + 24]          ; bytes of a sector
        call add_up
        jmp .next
.read:  call sum
        cmp word [PARAMS + 24], 512
        jne done                        ; a CD
        dec dword [PACKET + 8]
        mov byte [PACKET + 2], 1
        call fill
        mov ax, 0x4300
        call packet
        call wipe
        mov ah, 0x42
        call packet
        jmp check

packet: mov si, PACKET
        call bios
        jc failed
        ret

bios:   mov dl, [drive]
        int 0x13
        ret

; ---------------------------------------------------------------- by cylinder, head, sector
chs:    mov al, 'c'
        call put
        mov ah, 8
        call bios
        jc failed
        push BUFFER                     ; for a diskette ES:DI is its parameter table
        pop es
        and cl, 0x3f
        mov [sectors], cl
        mov [last], ch
        mov [heads], dh
        xor cx, cx                      ; cylinder
.cylinder:
        mov dh, 0
.head:  mov cl, 1
        mov ah, 2
        mov al, [sectors]
        call transfer
        push cx
        movzx cx, byte [sectors]
        shl cx, 9
        call add_up
        pop cx
        inc dh
        cmp dh, [heads]
        jbe .head
        inc ch
        cmp ch, [last]
        jbe .cylinder
        call sum
        dec ch                          ; the last sector
        dec dh
        mov cl, [sectors]
        call fill
        mov ax, 0x0301
        call transfer
        call wipe
        mov ax, 0x0201
        call transfer

check:  mov cx, 128
        xor di, di
        mov eax, ebp
        repe scasd
        jne failed
        mov al, 'w'
        call put
done:   mov al, 10
        call put
        cli
        hlt

transfer:
        xor bx, bx
        call bios
        jc failed
        ret

failed: push ax
        mov al, '!'
        call put
        pop ax
        mov al, ah
        call byte2
        jmp done

byte2:  shl eax, 24
        mov cl, 2
        jmp hex

; Adds CX bytes of the buffer to EBP.
add_up: xor si, si
        shr cx, 2
.next:  es lodsd
        add ebp, eax
        loop .next
        ret

; One sector of the buffer: full of EBP, or of zeros.
wipe:   xor eax, eax
        jmp store
fill:   mov eax, ebp
store:  push cx
        xor di, di
        mov cx, 128
        rep stosd
        pop cx
        ret

sum:    push cx
        mov eax, ebp
        mov cl, 8
        call hex
        pop cx
        ret

; The first CL hexadecimal digits of EAX.
hex:    rol eax, 4
        push ax
        and al, 0x0f
        cmp al, 10
        sbb al, 0x69
        das
        call put
        pop ax
        dec cl
        jnz hex
        ret

put:    out 0xe9, al
        pushad
        mov ah, 0x0e
        mov bx, 7
        int 0x10
        popad
        ret

drive   db 0
sectors db 0
last    db 0
heads   db 0
        times 510 - ($ - $$) db 0
        db 0x55, 0xaa
