; A flat program that accesses ports: AL tells the way, DX the port, ECX is what goes out, EAX what
; came in.

        cpu 386
        bits 32
        org 0x100000

start:  cmp al, 3
        jb inputs
        xchg eax, ecx
        cmp cl, 4
        je .word
        ja .dword
        out dx, al
        ret
.word:  out dx, ax
        ret
.dword: out dx, eax
        ret
inputs: cmp al, 1
        mov eax, 0
        je .word
        ja .dword
        in al, dx
        ret
.word:  in ax, dx
        ret
.dword: in eax, dx
        ret
