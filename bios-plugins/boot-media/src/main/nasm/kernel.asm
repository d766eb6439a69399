; As small as a kernel can be: the header of the Linux boot protocol 2.03 (Documentation/arch/x86/
; boot.rst) in front of 32 bit code, which says its command line on the first serial port. It has no
; setup code for real mode.

        cpu 386

PORT    equ 0x3f8
CMD_LINE_PTR equ 0x228

        times 0x1f1 db 0
        db 1                    ; setup_sects
        dw 0                    ; root_flags
        dd (end - entry + 15) / 16
        dw 0                    ; ram_size
        dw 0                    ; vid_mode
        dw 0                    ; root_dev
        dw 0xaa55               ; boot_flag
        db 0xeb, setup - magic  ; jump
magic:  db 'HdrS'
        dw 0x0203               ; version
        dd 0                    ; realmode_swtch
        dw 0                    ; start_sys_seg
        dw 0                    ; kernel_version
        db 0                    ; type_of_loader
        db 1                    ; loadflags: LOADED_HIGH
        dw 0                    ; setup_move_size
        dd 0x100000             ; code32_start
        dd 0                    ; ramdisk_image
        dd 0                    ; ramdisk_size
        dd 0                    ; bootsect_kludge
        dw 0                    ; heap_end_ptr
        db 0, 0                 ; ext_loader_ver, ext_loader_type
        dd 0                    ; cmd_line_ptr
        dd 0x37ffffff           ; initrd_addr_max

        bits 16
setup:  hlt
        jmp setup
        times 0x400 - ($ - $$) db 0

        bits 32
entry:  cld                     ; at 100000h, ESI is the zero page
        mov ebx, [esi + CMD_LINE_PTR]
        mov edx, PORT + 3       ; line control: 8 bits, which the reset left at 5
        mov al, 3
        out dx, al
        call .here
.here:  pop esi
        add esi, text - .here
        call say
        mov esi, ebx
        test esi, esi
        jz .end
        call say
.end:   cli
        hlt
        jmp .end

say:    lodsb
        test al, al
        jz .done
        mov ah, al
        mov edx, PORT + 5
.wait:  in al, dx
        test al, 0x20
        jz .wait
        mov al, ah
        mov edx, PORT
        out dx, al
        jmp say
.done:  ret

text:   db 'hello from a kernel: ', 0
        times (16 - ($ - entry) % 16) % 16 db 0
end:
