; A boot floppy that shows one screen after the other. After each it writes 'R' to the debug port
; E9h and waits for a key, so that whoever runs it can take a picture; after the last it halts.
; Runs from a boot sector, or entered at 0000:7E00 with the whole image in place.

        cpu 386
        bits 16
        org 0x7c00

DEBUG_PORT      equ 0xe9
SECTORS         equ (end - header + 511) / 512

boot:   xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, boot
        mov ax, 0x0200 | SECTORS
        mov cx, 2                       ; the sectors after this one, all on the first track
        xor dh, dh
        mov bx, header
        int 0x13
        jnc header
        mov al, 'E'
        out DEBUG_PORT, al
.stop:  hlt
        jmp .stop
        times 510 - ($ - $$) db 0
        dw 0xaa55

header: jmp near start
        align 4
first:  dw 0                            ; +4: the first scene to show
last:   dw SCENES                       ; +6: the first not to show
noPost: dw 0                            ; +8: not 0, the machine has not been through POST

start:  cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, boot
        call big_segments
        cmp word [noPost], 0
        je .posted
        call post
.posted:
        sti
        cld
        mov bx, [first]
.scene: mov dx, 0x3c2                   ; BIOSes look for the CRTC where the mode before had it
        mov al, 0x67
        out dx, al
        push bx
        shl bx, 1
        call [scenes + bx]
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov al, 'R'
        out DEBUG_PORT, al
        pop bx
        inc bx
        cmp bx, [last]
        jae .done
        xor ax, ax
        int 0x16
        jmp .scene
.done:  cli
        hlt
        jmp .done

; What POST would have done for INT 10h: vectors that return, the display's ROM initialised.
post:   xor di, di
        mov cx, 256
.next:  mov word [di], .ignore
        mov word [di + 2], 0
        add di, 4
        loop .next
        mov ax, 0x0010                  ; bus 0, device 2, function 0
        call 0xc000:3
        xor ax, ax
        mov ds, ax
        mov es, ax
        ret
.ignore:
        iret

; DS, ES, FS and GS reach 4 GB from here on.
big_segments:
        pushf
        cli
        lgdt [.gdtr]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp short .protected
.protected:
        mov bx, 8
        mov ds, bx
        mov es, bx
        mov fs, bx
        mov gs, bx
        and al, 0xfe
        mov cr0, eax
        jmp 0:.real
.real:  xor ax, ax
        mov ds, ax
        mov es, ax
        mov fs, ax
        mov gs, ax
        popf
        ret
        align 8
.gdt:   dq 0
        dq 0x00cf92000000ffff
.gdtr:  dw 15
        dd .gdt

; ---- what the scenes are made of

%macro  register 3                      ; port, index, value
        mov dx, %1
        mov ax, (%3) << 8 | (%2)
        out dx, ax
%endmacro

%define sequencer register 0x3c4,
%define graphics  register 0x3ce,
%define crtc      register 0x3d4,
%define dispi     display_interface

%macro  attribute 2                     ; index, value
        mov ax, (%2) << 8 | (%1)
        call write_attribute
%endmacro

%macro  display_interface 2             ; index, value
        mov dx, 0x1ce
        mov ax, %1
        out dx, ax
        inc dx
        mov ax, %2
        out dx, ax
%endmacro

; AL: index, AH: value. Leaves the palette driving the screen.
write_attribute:
        push ax
        mov dx, 0x3da
        in al, dx
        pop ax
        mov dx, 0x3c0
        out dx, al
        mov al, ah
        out dx, al
        mov al, 0x20
        out dx, al
        ret

; AL: a mode of INT 10h. ES points to A000h afterwards.
set_mode:
        xor ah, ah
        int 0x10
        push word 0xa000
        pop es
        ret

; BX: a VBE mode, with bit 14 for the linear framebuffer, whose address comes back in EDI. BP is
; kept, which not every BIOS does.
set_vbe_mode:
        push bp
        push bx
        mov cx, bx
        and cx, 0x3fff
        push ds
        pop es
        mov di, vbe_information
        mov ax, 0x4f01
        int 0x10
        pop bx
        mov ax, 0x4f02
        int 0x10
        pop bp
        mov edi, [vbe_information + 40]
        ret

; SI: text that ends with 0, written at the cursor in colour BL.
say:    lodsb
        test al, al
        jz .end
        mov ah, 0x0e
        xor bh, bh
        int 0x10
        jmp say
.end:   ret

%macro  title 1                         ; text, in the upper left corner
        jmp %%over
%%text: db %1, 0
%%over: mov si, %%text
        mov bl, 15
        call say
%endmacro

%include "screens_text.inc"
%include "screens_planar.inc"
%include "screens_packed.inc"

scenes:
        dw text_attributes, text_40_columns, text_40_columns_wide, text_43_rows, text_50_rows
        dw text_two_fonts, text_page, text_scrolled, text_palette, text_cursor, text_monochrome
        dw cga_4_colors, cga_4_colors_dark, cga_2_colors
        dw planar_0d, planar_0e, planar_10, planar_11, planar_12, planar_masked
        dw planar_split, planar_panned, planar_scrolled
        dw chained_13, chained_13_split, mode_x, mode_x_flipped, mode_x_400
        dw vbe_8, vbe_15, vbe_16, vbe_24, vbe_32, vbe_banks, vbe_scrolled, vbe_wide, vbe_dac
        dw dispi_direct
SCENES  equ ($ - scenes) / 2
        times (512 - ($ - $$) % 512) % 512 db 0
end:

        absolute 0x8000 + 0x4000
vbe_information:
        resb 256
