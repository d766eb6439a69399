; Two hundred BIOS calls from a boot floppy: each loads every register, calls, and writes all
; registers, the flags and a piece of memory as one line of text to port E9h. Run on any PC with the
; same firmware and devices, the lines must be the same.
;
;   nasm -f bin -o bioscalls.bin bioscalls.asm        (a floppy image: pad with zeros to 1,474,560 bytes)
;
; The machine has this floppy as drive 0, a hard disk as drive 80h and a CD as drive E0h.

        cpu 386
        bits 16

LOADED  equ 0x1000                      ; segment of the program
WORK    equ 0x2000                      ; segment of buffers, filled with A5h before each call
STACK   equ 0x3000
WORK_SIZE equ 0x1000

; ---------------------------------------------------------------- boot sector
        section boot start=0 vstart=0x7c00
        cli
        xor ax, ax
        mov ds, ax
        mov ax, STACK
        mov ss, ax
        mov sp, 0xfff0
        sti
        mov [boot_drive], dl
        mov ax, LOADED
        mov es, ax
        mov si, 1                       ; first sector after this one
.next:  mov ax, si                      ; to cylinder, head, sector of 2 heads with 18 sectors
        xor dx, dx
        mov bx, 18
        div bx
        mov cl, dl
        inc cl
        mov dh, al
        and dh, 1
        shr al, 1
        mov ch, al
        mov dl, [boot_drive]
        xor bx, bx
        mov ax, 0x0201
        int 0x13
        jc .failed
        mov ax, es
        add ax, 512 / 16
        mov es, ax
        inc si
        cmp si, (program_end - program + 511) / 512 + 1
        jb .next
        jmp LOADED:0
.failed:
        mov al, '!'
        out 0xe9, al
        cli
        hlt
boot_drive db 0
        times 510 - ($ - $$) db 0
        db 0x55, 0xaa

; ---------------------------------------------------------------- the program
        section code start=512 vstart=0
program:
        mov ax, cs
        mov ds, ax
        mov word [entry], table
.call:
        mov bx, [entry]
        cmp bx, table_end
        jae .done
        call prepare
        call invoke
        call report
        add word [entry], ENTRY_SIZE
        jmp .call
.done:  mov si, text_end
        call write_text
        cli
        hlt

; Fills the work area, copies in what the call wants there.
prepare:
        cld
        mov ax, WORK
        mov es, ax
        xor di, di
        mov cx, WORK_SIZE / 2
        mov ax, 0xa5a5
        rep stosw
        mov si, [bx + E_PREFILL]
        mov cx, [bx + E_PREFILL_SIZE]
        xor di, di
        rep movsb
        ret

; Loads the registers of the entry at BX, calls, stores all registers.
invoke:
        mov al, [bx + E_VECTOR]
        mov [cs:.vector], al
        jmp short $ + 2
        push ds
        pusha
        push dword [bx + E_EAX]
        push dword [bx + E_EBX]
        mov ecx, [bx + E_ECX]
        mov edx, [bx + E_EDX]
        mov esi, [bx + E_ESI]
        mov edi, [bx + E_EDI]
        mov ebp, [bx + E_EBP]
        mov es, [bx + E_ES]
        mov ds, [bx + E_DS]
        pop ebx
        pop eax
        stc                             ; what does not touch CF leaves it set
        sti
        db 0xcd
.vector db 0
        pushf
        push ds
        push cs
        pop ds
        mov [r_eax], eax
        mov [r_ebx], ebx
        mov [r_ecx], ecx
        mov [r_edx], edx
        mov [r_esi], esi
        mov [r_edi], edi
        mov [r_ebp], ebp
        mov [r_es], es
        pop word [r_ds]
        pop word [r_flags]
        cld
        popa
        pop ds
        ret

; One line: number, vector, AX given, registers, memory.
report:
        inc word [number]
        mov ax, [number]
        call write_word
        mov si, text_int
        call write_text
        mov bx, [entry]
        mov al, [bx + E_VECTOR]
        call write_byte
        mov si, text_ax
        call write_text
        mov ax, [bx + E_EAX]
        call write_word
        mov si, names
        mov di, results
.register:
        call write_text                 ; leaves SI behind the text
        mov eax, [di]
        call write_dword
        add di, 4
        cmp di, results + 7 * 4
        jb .register
.segment:
        call write_text
        mov ax, [di]
        call write_word
        add di, 2
        cmp di, results_end
        jb .segment
        mov cx, [bx + E_DUMP_SIZE]
        jcxz .end
        call write_text                 ; " mem="
        mov si, [bx + E_DUMP_OFFSET]
        push ds
        mov ds, [bx + E_DUMP_SEGMENT]
.byte:  lodsb
        call write_byte
        loop .byte
        pop ds
.end:   mov al, 10
        out 0xe9, al
        ret

write_text:                             ; DS:SI, ends with a zero byte
        lodsb
        test al, al
        jz .end
        out 0xe9, al
        jmp write_text
.end:   ret
write_dword:
        push eax
        shr eax, 16
        call write_word
        pop eax
write_word:
        push ax
        mov al, ah
        call write_byte
        pop ax
write_byte:
        push ax
        shr al, 4
        call write_digit
        pop ax
        push ax
        call write_digit
        pop ax
        ret
write_digit:
        and al, 15
        add al, '0'
        cmp al, '9'
        jbe .out
        add al, 'a' - '9' - 1
.out:   out 0xe9, al
        ret

number  dw 0
entry   dw 0
results:
r_eax   dd 0
r_ebx   dd 0
r_ecx   dd 0
r_edx   dd 0
r_esi   dd 0
r_edi   dd 0
r_ebp   dd 0
r_ds    dw 0
r_es    dw 0
r_flags dw 0
results_end:
names   db " eax=", 0, " ebx=", 0, " ecx=", 0, " edx=", 0, " esi=", 0, " edi=", 0, " ebp=", 0
        db " ds=", 0, " es=", 0, " fl=", 0, " mem=", 0
text_int db " int ", 0
text_ax db " ax ", 0
text_end db "end", 10, 0

; ---------------------------------------------------------------- the calls
; bios VECTOR, REGISTER, VALUE, ... ; also dump (segment), at, size and prefill, length
        struc e
E_VECTOR resb 2
E_EAX   resd 1
E_EBX   resd 1
E_ECX   resd 1
E_EDX   resd 1
E_ESI   resd 1
E_EDI   resd 1
E_EBP   resd 1
E_DS    resw 1
E_ES    resw 1
E_DUMP_SEGMENT resw 1
E_DUMP_OFFSET resw 1
E_DUMP_SIZE resw 1
E_PREFILL resw 1
E_PREFILL_SIZE resw 1
        endstruc
ENTRY_SIZE equ e_size

%macro bios 1-*
  %xdefine v_vector %1
  %xdefine v_eax 0
  %xdefine v_ebx 0
  %xdefine v_ecx 0
  %xdefine v_edx 0
  %xdefine v_esi 0
  %xdefine v_edi 0
  %xdefine v_ebp 0x1234
  %xdefine v_ds WORK
  %xdefine v_es WORK
  %xdefine v_dump WORK
  %xdefine v_at 0
  %xdefine v_size 0
  %xdefine v_prefill 0
  %xdefine v_length 0
  %rotate 1
  %rep (%0 - 1) / 2
    %xdefine v_%1 %2
    %rotate 2
  %endrep
        dw v_vector
        dd 0xe0a00000 + v_eax, 0xe0b00000 + v_ebx, 0xe0c00000 + v_ecx, 0xe0d00000 + v_edx
        dd 0xe0510000 + v_esi, 0xe0d10000 + v_edi, 0xe0b50000 + v_ebp
        dw v_ds, v_es, v_dump, v_at, v_size, v_prefill, v_length
%endmacro

%macro bios_exact 1-*                   ; the 32-bit registers as given, for interfaces that take them whole
  %xdefine x_eax 0
  %xdefine x_ebx 0
  %xdefine x_ecx 0
  %xdefine x_edx 0
  %xdefine x_size 0
  %xdefine x_vector %1
  %rotate 1
  %rep (%0 - 1) / 2
    %xdefine x_%1 %2
    %rotate 2
  %endrep
        dw x_vector
        dd x_eax, x_ebx, x_ecx, x_edx, 0, 0, 0
        dw WORK, WORK, WORK, 0, x_size, 0, 0
