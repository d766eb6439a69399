; INT 61h: stops in the way AL asks for. BX is lost.

%include "option-rom.inc"

        option_rom 0x61

service:
        cmp al, (ways.end - ways) / 2
        jae unknown
        xor bx, bx
        mov bl, al
        shl bx, 1
        jmp [cs:ways + bx]
unknown:
        mov ax, 0xffff
        iret

ways:   dw returns, loops, jumps_into_nothing, halts, triple_faults
        dw divides_by_zero, executes_undefined_opcode, resets, writes_post_code
        dw loops_with_interrupts_on, overruns_stack
.end:

returns:
        mov ax, 0x600d
        iret

loops:
        jmp loops

jumps_into_nothing:
        jmp 0xe000:0x0000

halts:
        cli
        hlt
        jmp halts

triple_faults:                  ; no exception can be delivered with an empty IDT
        lidt [cs:empty_idt]
        ud2
empty_idt:
        dw 0, 0, 0

divides_by_zero:
        xor cx, cx
        div cx
        iret

executes_undefined_opcode:
        ud2

resets:                         ; port 92h bit 0: fast reset
        in al, 0x92
        or al, 1
        out 0x92, al
        jmp loops

writes_post_code:
        mov al, 0x42
        out 0x80, al
        mov ax, 0x600d
        iret

loops_with_interrupts_on:
        sti
        jmp loops_with_interrupts_on

overruns_stack:                 ; no room for the word, nor for the frame of #SS: shutdown
        mov sp, 1
        push ax
        iret

        end_of_rom
