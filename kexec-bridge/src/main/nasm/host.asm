; The host: a kernel of our own, as small as a kexec jump needs. It lies where Linux lies, 1 MB up,
; mapped at PAGE_OFFSET, and does with real instructions what machine_kexec() and the functions
; around it do (arch/x86/kernel/machine_kexec_32.c, arch/x86/power/cpu.c). What a kernel does besides
; (freezing, suspending devices) is the bridge's KernelKexec.
;
; The bridge fills in `boot_params` and `kimage` and builds the page tables; see HostContext.
	cpu 386
	bits 32
	org	0xc0100000
PAGE_OFFSET	equ	0xc0000000
HOST_VIRTUAL	equ	0xc0100000
%include "symbols.inc"
%include "selectors.inc"
%include "exceptions.inc"

; Addresses as numbers that NASM can take apart, and as physical addresses.
%define VIRTUAL(label)	(label - IMAGE_BASE + HOST_VIRTUAL)
%define PHYSICAL(label)	(label - PAGE_OFFSET)

HOST_CR0	equ	CR0_PG | CR0_AM | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE

; ---- from the reset vector, with flat segments and paging off

export startup_32
startup_32:
	mov	eax, __KERNEL_DS
	mov	ds, eax
	mov	es, eax
	mov	ss, eax
	cmp	dword [PHYSICAL(boot_params.has_cr4)], 0
	je	.no_cr4
	mov	eax, [PHYSICAL(boot_params.cr4)]
	cpu 586
	mov	cr4, eax
	cpu 386
.no_cr4:
	mov	ebx, [PHYSICAL(boot_params.swapper_pg_dir)]
	mov	eax, [PHYSICAL(boot_params.boot_pgd)]
	mov	cr3, eax			; maps this page only, at both of its addresses
	mov	eax, HOST_CR0
	mov	cr0, eax
	mov	eax, start_kernel
	jmp	eax

start_kernel:
	mov	cr3, ebx
	cmp	dword [sleeping_stack], 0
	jne	woken
	mov	esp, [boot_params.stack_top]
	lgdt	[gdt_descr]
	jmp	__KERNEL_CS:.reload
.reload:
	mov	eax, __KERNEL_DS
	mov	ss, eax
	mov	eax, __USER_DS
	mov	ds, eax
	mov	es, eax
	mov	eax, __KERNEL_PERCPU
	mov	fs, eax
	mov	eax, __KERNEL_STACK_CANARY
	mov	gs, eax
	lidt	[idt_descr]
	mov	eax, GDT_TSS
	ltr	ax
	mov	eax, GDT_LDT
	lldt	ax
	cmp	dword [boot_params.has_fpu], 0
	je	.no_fpu
	fninit
.no_fpu:

	call	resume_devices

	xor	eax, eax
	xor	ebx, ebx
	xor	ecx, ecx
	xor	edx, edx
	xor	esi, esi
	xor	edi, edi
	xor	ebp, ebp
%ifdef COUNTER
	jmp	process
%endif
	pushfd
	call	flush_tlb_all
	popfd
	xor	eax, eax
	; Here the host waits for the bridge, which has a trap at this address.
export idle
idle:	hlt
	jmp	short idle

; The bridge points EIP here to run one jump: from `idle` to `idle`, no register changed.
export kexec_jump
kexec_jump:
	pushad
	pushfd
	push	dword kimage
	call	machine_kexec
	add	esp, 4
	call	flush_tlb_all
	popfd
	popad
	jmp	idle

; Forgets every translation, global ones too: what the host waits with is the same after every jump.
flush_tlb_all:
	cmp	dword [boot_params.has_cr4], 0
	je	.cr3
	cpu 586
	mov	eax, cr4
	test	al, CR4_PGE
	jz	.cr3
	and	al, ~CR4_PGE
	mov	cr4, eax
	or	al, CR4_PGE
	mov	cr4, eax
	cpu 386
	ret
.cr3:	mov	eax, cr3
	mov	cr3, eax
	ret

; ---- i8259A_resume() and what else a kernel programs again: interrupt controllers and timer

resume_devices:
	mov	al, 0x11			; init_8259A(): ICW1, cascade, ICW4 follows
	out	0x20, al
	mov	al, 0x30			; ISA_IRQ_VECTOR(0)
	out	0x21, al
	mov	al, 0x04
	out	0x21, al
	mov	al, 0x01
	out	0x21, al
	mov	al, 0x11
	out	0xa0, al
	mov	al, 0x38
	out	0xa1, al
	mov	al, 0x02
	out	0xa1, al
	mov	al, 0x01
	out	0xa1, al
	mov	al, 0xfe			; only the timer
	out	0x21, al
	mov	al, 0xff
	out	0xa1, al
	mov	al, 0x34			; pit_set_periodic(): channel 0, mode 2, 100 Hz
	out	0x43, al
	mov	al, 11932 & 0xff
	out	0x40, al
	mov	al, 11932 >> 8
	out	0x40, al
.load:	mov	al, 0xe2			; read-back: status of channel 0
	out	0x43, al
	in	al, 0x40
	test	al, 0x40			; null count: not running yet
	jnz	.load
	ret

%ifdef COUNTER
  %include "counter_process.inc"
