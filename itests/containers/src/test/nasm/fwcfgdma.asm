; A flat program that lets the firmware configuration device write to memory as a bus master: 4 bytes
; of the signature to the address in EDI (QEMU's docs/specs/fw_cfg.rst). EAX is the control word
; afterwards, 0 when it is done.

        cpu 486
        bits 32

DMA     equ 0x514

        call .here
.here:  pop ebx
        lea esi, [ebx + command - .here]
        mov eax, edi
        bswap eax
        mov [esi + 12], eax
        xor eax, eax
        mov edx, DMA
        out dx, eax             ; the high half of the command's address
        mov eax, esi
        bswap eax
        mov edx, DMA + 4
        out dx, eax             ; the low half starts it
        mov eax, [esi]
        ret

        align 16, db 0
command:
        dd 0x0a000000           ; big-endian: item 0, select, read
        dd 0x04000000           ; 4 bytes
        dd 0, 0                 ; to
