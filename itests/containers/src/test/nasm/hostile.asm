; INT 63h: does harm in the way AL asks for. Where a way comes back, AX says what it got: 600Dh if it
; could do what it wanted.

%include "option-rom.inc"

        option_rom 0x63, 4

service:
        cld
        xor bx, bx
        mov bl, al
        shl bx, 1
        cmp bx, ways.end - ways
        jae unknown
        jmp [cs:ways + bx]
unknown:
        mov ax, 0xffff
        iret
done:   mov ax, 0x600d
        iret

ways:   dw out_to_denied, in_from_denied, wide_out_across, string_out, string_in
        dw pci_configuration, cmos_write, dma_program
        dw write_memory, write_vectors, write_bda, read_memory, string_across, execute_denied
        dw write_display, unreal_write, protected_write, a20_alias
        dw int_denied, far_call_denied, jump_denied, int_by_opcode_written
        dw read_msr, write_msr
        dw loop_forever, loop_hlt, loop_rep, loop_interrupts, loop_exceptions, loop_single_step
        dw triple_fault, reset_by_port, reset_by_jump, stack_gone
        dw storm_timer, storm_self
        dw modifies_itself, modifies_ahead
        dw memory_bomb, display_bomb
        dw overwrites_host, leaves_protected_mode
        dw halt_deaf, loop_rep_huge, loop_undefined, loop_breakpoint, storm_serial
        dw reset_by_pci, paging_into_nothing, task_gate, reserved_control
.end:

; ---- ports: 80h is denied, and what belongs to the display

out_to_denied:
        out 0x80, al
        jmp done
in_from_denied:
        in al, 0x80
        jmp done
wide_out_across:                ; 7Fh is allowed, 80h comes with the word
        mov dx, 0x7f
        out dx, ax
        jmp done
string_out:
        mov dx, 0x80
        mov cx, 4
        xor si, si
        rep outsb
        jmp done
string_in:
        push cs
        pop es
        mov dx, 0x80
        mov cx, 4
        mov di, 0x100
        rep insb
        jmp done
pci_configuration:              ; CF8h is denied
        mov eax, 0x80000000
        mov dx, 0xcf8
        out dx, eax
        jmp done
cmos_write:                     ; 70h is denied
        mov al, 0x0f
        out 0x70, al
        jmp done
dma_program:                    ; the mask of the first controller
        mov al, 0x00
        out 0x0a, al
        jmp done

; ---- memory: 500h-5FFh is denied, and 100000h and above

write_memory:
        xor ax, ax
        mov ds, ax
        mov byte [0x500], 1
        jmp done
write_vectors:                  ; writes of the vector table are denied, the processor reads it
        xor ax, ax
        mov ds, ax
        mov dword [4 * 0x60], 0
        jmp done
write_bda:
        mov ax, 0x40
        mov ds, ax
        mov byte [0x17], 0xff
        jmp done
read_memory:
        xor ax, ax
        mov ds, ax
        mov al, [0x5ff]
        jmp done
string_across:                  ; from what is allowed into what is not
        xor ax, ax
        mov es, ax
        mov di, 0x4f0
        mov cx, 0x20
        rep stosb
        jmp done
execute_denied:
        jmp 0x0050:0x0000
write_display:                  ; the device is denied, not its addresses
        mov ax, 0xb800
        mov ds, ax
        mov word [0], 0x0741
        jmp done
unreal_write:                   ; a descriptor with a limit of 4 GB, kept in real mode
        call enter_flat
        mov dword [ebx + 0x200000], 0xbad
        jmp done
protected_write:
        cli
        call load_gdt
        mov eax, cr0
        or al, 1
        mov cr0, eax
        mov bx, 8
        mov ds, bx
        mov dword [0x500], 0xbad
        and al, 0xfe
        mov cr0, eax
        jmp done
a20_alias:                      ; 100500h is 500h with the gate closed
        in al, 0x92
        and al, 0xfd
        out 0x92, al
        mov ax, 0xffff
        mov ds, ax
        mov byte [0x510], 1
        jmp done

enter_flat:                     ; DS reaches 4 GB, EBX is 0
        cli
        call load_gdt
        mov eax, cr0
        or al, 1
        mov cr0, eax
        mov bx, 8
        mov ds, bx
        and al, 0xfe
        mov cr0, eax
        xor ebx, ebx
        ret
load_gdt:                       ; from where this ROM lies
        xor eax, eax
        mov ax, cs
        shl eax, 4
        add eax, gdt
        push eax
        push word 15
        mov bp, sp
        lgdt [bp]
        add sp, 6
        ret
        align 8, db 0
gdt:    dq 0
        dq 0x008f92000000ffff   ; data, base 0, limit 4 GB

; ---- software interrupts: 60h is denied

int_denied:
        int 0x60
        jmp done
far_call_denied:                ; the same handler without INT
        xor ax, ax
        mov ds, ax
        pushf
        call far [4 * 0x60]
        jmp done
jump_denied:
        xor ax, ax
        mov ds, ax
        pushf
        push cs
        push word done
        jmp far [4 * 0x60]
int_by_opcode_written:          ; the instruction is made on the stack
        push word 0xcb60        ; 60 CB: vector, RETF
        push word 0xcd90        ; 90 CD: NOP, INT
        mov bp, sp
        push cs
        push word done
        push ss
        push bp
        retf

; ---- model specific registers

read_msr:
        mov ecx, 0x1b
        rdmsr
        jmp done
write_msr:
        mov ecx, 0x174
        xor eax, eax
        xor edx, edx
        wrmsr
        jmp done

; ---- loops of every form

loop_forever:
        jmp loop_forever
loop_hlt:
        sti
        hlt
        jmp loop_hlt
loop_rep:                       ; one instruction of 64 K passes, again and again
        xor cx, cx
        dec cx
        xor si, si
        rep lodsb
        jmp loop_rep
loop_interrupts:                ; calls itself by an interrupt, for ever
        xor ax, ax
        mov ds, ax
        mov word [4 * 0x64], .again
        mov [4 * 0x64 + 2], cs
.again: mov sp, 0x1000
        int 0x64
loop_exceptions:                ; a divide error whose handler comes back to it
        xor ax, ax
        mov ds, ax
        mov word [0], .back
        mov [2], cs
        xor cx, cx
        div cx
.back:  iret
loop_single_step:
        xor ax, ax
        mov ds, ax
        mov word [4], .step
        mov [6], cs
        pushf
        pop ax
        or ah, 1
        push ax
        popf
.here:  jmp .here
.step:  iret

; ---- ends

triple_fault:
        lidt [cs:.nothing]
        ud2
.nothing:
        dw 0, 0, 0
reset_by_port:
        in al, 0x92
        or al, 1
        out 0x92, al
        jmp loop_forever
reset_by_jump:
        jmp 0xffff:0x0000
stack_gone:
        mov sp, 1
        push ax
        iret

; ---- storms

storm_timer:                    ; the fastest timer, and a handler that never acknowledges
        xor ax, ax
        mov ds, ax
        mov word [4 * 8], .tick
        mov [4 * 8 + 2], cs
        mov al, 0x34
        out 0x43, al
        mov al, 2
        out 0x40, al
        xor al, al
        out 0x40, al
        out 0x21, al
        sti
.here:  jmp .here
.tick:  mov al, 0x20
        out 0x20, al
        iret
storm_self:                     ; every vector leads back here
        xor ax, ax
        mov ds, ax
        mov cx, 256
        xor bx, bx
.fill:  mov word [bx], .again
        mov [bx + 2], cs
        add bx, 4
        loop .fill
.again: mov sp, 0x1000
        int 0xff

; ---- code that changes

modifies_itself:                ; OUT 80h is made where a NOP was executed a moment ago
        push ss
        pop ds
        mov bx, sp
        sub bx, 0x100
        mov dword [bx], 0xcb909090      ; NOP NOP NOP RETF
        call .run
        mov word [bx], 0x80e6           ; OUT 80h,AL
        call .run
        jmp done
.run:   push cs
        push word .back
        push ss
        push bx
        retf
.back:  ret
modifies_ahead:                 ; the instruction changes the next one
        push ss
        pop ds
        mov bx, sp
        sub bx, 0x100
        mov dword [bx], 0x80e607c7      ; MOV WORD [BX],80E6h  (writes over itself)
        mov dword [bx + 4], 0xcb9080e6  ; OUT 80h,AL NOP RETF
        push cs
        push word done
        push ss
        push bx
        retf

; ---- bombs

memory_bomb:                    ; every page that real mode reaches
        mov ax, 0x1000
.next:  mov es, ax
        xor di, di
        mov cx, 0x8000
        rep stosw
        add ax, 0x1000
        cmp ax, 0x9000
        jb .next
        jmp done
display_bomb:
        mov ax, 0xb800
        mov es, ax
        xor di, di
        mov cx, 0x4000
        rep stosw
        jmp done

; ---- the host

overwrites_host:                ; 100000h and above, where the host's code and tables are
        call enter_flat
        mov edi, 0x100000
.next:  mov dword [edi], 0xffffffff
        add edi, 4
        cmp edi, 0x110000
        jb .next
        jmp done
leaves_protected_mode:          ; comes back with PE on, an empty GDT and interrupts off
        cli
        lgdt [cs:triple_fault.nothing]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        iret

; ---- more ways to hold the processor

halt_deaf:                      ; nothing wakes it
        cli
        hlt
        jmp halt_deaf
loop_rep_huge:                  ; one instruction of 4 G passes
        call enter_flat
        xor esi, esi
        mov ecx, 0xffffffff
        a32 rep lodsb
        jmp loop_rep_huge
loop_undefined:                 ; an undefined opcode whose handler comes back to it
        xor ax, ax
        mov ds, ax
        mov word [4 * 6], .back
        mov [4 * 6 + 2], cs
.here:  ud2
.back:  iret
loop_breakpoint:                ; a debug register stops at every pass of the loop
        xor eax, eax
        mov ds, ax
        mov word [4 * 1], .trap
        mov [4 * 1 + 2], cs
        mov ax, cs
        shl eax, 4
        add eax, .here
        mov dr0, eax
        mov eax, 0x00000202     ; DR0 on, execution
        mov dr7, eax
.here:  jmp .here
.trap:  iret
storm_serial:                   ; the transmitter is always empty, and nobody says so
        xor ax, ax
        mov ds, ax
        mov word [4 * 12], .sent
        mov [4 * 12 + 2], cs
        mov dx, 0x3fc
        mov al, 0x08            ; OUT2 lets the interrupt out
        out dx, al
        mov dx, 0x3f9
        mov al, 0x02
        out dx, al
        in al, 0x21
        and al, 0xef
        out 0x21, al
        sti
.here:  jmp .here
.sent:  mov dx, 0x3f8
        mov al, 'x'
        out dx, al
        mov al, 0x20
        out 0x20, al
        iret

; ---- more ways out

reset_by_pci:                   ; the reset control register of the PIIX
        mov dx, 0xcf9
        mov al, 0x02
        out dx, al
        mov al, 0x06
        out dx, al
        jmp loop_forever
paging_into_nothing:            ; page tables where nothing is
        cli
        call load_gdt
        mov eax, 0xfffff000
        mov cr3, eax
        mov eax, cr0
        or eax, 0x80000001
        mov cr0, eax
        jmp loop_forever
task_gate:                      ; an interrupt through a gate to a task that is no task
        cli
        call load_gdt
        mov eax, cr0
        or al, 1
        mov cr0, eax
        xor eax, eax
        mov ax, cs
        shl eax, 4
        add eax, .gate
        push eax
        push word 7
        mov bp, sp
        lidt [bp]
        int 0
        jmp loop_forever
        align 8, db 0
.gate:  dw 0, 8                 ; the data segment in place of a task state segment
        dw 0x8500, 0
reserved_control:               ; bits of CR4 that no processor here has
        mov eax, 0xffffffff
        mov cr4, eax
        jmp done

        times 2047 - ($ - $$) db 0
        db 0                    ; the checksum, left to the test