%endif

; ---- void machine_kexec(struct kimage *image)

machine_kexec:
	push	ebx
	push	esi
	push	edi
	mov	ebx, [esp + 16]
	call	save_processor_state
	cld
	mov	esi, relocate_kernel
	mov	edi, [ebx + kimage.va_control_page - kimage]
	mov	ecx, (KEXEC_CONTROL_CODE_SIZE + 3) / 4
	rep movsd

	; load_segments(): the hidden parts are all that lives on without a GDT
	jmp	__KERNEL_CS:.loaded
.loaded:
	mov	eax, __KERNEL_DS
	mov	ds, eax
	mov	es, eax
	mov	ss, eax
	lidt	[null_descr]
	lgdt	[null_descr]

	push	dword [ebx + kimage.preserve_context - kimage]
	push	dword [boot_params.has_pae]
	push	dword [ebx + kimage.start - kimage]
	lea	eax, [ebx + kimage.page_list - kimage]
	push	eax
	push	dword [ebx + kimage.head - kimage]
	mov	eax, [ebx + kimage.va_control_page - kimage]
	call	eax
	add	esp, 20
	mov	[ebx + kimage.start - kimage], eax
	mov	[ebx + kimage.restart - kimage], edx
	call	restore_processor_state
	pop	edi
	pop	esi
	pop	ebx
	ret

%include "processor_state.inc"
%include "suspend.inc"
%include "piix4_pm.inc"
%include "relocate_kernel.inc"

export exception
	define_exception_stubs

; ---- data, on a page of its own

	align	4096, db 0
%assign vector 0
idt:
%rep 32
  %assign entry VIRTUAL(exception_stubs) + vector * EXCEPTION_STUB_SIZE
	dw	entry & 0xffff
	dw	__KERNEL_CS
	dw	0x8e00				; interrupt gate, 32 bit, DPL 0
	dw	entry >> 16
  %assign vector vector + 1
%endrep
%ifdef COUNTER
	times TIMER_VECTOR - 32 dq 0
	dw	VIRTUAL(timer) & 0xffff
	dw	__KERNEL_CS
	dw	0x8e00
	dw	VIRTUAL(timer) >> 16
%endif
.end:

export gdt
gdt:
	times __KERNEL_CS / 8 dq 0
	dq	FLAT_CODE
	dq	FLAT_DATA
	dq	FLAT_USER_CODE
	dq	FLAT_USER_DATA
	dw	103				; TSS: available 32 bit TSS
	dw	VIRTUAL(tss) & 0xffff
	db	(VIRTUAL(tss) >> 16) & 0xff, 0x89, 0, VIRTUAL(tss) >> 24
	dw	7				; LDT: one null descriptor
	dw	VIRTUAL(ldt) & 0xffff
	db	(VIRTUAL(ldt) >> 16) & 0xff, 0x82, 0, VIRTUAL(ldt) >> 24
	times (__KERNEL_PERCPU - GDT_LDT) / 8 - 1 dq 0
	dq	FLAT_DATA			; per-CPU area
	dq	FLAT_DATA			; stack canary
	times 32 - __KERNEL_STACK_CANARY / 8 - 1 dq 0
.end:
ldt:	dq	0
tss:	times 104 db 0

	align	4, db 0
gdt_descr:
	dw	gdt.end - gdt - 1
	dd	gdt
idt_descr:
	dw	idt.end - idt - 1
	dd	idt
null_descr:
	dw	0
	dd	0
; The same table while paging is off, for the way up from the reset vector.
export boot_gdt_descr
boot_gdt_descr:
	dw	gdt.end - gdt - 1
	dd	PHYSICAL(gdt)

	align	4, db 0
export boot_params
boot_params:
.has_cr4:	dd	0
.has_pae:	dd	0
.cr4:		dd	0
.boot_pgd:	dd	0			; maps the page of startup_32 at both of its addresses
.swapper_pg_dir: dd	0
.stack_top:	dd	0
.has_fpu:	dd	0

export kimage
kimage:
.start:		dd	0
.head:		dd	0
.preserve_context: dd	0
.va_control_page: dd	0
.page_list:	times 5 dd 0
.restart:	dd	0			; by which restart point the image came back

export saved_context
saved_context:
.gdt:		dw	0
		dd	0
.idt:		dw	0
		dd	0
.tr:		dw	0
.ldt:		dw	0
.ds:		dw	0
.es:		dw	0
.fs:		dw	0
.gs:		dw	0
.cr0:		dd	0
.cr2:		dd	0
.cr3:		dd	0
.cr4:		dd	0
.dr0:		dd	0
.dr1:		dd	0
.dr2:		dd	0
.dr3:		dd	0
.dr6:		dd	0
.dr7:		dd	0
.fpu:		times 108 db 0
export scratch_end
scratch_end:
%ifdef COUNTER
	align	4, db 0
ticks:	dd	0
seen:	dd	0
export count
count:	dd	0
; Set from outside: what kexec -e is for this kernel.
export kexec_request
kexec_request:
	dd	0
%endif
; ESP while the machine is suspended to RAM, else 0: how startup_32 knows.
	align	4, db 0
sleeping_stack:
	dd	0
	align	4096, db 0
	finish_symbols
