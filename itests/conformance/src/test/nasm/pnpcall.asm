; Calls a Plug and Play BIOS (Plug and Play BIOS Specification 1.0A, 4.4) and leaves AX as it comes
; back. A flat 16-bit program; its caller has found the installation check structure.
;
;   nasm -f bin -o pnpcall.bin pnpcall.asm
;
; CX function; DL 0: by the real mode entry, EBX its segment and offset; DL 1: by the 16-bit protected
; mode entry, EBX its offset, ESI the base of its code segment, EDI that of its data segment.

        cpu 386
        bits 16
        org 0

BIOS_CODE equ 0x08
OWN_CODE  equ 0x10
STACK     equ 0x18
BIOS_DATA equ 0x20

start:  cmp dl, 1
        je protected
        mov [cs:entry], ebx
        call arguments
        call far [cs:entry]
        add sp, 8
        retf

; Pushes function and three words of arguments, below which comes the way back.
arguments:
        pop ax
        push word 0
        push word 0
        push word 0xf000
        push cx
        jmp ax

protected:
        pushf
        cli
        push ds
        push es
        mov [cs:entry], bx
        mov word [cs:entry + 2], BIOS_CODE
        mov [cs:back + 3], cs
        mov eax, esi
        mov bx, bios_code
        call describe
        mov eax, edi
        mov bx, bios_data
        call describe
        mov ax, ss
        mov [cs:stack_segment], ax
        movzx eax, ax
        shl eax, 4
        mov bx, stack
        call describe
        xor eax, eax
        mov ax, cs
        shl eax, 4
        mov bx, own_code
        call describe
        add eax, gdt
        mov [cs:gdtr + 2], eax
        o32 lgdt [cs:gdtr]
        movzx esp, sp
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp OWN_CODE:.within
.within:
        mov ax, STACK
        mov ss, ax
        mov ax, BIOS_DATA
        mov ds, ax
        mov es, ax
        call arguments
        call far [cs:entry]
        add sp, 8
        mov cx, ax
        mov eax, cr0
        and al, ~1
        mov cr0, eax
back:   jmp 0:.real                     ; its segment is filled in
.real:  mov ss, [cs:stack_segment]
        pop es
        pop ds
        popf
        mov ax, cx
        retf

; Puts base EAX into the descriptor at CS:BX.
describe:
        mov [cs:bx + 2], ax
        push eax
        shr eax, 16
        mov [cs:bx + 4], al
        mov [cs:bx + 7], ah
        pop eax
        ret

entry:  dd 0
stack_segment: dw 0
gdtr:   dw gdt_end - gdt - 1
        dd 0
        align 8
gdt:    dq 0
bios_code: dq 0x00009a000000ffff
own_code:  dq 0x00009a000000ffff
stack:     dq 0x000092000000ffff
bios_data: dq 0x000092000000ffff
gdt_end:
