; Checksums of a buffer, for a machine in flat 32-bit physical mode: paging off, all segments flat,
; no BIOS. Runs wherever it is loaded; entered at its first byte with the jump-back address at
; [esp], and returns there with a near return.
;
;   bios-plugins/assemble.sh checksum32
;
; In:  ESI  physical address of the buffer
;      ECX  its length in bytes
;      EAX  0 CRC-32 (IEEE 802.3), 1 Adler-32 (RFC 1950), 2 Internet checksum (RFC 1071)
;      EBX  the checksum of what came before, an even number of bytes for an Internet checksum;
;           if nothing did: CRC-32 0, Adler-32 1, Internet checksum FFFFh
; Out: EAX  the checksum, CF clear; the Internet checksum in bits 15-0 with the byte that
;           comes first in memory as the high one; or EAX as it was, CF set: no such algorithm
;      all other registers as they were

        bits    32
        cpu     386

ADLER_MODULUS           equ     65521
ADLER_BLOCK             equ     5552    ; bytes after which the sums still fit in 32 bits
CRC32_POLYNOMIAL        equ     0EDB88320h

entry:
        cmp     eax, 2
        ja      .unknown
        push    ebx
        push    ecx
        push    edx
        push    esi
        push    edi
        pushfd
        cld
        cmp     eax, 1
        jb      .crc32
        je      .adler32
        call    internet
        jmp     .done
.crc32:
        call    crc32
        jmp     .done
.adler32:
        call    adler32
.done:
        popfd
        pop     edi
        pop     esi
        pop     edx
        pop     ecx
        pop     ebx
        clc
        ret
.unknown:
        stc
        ret

; EAX := CRC-32 of ECX bytes at ESI after EBX, four bits at a time. Clobbers EBX, ECX, EDX, ESI,
; EDI.
crc32:
        call    .here
.here:
        pop     edi
        add     edi, crc32_nibbles - .here
        mov     eax, ebx
        not     eax
        jecxz   .done
.byte:
        xor     al, [esi]
        inc     esi
        mov     edx, eax
        and     edx, 0Fh
        shr     eax, 4
        xor     eax, [edi + edx * 4]
        mov     edx, eax
        and     edx, 0Fh
        shr     eax, 4
        xor     eax, [edi + edx * 4]
        dec     ecx
        jnz     .byte
.done:
        not     eax
        ret

; What four zero bits make of each nibble.
crc32_nibbles:
%assign nibble 0
%rep 16
  %assign crc nibble
  %rep 4
    %if crc & 1
      %assign crc crc >> 1 ^ CRC32_POLYNOMIAL
    %else
      %assign crc crc >> 1
    %endif
  %endrep
        dd      crc
  %assign nibble nibble + 1
%endrep

; EAX := Adler-32 of ECX bytes at ESI after EBX. Clobbers EBX, ECX, EDX, ESI, EDI.
adler32:
        push    ebp
        mov     edi, ebx
        shr     edi, 16                         ; EDI the sum of sums
        movzx   ebx, bx                         ; EBX the sum
.block:
        mov     ebp, ADLER_BLOCK
        cmp     ecx, ebp
        jae     .bytes
        mov     ebp, ecx
.bytes:
        sub     ecx, ebp
        xor     eax, eax
        test    ebp, ebp
        jz      .reduce
.byte:
        lodsb
        add     ebx, eax
        add     edi, ebx
        dec     ebp
        jnz     .byte
.reduce:
        mov     ebp, ADLER_MODULUS
        mov     eax, ebx
        xor     edx, edx
        div     ebp
        mov     ebx, edx
        mov     eax, edi
        xor     edx, edx
        div     ebp
        mov     edi, edx
        test    ecx, ecx
        jnz     .block
        mov     eax, edi
        shl     eax, 16
        or      eax, ebx
        pop     ebp
        ret

; EAX := the Internet checksum of ECX bytes at ESI after BX. Clobbers EBX, ECX, EDX, ESI. The sum of
; words does not depend on their byte order, so the bytes are swapped before and after only.
internet:
        mov     edx, ebx
        xchg    dl, dh
        not     edx
        shr     ecx, 1
        pushfd                                  ; CF: an odd byte at the end
        jecxz   .words_done
.word:
        lodsw
        add     dx, ax
        adc     dx, 0
        dec     ecx
        jnz     .word
.words_done:
        popfd
        jnc     .even
        movzx   eax, byte [esi]                 ; as if a zero followed
        add     dx, ax
        adc     dx, 0
.even:
        not     edx
        movzx   eax, dx
        xchg    al, ah
        ret
