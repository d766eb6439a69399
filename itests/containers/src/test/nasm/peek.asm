; Flat 32-bit program: copies ECX bytes of physical memory at ESI to EDI.

        bits 32

        pushad
        cld
        rep movsb
        popad
        ret