%endmacro

; the BIOS data area of the display: mode to CRT palette
%define video_data dump, 0x40, at, 0x49, size, 30

        align 4
table:
        ; ---- INT 11h, 12h: what is there
        bios 0x11
        bios 0x12
        ; ---- INT 10h: the display in text mode
        bios 0x10, eax, 0x0003, video_data
        bios 0x10, eax, 0x0f00
        bios 0x10, eax, 0x0100, ecx, 0x0607, video_data
        bios 0x10, eax, 0x0200, edx, 0x050a, video_data
        bios 0x10, eax, 0x0300
        bios 0x10, eax, 0x0501, video_data
        bios 0x10, eax, 0x0500
        bios 0x10, eax, 0x0941, ebx, 0x0017, ecx, 5
        bios 0x10, eax, 0x0800
        bios 0x10, eax, 0x0a42, ebx, 0x0000, ecx, 2
        bios 0x10, eax, 0x0800, dump, 0xb800, at, (5 * 80 + 10) * 2, size, 12
        bios 0x10, eax, 0x0e43, ebx, 0x0007, dump, 0xb800, at, (5 * 80 + 10) * 2, size, 12
        bios 0x10, eax, 0x0e0d
        bios 0x10, eax, 0x0e0a
        bios 0x10, eax, 0x0e07
        bios 0x10, eax, 0x0e08
        bios 0x10, eax, 0x0300
        bios 0x10, eax, 0x0601, ebx, 0x1e00, ecx, 0x0000, edx, 0x184f, dump, 0xb800, at, (4 * 80 + 10) * 2, size, 12
        bios 0x10, eax, 0x0702, ebx, 0x1e00, ecx, 0x0202, edx, 0x0a20, dump, 0xb800, at, (2 * 80) * 2, size, 16
        bios 0x10, eax, 0x0600, ebx, 0x0700, ecx, 0x0000, edx, 0x184f, dump, 0xb800, size, 16
        bios 0x10, eax, 0x1300, ebx, 0x001f, ecx, 5, edx, 0x0303, prefill, hello, length, 5, dump, 0xb800, at, (3 * 80 + 3) * 2, size, 12
        bios 0x10, eax, 0x1301, ebx, 0x002f, ecx, 5, edx, 0x0403, prefill, hello, length, 5, video_data
        bios 0x10, eax, 0x1303, ebx, 0x0000, ecx, 2, edx, 0x0503, prefill, hello, length, 5, dump, 0xb800, at, (5 * 80 + 3) * 2, size, 12
        bios 0x10, eax, 0x0b00, ebx, 0x0003
        bios 0x10, eax, 0x0400
        ; ---- palette and DAC
        bios 0x10, eax, 0x1000, ebx, 0x3a05
        bios 0x10, eax, 0x1001, ebx, 0x0200
        bios 0x10, eax, 0x1007, ebx, 0x0005
        bios 0x10, eax, 0x1008
        bios 0x10, eax, 0x1009, edx, 0, size, 17
        bios 0x10, eax, 0x1002, edx, 0, prefill, palette, length, 17
        bios 0x10, eax, 0x1003, ebx, 0x0000
        bios 0x10, eax, 0x1010, ebx, 7, ecx, 0x1020, edx, 0x3000
        bios 0x10, eax, 0x1015, ebx, 7
        bios 0x10, eax, 0x1012, ebx, 16, ecx, 2, edx, 0, prefill, palette, length, 6
        bios 0x10, eax, 0x1017, ebx, 16, ecx, 4, edx, 0, size, 16
        bios 0x10, eax, 0x1013, ebx, 0x0001
        bios 0x10, eax, 0x101a
        bios 0x10, eax, 0x1018, ebx, 0x00ff
        bios 0x10, eax, 0x1019
        bios 0x10, eax, 0x101b, ebx, 0, ecx, 16
        ; ---- fonts
        bios 0x10, eax, 0x1130, ebx, 0x0000
        bios 0x10, eax, 0x1130, ebx, 0x0100
        bios 0x10, eax, 0x1130, ebx, 0x0200
        bios 0x10, eax, 0x1130, ebx, 0x0300
        bios 0x10, eax, 0x1130, ebx, 0x0500
        bios 0x10, eax, 0x1130, ebx, 0x0600
        bios 0x10, eax, 0x1112, video_data
        bios 0x10, eax, 0x0f00, dump, 0x40, at, 0x84, size, 8
        bios 0x10, eax, 0x1114, dump, 0x40, at, 0x84, size, 8
        bios 0x10, eax, 0x1103, ebx, 0x0000
        ; ---- alternate select, display combination, state
        bios 0x10, eax, 0x1200, ebx, 0x0010
        bios 0x10, eax, 0x1202, ebx, 0x0030
        bios 0x10, eax, 0x1200, ebx, 0x0031
        bios 0x10, eax, 0x1200, ebx, 0x0032
        bios 0x10, eax, 0x1201, ebx, 0x0033
        bios 0x10, eax, 0x1200, ebx, 0x0033
        bios 0x10, eax, 0x1200, ebx, 0x0034
        bios 0x10, eax, 0x1a00
        bios 0x10, eax, 0x1a01, ebx, 0x0008
        bios 0x10, eax, 0x1b00, size, 64
        bios 0x10, eax, 0x1c00, ecx, 7
        bios 0x10, eax, 0x1c01, ecx, 7, ebx, 0, size, 96
        ; ---- graphics
        bios 0x10, eax, 0x0013, video_data
        bios 0x10, eax, 0x0c2a, ecx, 10, edx, 20, dump, 0xa000, at, 20 * 320 + 8, size, 8
        bios 0x10, eax, 0x0d00, ecx, 10, edx, 20
        bios 0x10, eax, 0x0e58, ebx, 0x000f, dump, 0xa000, size, 16
        bios 0x10, eax, 0x0012, video_data
        bios 0x10, eax, 0x0c05, ecx, 100, edx, 40
        bios 0x10, eax, 0x0c83, ecx, 100, edx, 40
        bios 0x10, eax, 0x0d00, ecx, 100, edx, 40
        bios 0x10, eax, 0x0006, video_data
        bios 0x10, eax, 0x0c01, ecx, 33, edx, 41
        bios 0x10, eax, 0x0d00, ecx, 33, edx, 41
        bios 0x10, eax, 0x0004, video_data
        bios 0x10, eax, 0x0b01, ebx, 0x0101
        bios 0x10, eax, 0x000d, video_data
        bios 0x10, eax, 0x0001, video_data
        bios 0x10, eax, 0x0083, video_data
        bios 0x10, eax, 0x0077, video_data
        ; ---- VBE
        bios 0x10, eax, 0x4f00, prefill, vbe2, length, 4, size, 128
        bios 0x10, eax, 0x4f01, ecx, 0x0101, size, 80
        bios 0x10, eax, 0x4f01, ecx, 0x0118, size, 80
        bios 0x10, eax, 0x4f01, ecx, 0x7777, size, 16
        bios 0x10, eax, 0x4f02, ebx, 0x4118, video_data
        bios 0x10, eax, 0x4f03
        bios 0x10, eax, 0x4f06, ebx, 0x0001
        bios 0x10, eax, 0x4f06, ebx, 0x0000, ecx, 1200
        bios 0x10, eax, 0x4f06, ebx, 0x0003
        bios 0x10, eax, 0x4f07, ebx, 0x0000, ecx, 8, edx, 3
        bios 0x10, eax, 0x4f07, ebx, 0x0001
        bios 0x10, eax, 0x4f02, ebx, 0x0101
        bios 0x10, eax, 0x4f05, ebx, 0x0000, edx, 2
        bios 0x10, eax, 0x4f05, ebx, 0x0100
        bios 0x10, eax, 0x4f08, ebx, 0x0800
        bios 0x10, eax, 0x4f08, ebx, 0x0001
        bios 0x10, eax, 0x4f04, edx, 0x0000, ecx, 15
        bios 0x10, eax, 0x4f0a, ebx, 0x0000
        bios 0x10, eax, 0x4f15, ebx, 0x0000
        bios 0x10, eax, 0x4f15, ebx, 0x0001, size, 128
        bios 0x10, eax, 0x4f99
        bios 0x10, eax, 0x0003, video_data
        ; ---- INT 13h: floppy
        bios 0x13, eax, 0x0000, dump, 0x40, at, 0x3e, size, 11
        bios 0x13, eax, 0x0100
        bios 0x13, eax, 0x0800
        bios 0x13, eax, 0x1500
        bios 0x13, eax, 0x1600
        bios 0x13, eax, 0x0201, ecx, 0x0001, size, 64, dump, WORK
        bios 0x13, eax, 0x0202, ecx, 0x0111, edx, 0x0100, size, 32
        bios 0x13, eax, 0x0201, ecx, 0x4f12, edx, 0x0100, size, 16
        bios 0x13, eax, 0x0301, ecx, 0x4f12, edx, 0x0100, prefill, hello, length, 5
        bios 0x13, eax, 0x0201, ecx, 0x4f12, edx, 0x0100, size, 16
        bios 0x13, eax, 0x0401, ecx, 0x0001
        bios 0x13, eax, 0x0201, ecx, 0x0013, size, 4, dump, 0x40, at, 0x41
        bios 0x13, eax, 0x0201, ecx, 0x5201
        bios 0x13, eax, 0x0100
        bios 0x13, eax, 0x0201, ecx, 0x0001, edx, 0x0001
        bios 0x13, eax, 0x0800, edx, 0x0001
        bios 0x13, eax, 0x1500, edx, 0x0001
        bios 0x13, eax, 0x0000
        bios 0x13, eax, 0x4100, ebx, 0x55aa
        bios 0x13, eax, 0x7700
        ; ---- INT 13h: hard disk
        bios 0x13, eax, 0x0000, edx, 0x0080
        bios 0x13, eax, 0x0800, edx, 0x0080, dump, 0x40, at, 0x74, size, 4
        bios 0x13, eax, 0x1500, edx, 0x0080
        bios 0x13, eax, 0x0201, ecx, 0x0001, edx, 0x0080, size, 64
        bios 0x13, eax, 0x0203, ecx, 0x0102, edx, 0x0180, size, 64
        bios 0x13, eax, 0x0301, ecx, 0x0203, edx, 0x0280, prefill, hello, length, 5
        bios 0x13, eax, 0x0201, ecx, 0x0203, edx, 0x0280, size, 16
        bios 0x13, eax, 0x0402, ecx, 0x0001, edx, 0x0080
        bios 0x13, eax, 0x0900, edx, 0x0080
        bios 0x13, eax, 0x0c00, ecx, 0x0101, edx, 0x0080
        bios 0x13, eax, 0x0d00, edx, 0x0080
        bios 0x13, eax, 0x1000, edx, 0x0080
        bios 0x13, eax, 0x1100, edx, 0x0080
        bios 0x13, eax, 0x1400, edx, 0x0080
        bios 0x13, eax, 0x0201, ecx, 0xffff, edx, 0xff80
        bios 0x13, eax, 0x0100, edx, 0x0080
        bios 0x13, eax, 0x4100, ebx, 0x55aa, edx, 0x0080
        bios 0x13, eax, 0x4200, edx, 0x0080, prefill, packet_read, length, 16, size, 80
        bios 0x13, eax, 0x4300, edx, 0x0080, prefill, packet_write, length, 24
        bios 0x13, eax, 0x4200, edx, 0x0080, prefill, packet_again, length, 16, size, 48
        bios 0x13, eax, 0x4400, edx, 0x0080, prefill, packet_read, length, 16
        bios 0x13, eax, 0x4500, edx, 0x0080
        bios 0x13, eax, 0x4700, edx, 0x0080, prefill, packet_read, length, 16
        bios 0x13, eax, 0x4800, edx, 0x0080, prefill, parameters_26, length, 2, size, 32
        bios 0x13, eax, 0x4800, edx, 0x0080, prefill, parameters_30, length, 2, size, 34
        bios 0x13, eax, 0x4800, edx, 0x0080, prefill, parameters_74, length, 2, size, 76
        bios 0x13, eax, 0x4900, edx, 0x0080
        bios 0x13, eax, 0x4200, edx, 0x0080, prefill, packet_beyond, length, 16, size, 16
        bios 0x13, eax, 0x4e00, edx, 0x0080
        bios 0x13, eax, 0x0201, ecx, 0x0001, edx, 0x0081
        bios 0x13, eax, 0x0800, edx, 0x0081
        ; ---- INT 13h: CD
        bios 0x13, eax, 0x4100, ebx, 0x55aa, edx, 0x00e0
        bios 0x13, eax, 0x1500, edx, 0x00e0
        bios 0x13, eax, 0x4800, edx, 0x00e0, prefill, parameters_30, length, 2, size, 34
        bios 0x13, eax, 0x4200, edx, 0x00e0, prefill, packet_cd, length, 16, size, 80
        bios 0x13, eax, 0x4500, edx, 0x00e0
        bios 0x13, eax, 0x4900, edx, 0x00e0
        bios 0x13, eax, 0x0201, ecx, 0x0001, edx, 0x00e0
        bios 0x13, eax, 0x4b01, edx, 0x00e0, size, 20
        ; ---- INT 14h, 17h: serial, parallel
        bios 0x14, eax, 0x00e3
        bios 0x14, eax, 0x0300
        bios 0x14, eax, 0x0155
        bios 0x14, eax, 0x0300, edx, 1
        bios 0x14, eax, 0x0400
        bios 0x17, eax, 0x0200
        bios 0x17, eax, 0x0041
        bios 0x17, eax, 0x0100
        bios 0x17, eax, 0x0200, edx, 1
        ; ---- INT 15h
        bios 0x15, eax, 0x2403
        bios 0x15, eax, 0x2402
        bios 0x15, eax, 0x2401
        bios 0x15, eax, 0x2402
        bios 0x15, eax, 0x4f1e
        bios 0x15, eax, 0x5300
        bios 0x15, eax, 0x5301
        bios 0x15, eax, 0x5304
        bios 0x15, eax, 0x530a, ebx, 1
        bios 0x15, eax, 0x530b
        bios 0x15, eax, 0x5380
        bios 0x15, eax, 0x8600, ecx, 0, edx, 2000
        bios 0x15, eax, 0x8700, ecx, 8, prefill, move_table, length, 48, size, 80
        bios 0x15, eax, 0x8800
        bios 0x15, eax, 0x9000
        bios 0x15, eax, 0x9100
        bios 0x15, eax, 0xc000
        bios 0x15, eax, 0xc000, dump, 0xf000, at, 0xe6f5, size, 16
        bios 0x15, eax, 0xc100
        bios 0x15, eax, 0xc205, ebx, 0x0300
        bios 0x15, eax, 0xc201
        bios 0x15, eax, 0xc203, ebx, 0x0300
        bios 0x15, eax, 0xc202, ebx, 0x0200
        bios 0x15, eax, 0xc204
        bios 0x15, eax, 0xc200, ebx, 0x0100
        bios 0x15, eax, 0xc206, ebx, 0x0000
        bios 0x15, eax, 0xe801
        bios 0x15, eax, 0xe881
        bios_exact 0x15, eax, 0xe820, edx, 0x534d4150, ecx, 20, ebx, 0, size, 20
        bios_exact 0x15, eax, 0xe820, edx, 0x534d4150, ecx, 20, ebx, 1, size, 20
        bios_exact 0x15, eax, 0xe820, edx, 0x534d4150, ecx, 20, ebx, 2, size, 20
        bios_exact 0x15, eax, 0xe820, edx, 0x534d4150, ecx, 20, ebx, 3, size, 20
        bios_exact 0x15, eax, 0xe820, edx, 0x534d4150, ecx, 20, ebx, 4, size, 20
        bios_exact 0x15, eax, 0xe820, edx, 0x534d4150, ecx, 20, ebx, 5, size, 20
        bios_exact 0x15, eax, 0xe820, edx, 0x534d4150, ecx, 20, ebx, 77, size, 20
        bios_exact 0x15, eax, 0xe820, edx, 0x11111111, ecx, 20, ebx, 0
        bios 0x15, eax, 0xfe00
        ; ---- INT 16h: keyboard
        bios 0x16, eax, 0x0200, dump, 0x40, at, 0x17, size, 2
        bios 0x16, eax, 0x0100
        bios 0x16, eax, 0x0500, ecx, 0x1e61, dump, 0x40, at, 0x1a, size, 8
        bios 0x16, eax, 0x0500, ecx, 0x48e0
        bios 0x16, eax, 0x0100
        bios 0x16, eax, 0x0000
        bios 0x16, eax, 0x1100
        bios 0x16, eax, 0x1000
        bios 0x16, eax, 0x1100
        bios 0x16, eax, 0x1200
        bios 0x16, eax, 0x0305, ebx, 0x0000
        bios 0x16, eax, 0x0900
        bios 0x16, eax, 0x0a00
        bios 0x16, eax, 0x9200
        bios 0x16, eax, 0xa200
        bios 0x16, eax, 0x6f08
        ; ---- INT 1Ah: clock, PCI
        bios 0x1a, eax, 0x0100, ecx, 0x0001, edx, 0x2345
        bios 0x1a, eax, 0x0000
        bios 0x1a, eax, 0x0300, ecx, 0x1234, edx, 0x5600
        bios 0x1a, eax, 0x0200
        bios 0x1a, eax, 0x0500, ecx, 0x2003, edx, 0x0415
        bios 0x1a, eax, 0x0400
        bios 0x1a, eax, 0x0600, ecx, 0x2359, edx, 0x5900
        bios 0x1a, eax, 0x0600, ecx, 0x2359, edx, 0x5900
        bios 0x1a, eax, 0x0700
        bios 0x1a, eax, 0xb101, ebx, 0
        bios 0x1a, eax, 0xb102, ecx, 0x7000, edx, 0x8086
        bios 0x1a, eax, 0xb102, ecx, 0x7000, edx, 0x8086, esi, 1
        bios_exact 0x1a, eax, 0xb103, ecx, 0x030000
        bios_exact 0x1a, eax, 0xb103, ecx, 0x010180
        bios 0x1a, eax, 0xb108, ebx, 0x0008, edi, 0x000e
        bios 0x1a, eax, 0xb109, ebx, 0x0000, edi, 0x0000
        bios 0x1a, eax, 0xb10a, ebx, 0x0000, edi, 0x0000
        bios 0x1a, eax, 0xb10a, ebx, 0x0008, edi, 0x0060
        bios 0x1a, eax, 0xb10a, ebx, 0x0009, edi, 0x0020
        bios 0x1a, eax, 0xb10a, ebx, 0x000b, edi, 0x0040
        bios 0x1a, eax, 0xb10a, ebx, 0x0010, edi, 0x0010
        bios 0x1a, eax, 0xb10b, ebx, 0x0008, edi, 0x000c, ecx, 0x0055
        bios 0x1a, eax, 0xb109, ebx, 0x0000, edi, 0x0001
        bios 0x1a, eax, 0xb10e
        bios 0x1a, eax, 0xb1ff
        bios 0x1a, eax, 0xbb00
        ; ---- what the calls left in the BIOS data area
        bios 0x12, dump, 0x40, at, 0x00, size, 0x18
        bios 0x12, dump, 0x40, at, 0x3e, size, 0x0b
        bios 0x12, dump, 0x40, at, 0x70, size, 0x10
        bios 0x12, dump, 0x40, at, 0x8b, size, 0x0c
table_end:

hello   db "hello"
vbe2    db "VBE2"
palette db 0, 1, 2, 3, 4, 5, 20, 7, 56, 57, 58, 59, 60, 61, 62, 63, 1
packet_read    db 16, 0
        dw 2, 0x20, WORK
        dq 1
packet_write   db 16, 0
        dw 1, 0x10, WORK
        dq 77
        db "edd write"
packet_again   db 16, 0
        dw 1, 0x10, WORK
        dq 77
packet_beyond  db 16, 0
        dw 1, 0x10, WORK
        dq 0x12345678
packet_cd      db 16, 0
        dw 1, 0x10, WORK
        dq 16
parameters_26  dw 26
parameters_30  dw 30
parameters_74  dw 74
move_table:                             ; 16 bytes of the program, behind the table itself
        dq 0, 0
        dw 0xffff
        dw 0
        db LOADED >> 12, 0x93
        dw 0
        dw 0xffff
        dw 0x40
        db WORK >> 12, 0x93
        dw 0
        dq 0, 0
program_end:
