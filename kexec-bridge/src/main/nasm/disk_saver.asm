; Kernel B of a hibernation that writes kernel A away by itself: as an ELF64 core on an ATA disk of the
; machine. The disk has two places for cores and two commit records (PROTOCOL.md, "The saver's
; disk"): a core is written to the place that is not in use, made safe, and only then named by a
; record; so at every moment the disk has the former core or the new one, whole.
;
; Entered in flat 32 bit physical mode, with A's re-entry point at [esp]. Saves main memory, as CMOS
; tells of it, but for this image's own area, pages of zeros, and pages that the memory map of A's
; protocol block does not name. Then posts a *saved* message, and gives the machine back to A or powers
; it off, as `then` says. Position-independent; EBP is the base throughout.
	cpu 386
	bits 32
	org	0
%include "symbols.inc"

EIO			equ	5
ENXIO			equ	6
ENOSPC			equ	28

PAGE			equ	0x1000
PAGE_SECTORS		equ	PAGE / SECTOR
LOW_END			equ	0x9f000		; without the extended BIOS data area
HIGH_BEGIN		equ	0x100000
AREA_SIZE		equ	0x200000	; of this image
PAGE_OFFSET		equ	0xc0000000

; ---- the commit record, one sector; its header is that of the protocol block
RECORD_MAGIC		equ	'KXJD'
RECORD_GENERATION	equ	16
RECORD_ENTRY		equ	20
RECORD_LBA		equ	24
RECORD_BYTES		equ	32
RECORD_CRC		equ	40
RECORD_LENGTH		equ	64
FIRST_PLACE		equ	8

; ---- ELF64 (System V ABI, chapters 4 and 5)
ET_CORE			equ	4
EM_386			equ	3
PT_LOAD			equ	1
PT_NOTE			equ	4
PHDR			equ	56
NT_PRSTATUS		equ	1

; ---- relocate_kernel's data in A's control page
CP_ESP			equ	0x800
CP_CR3			equ	0x808

export entry
entry:	call	.here
.here:	pop	ebp
	sub	ebp, .here - entry
	cli
	cld
	mov	eax, [esp]
	mov	[ebp + jump_back_entry], eax
	mov	[ebp + a_stack], esp		; in A's memory, which has to lie still
	lea	esp, [ebp + stack_top]
	call	save
	mov	[ebp + status], eax
	call	post_saved
	cmp	dword [ebp + status], 0
	jne	.back
	cmp	dword [ebp + then], 0
	jne	power_off
.back:	mov	esp, [ebp + a_stack]
	mov	eax, [ebp + jump_back_entry]
	test	eax, eax
	jz	stay
	add	esp, 4
	call	eax				; A finds the way to the next line at [esp]
	jmp	entry

; PIIX4 power management (82371AB, 7.2): soft off. On other boards the processor stops for good.
PM_BASE_DEFAULT		equ	0x600
PM_CONTROL		equ	4
SUSPEND_ENABLE		equ	1 << 13
power_off:
	xor	ebx, ebx			; bus 0, every device and function
.find:	mov	eax, ebx
	or	eax, 1 << 31
	mov	dx, 0xcf8
	out	dx, eax
	mov	dx, 0xcfc
	in	eax, dx
	cmp	eax, 0x71138086
	je	.found
	add	ebx, 1 << 8
	cmp	ebx, 1 << 16
	jb	.find
	jmp	short stay
.found:	lea	eax, [ebx + (1 << 31) + 0x40]	; PMBA
	mov	dx, 0xcf8
	out	dx, eax
	mov	dx, 0xcfc
	in	eax, dx
	and	eax, 0xffc0
	jnz	.placed
	mov	eax, PM_BASE_DEFAULT		; firmware would have placed the registers
	out	dx, eax
.placed:
	mov	ecx, eax
	lea	eax, [ebx + (1 << 31) + 0x80]	; PMREGMISC: the registers are there
	mov	dx, 0xcf8
	out	dx, eax
	mov	dx, 0xcfc
	mov	al, 1
	out	dx, al
	lea	edx, [ecx + PM_CONTROL]
	mov	ax, SUSPEND_ENABLE
	out	dx, ax
stay:	hlt
	jmp	short stay

; Tells A how it went, in the mailbox of its protocol block; kernels without one read `status`.
post_saved:
	pushad
	call	protocol_mailbox
	jc	.out
	add	edi, MAILBOX_TO_HOST
	lea	esi, [ebp + status]
	mov	ecx, 4
	mov	ax, MESSAGE_SAVED
	call	mailbox_post
.out:	popad
	ret

; Saves A -> EAX: 0, or an error number.
save:	push	ebx
	push	esi
	push	edi
	call	crc_table_make
	call	memory_size
	call	find_memory_map
	mov	dword [ebp + error], ENXIO
	call	choose_place
	jc	.failed
	mov	dword [ebp + error], EIO
	mov	dword [ebp + crc], -1
	mov	dword [ebp + headers], 0
	mov	dword [ebp + run_end], -1
	mov	eax, [ebp + place]
	add	eax, PAGE_SECTORS		; the first page is the header's, written last
	mov	[ebp + lba], eax
	xor	ebx, ebx
.page:	call	save_page
	jc	.failed
	add	ebx, PAGE
	cmp	ebx, LOW_END
	jne	.above
	mov	ebx, HIGH_BEGIN
.above:	cmp	ebx, [ebp + memory_end]
	jb	.page
	call	save_headers
	jc	.failed
	call	ata_flush
	jc	.failed
	call	commit
	jc	.failed
	xor	eax, eax
	jmp	short .out
.failed:
	mov	eax, [ebp + error]
.out:	call	ata_release
	pop	edi
	pop	esi
	pop	ebx
	ret

; Main memory as POST left it in CMOS: 64 KB units above 16 MB, else KB above 1 MB -> memory_end.
memory_size:
	pushad
	mov	ah, 0x35
	call	cmos_word
	mov	ebx, eax
	shl	ebx, 16
	add	ebx, 16 << 20
	cmp	ebx, 16 << 20
	jne	.known
	mov	ah, 0x31
	call	cmos_word
	mov	ebx, eax
	shl	ebx, 10
	add	ebx, HIGH_BEGIN
.known:	and	ebx, ~(PAGE - 1)
	mov	[ebp + memory_end], ebx
	popad
	ret

; CMOS bytes AH (high) and AH - 1 (low) -> EAX.
cmos_word:
	mov	al, ah
	out	0x70, al
	in	al, 0x71
	mov	cl, al
	mov	al, ah
	dec	al
	out	0x70, al
	in	al, 0x71
	mov	ah, cl
	movzx	eax, ax
	ret

; What A's protocol block says is to be backed up -> memory_map, and its type in map_type; 0: all.
find_memory_map:
	pushad
	mov	dword [ebp + map_type], 0
	mov	esi, PROTOCOL_BLOCK
	mov	eax, PROTOCOL_MAGIC
	mov	ecx, BLOCK_MAX
	call	protocol_check
	jc	.out
	mov	ebx, [esi + BLOCK_LENGTH]
	add	ebx, esi
	add	esi, BLOCK_HEADER
.record:
	lea	eax, [esi + RECORD_HEADER]
	cmp	eax, ebx
	ja	.out
	movzx	eax, word [esi]
	mov	ecx, [esi + 4]
	add	esi, RECORD_HEADER
	cmp	eax, RECORD_MAP_PAIRS
	je	.map
	cmp	eax, RECORD_MAP_BITMAP
	jne	.next
.map:	mov	[ebp + map_type], eax
	mov	[ebp + memory_map], esi
.next:	lea	esi, [esi + ecx + 3]
	and	esi, ~3
	jmp	short .record
.out:	popad
	ret

; Whether the page at EBX is to be saved -> CF clear; CF set if not.
page_wanted:
	pushad
	mov	eax, ebx			; this image's own area: A's contents are in A's pages
	sub	eax, ebp
	cmp	eax, AREA_SIZE
	jb	.no
	mov	esi, [ebp + memory_map]
	cmp	dword [ebp + map_type], RECORD_MAP_PAIRS
	je	.pairs
	ja	.bitmap
.zeros:	mov	edi, ebx
	xor	eax, eax
	mov	ecx, PAGE / 4
	repe scasd
	je	.no
	popad
	clc
	ret
.pairs:	mov	ecx, [esi]
	add	esi, 8
	jecxz	.no
.pair:	mov	eax, ebx			; above 4 GB nothing is ours
	sub	eax, [esi]
	jb	.other
	shr	eax, 12
	cmp	dword [esi + 4], 0
	jne	.other
	cmp	eax, [esi + 8]
	jb	.zeros
.other:	add	esi, 16
	loop	.pair
	jmp	short .no
.bitmap:
	mov	eax, ebx
	sub	eax, [esi]
	jb	.no
	shr	eax, 12
	cmp	eax, [esi + 8]
	jae	.no
	bt	[esi + 16], eax
	jc	.zeros
.no:	popad
	stc
	ret

; Writes the page at EBX if it is wanted, and counts it to a run of pages; CF set when that failed.
save_page:
	call	page_wanted
	jc	.skip
	cmp	[ebp + run_end], ebx
	je	.grows
	mov	eax, [ebp + headers]		; another program header, if there is room for one
	imul	eax, eax, PHDR
	cmp	eax, AREA_SIZE - (program_headers - entry) - 2 * PHDR
	ja	.full
	lea	edi, [ebp + program_headers + eax]
	inc	dword [ebp + headers]
	mov	eax, [ebp + lba]
	sub	eax, [ebp + place]
	call	begin_header
.grows:	mov	eax, [ebp + last_header]
	add	dword [eax + 32], PAGE		; p_filesz, p_memsz
	add	dword [eax + 40], PAGE
	lea	eax, [ebx + PAGE]
	mov	[ebp + run_end], eax
	mov	esi, ebx
	mov	ecx, PAGE_SECTORS
	jmp	write_next
.full:	mov	dword [ebp + error], ENOSPC
	stc
	ret
.skip:	clc
	ret

; A program header for memory from EBX on, content from sector EAX of the core on, at EDI.
begin_header:
	mov	[ebp + last_header], edi
	push	edi
	mov	ecx, PHDR / 4
	push	eax
	xor	eax, eax
	rep stosd
	pop	eax
	pop	edi
	mov	dword [edi], PT_LOAD
	mov	dword [edi + 4], 7		; p_flags
	xor	edx, edx
	shld	edx, eax, 9
	shl	eax, 9
	mov	[edi + 8], eax			; p_offset
	mov	[edi + 12], edx
	or	eax, -1				; p_vaddr: where a 32 bit kernel maps lowmem
	mov	edx, eax
	cmp	ebx, 896 << 20
	jae	.mapped
	lea	eax, [ebx + PAGE_OFFSET]
	xor	edx, edx
.mapped:
	mov	[edi + 16], eax
	mov	[edi + 20], edx
	mov	[edi + 24], ebx			; p_paddr
	mov	dword [edi + 48], PAGE		; p_align
	ret

; Writes ECX sectors from ESI behind what was written last, and counts them in; CF set when it failed.
write_next:
	push	ebx
	mov	ebx, [ebp + lba]
	lea	eax, [ebx + ecx]
	cmp	eax, [ebp + place_end]
	ja	.full
	call	ata_write
	jc	.out
	mov	[ebp + lba], eax
	shl	ecx, 9
	call	crc_update
	clc
.out:	pop	ebx
	ret
.full:	mov	dword [ebp + error], ENOSPC
	stc
	jmp	short .out

; Writes the program headers behind the last page, and then the first page; CF set when it failed.
save_headers:
	mov	eax, [ebp + lba]
	sub	eax, [ebp + place]
	mov	[ebp + table], eax
	call	header_page			; its PT_NOTE is the last program header
	mov	eax, [ebp + headers]
	imul	eax, eax, PHDR
	lea	esi, [ebp + program_headers]
	lea	edi, [esi + eax]
	push	eax
	mov	ecx, SECTOR / 4			; zeros up to a whole sector
	xor	eax, eax
	rep stosd
	pop	eax
	add	eax, SECTOR - 1
	shr	eax, 9
.sectors:
	mov	ecx, eax
	cmp	ecx, 128
	jbe	.write
	mov	ecx, 128
.write:	push	eax
	push	ecx
	call	write_next
	pop	ecx
	pop	eax
	jc	.out
	mov	edx, ecx
	shl	edx, 9
	add	esi, edx
	sub	eax, ecx
	jnz	.sectors
	mov	eax, [ebp + lba]		; what the core takes
	sub	eax, [ebp + place]
	mov	[ebp + core_sectors], eax
	mov	ebx, [ebp + place]
	lea	esi, [ebp + first_page]
	mov	ecx, PAGE_SECTORS
	call	ata_write
	jc	.out
	mov	ecx, PAGE
	call	crc_update
	clc
.out:	ret

; The first page of the core: ELF header, notes; and the program header of the notes.
header_page:
	pushad
	lea	edi, [ebp + first_page]
	mov	ebx, edi
	xor	eax, eax
	mov	ecx, PAGE / 4
	rep stosd
	mov	dword [ebx], 0x464c457f
	mov	dword [ebx + 4], 0x00010102	; 64 bit, little-endian, version 1
	mov	word [ebx + 16], ET_CORE
	mov	word [ebx + 18], EM_386
	mov	dword [ebx + 20], 1
	mov	eax, [ebp + table]
	xor	edx, edx
	shld	edx, eax, 9
	shl	eax, 9
	mov	[ebx + 32], eax			; e_phoff
	mov	[ebx + 36], edx
	mov	word [ebx + 52], 64		; e_ehsize
	mov	word [ebx + 54], PHDR
	mov	eax, [ebp + headers]
	inc	eax
	mov	[ebp + headers], eax
	mov	[ebx + 56], ax			; e_phnum: AREA_SIZE holds less than 65,535
	call	notes
	mov	eax, [ebp + headers]
	dec	eax
	imul	eax, eax, PHDR
	lea	edi, [ebp + program_headers + eax]
	push	edi
	mov	ecx, PHDR / 4
	xor	eax, eax
	rep stosd
	pop	edi
	mov	dword [edi], PT_NOTE
	mov	dword [edi + 8], 64
	mov	dword [edi + 32], notes_end - notes_begin
	mov	dword [edi + 40], notes_end - notes_begin
	popad
	ret

; NT_PRSTATUS and VMCOREINFO, to EBX + 64.
notes:	pushad
	mov	edx, [ebp + jump_back_entry]
	lea	edi, [ebp + info_entry]
	call	write_hex
	mov	[ebp + pr_eip], edx
	and	edx, ~(PAGE - 1)
	jz	.copy				; nobody to go back to
	cmp	edx, [ebp + memory_end]
	jae	.copy
	mov	eax, [edx + CP_ESP]
	mov	[ebp + pr_esp], eax
	push	edx
	mov	edx, [edx + CP_CR3]
	lea	edi, [ebp + info_cr3]
	call	write_hex
	pop	edx
.copy:	lea	esi, [ebp + notes_begin]
	lea	edi, [ebx + 64]
	mov	ecx, (notes_end - notes_begin) / 4
	rep movsd
	popad
	ret

; EDX as eight hexadecimal digits to EDI.
write_hex:
	pushad
	mov	ecx, 8
.digit:	rol	edx, 4
	mov	al, dl
	and	al, 0x0f
	cmp	al, 10
	sbb	al, 0x69
	das
	or	al, 0x20			; small letters; digits have the bit already
	stosb
	loop	.digit
	popad
	ret

; Finds the place that is not in use -> place, place_end, generation; CF set without a disk.
choose_place:
	lea	edi, [ebp + sector]
	xor	ebx, ebx
	mov	al, ATA_IDENTIFY
	call	ata_read
	jc	.out
	mov	eax, [ebp + sector + 120]	; words 60 and 61: sectors
	sub	eax, FIRST_PLACE
	jb	.out
	shr	eax, 1
	and	eax, ~(PAGE_SECTORS - 1)
	mov	[ebp + place_sectors], eax
	mov	dword [ebp + generation], 0
	mov	dword [ebp + place], FIRST_PLACE
	mov	byte [ebp + any_record], 0
	mov	ebx, 0
	call	.look
	jc	.out
	mov	ebx, 1
	call	.look
	jc	.out
	inc	dword [ebp + generation]
	mov	eax, [ebp + place]
	add	eax, [ebp + place_sectors]
	mov	[ebp + place_end], eax
	clc
.out:	ret
.look:	mov	al, ATA_READ
	call	ata_read
	jc	.out
	lea	esi, [ebp + sector]
	mov	eax, RECORD_MAGIC
	mov	ecx, SECTOR
	call	protocol_check
	jc	.none
	mov	eax, [ebp + sector + RECORD_GENERATION]
	cmp	byte [ebp + any_record], 0
	je	.newer
	mov	ecx, eax			; generations wrap around
	sub	ecx, [ebp + generation]
	js	.none
.newer:	mov	byte [ebp + any_record], 1
	mov	[ebp + generation], eax
	mov	eax, FIRST_PLACE		; the other place than its
	cmp	[ebp + sector + RECORD_LBA], eax
	jne	.other
	add	eax, [ebp + place_sectors]
.other:	mov	[ebp + place], eax
.none:	clc
	ret

; Names the core in the record that is not the newest; CF set when that failed.
commit:	lea	edi, [ebp + sector]
	mov	esi, edi
	xor	eax, eax
	mov	ecx, SECTOR / 4
	rep stosd
	mov	dword [esi], RECORD_MAGIC
	mov	dword [esi + BLOCK_VERSION], PROTOCOL_MAJOR
	mov	dword [esi + BLOCK_LENGTH], RECORD_LENGTH
	mov	ebx, [ebp + generation]
	mov	[esi + RECORD_GENERATION], ebx
	mov	eax, [ebp + jump_back_entry]
	mov	[esi + RECORD_ENTRY], eax
	mov	eax, [ebp + place]
	mov	[esi + RECORD_LBA], eax
	mov	eax, [ebp + core_sectors]
	xor	edx, edx
	shld	edx, eax, 9
	shl	eax, 9
	mov	[esi + RECORD_BYTES], eax
	mov	[esi + RECORD_BYTES + 4], edx
	mov	eax, [ebp + crc]
	not	eax
	mov	[esi + RECORD_CRC], eax
	mov	ecx, RECORD_LENGTH
	call	protocol_checksum
	mov	[esi + BLOCK_CHECKSUM], eax
	and	ebx, 1
	mov	ecx, 1
	call	ata_write
	jc	.out
	call	ata_flush
.out:	ret

; ---- CRC-32 by a table

crc_table_make:
	pushad
	xor	ebx, ebx
.entry:	mov	eax, ebx
	mov	ecx, 8
.bit:	shr	eax, 1
	jnc	.even
	xor	eax, 0xedb88320
.even:	loop	.bit
	mov	[ebp + crc_table + ebx * 4], eax
	inc	bl
	jnz	.entry
	popad
	ret

; ECX bytes at ESI.
crc_update:
	pushad
	mov	eax, [ebp + crc]
.byte:	movzx	edx, byte [esi]
	inc	esi
	xor	dl, al
	shr	eax, 8
	xor	eax, [ebp + crc_table + edx * 4]
	dec	ecx
	jnz	.byte
	mov	[ebp + crc], eax
	popad
	ret

%include "ata_disk.inc"
%include "protocol.inc"

; ---- what whoever loads this image may set

	align	4, db 0
; Which disk: channel * 2 + device.
export disk
disk:	dd	0
; What to do when A is saved: 0 give the machine back, 1 power it off.
export then
then:	dd	0

; ---- what it tells

export jump_back_entry
jump_back_entry:
	dd	0
; Error number of the last save, 0 when all is safe; -1 before the first.
export status
status:	dd	-1
generation:	dd	0

; ---- the notes (elf_prstatus of i386, include/uapi/linux/elfcore.h)

notes_begin:
	dd	5, 144, NT_PRSTATUS
	db	'CORE', 0, 0, 0, 0
	times	72 db 0
	times	11 dd 0				; ebx ecx edx esi edi ebp eax ds es fs gs
	dd	-1				; orig_eax
pr_eip:	dd	0
	dd	0x60				; cs: __KERNEL_CS
	dd	0				; eflags
pr_esp:	dd	0
	dd	0x68				; ss: __KERNEL_DS
	dd	0				; pr_fpvalid
	dd	11, info_end - info, 0
	db	'VMCOREINFO', 0, 0
info:	db	'PAGESIZE=4096', 10
	db	'KEXEC_JUMP_BACK_ENTRY=0x'
info_entry:
	db	'00000000', 10
	db	'CR3=0x'
info_cr3:
	db	'00000000', 10
info_end:
	align	4, db 0
notes_end:

; ---- variables

a_stack:	dd	0
ata_port:	dd	0x1f0
memory_end:	dd	0
map_type:	dd	0
memory_map:	dd	0
error:		dd	0
crc:		dd	0
headers:	dd	0
last_header:	dd	0
run_end:	dd	0
lba:		dd	0
place:		dd	0
place_end:	dd	0
place_sectors:	dd	0
table:		dd	0
core_sectors:	dd	0
any_record:	dd	0
	align	512, db 0
sector:		times	SECTOR db 0
crc_table:	times	256 dd 0
stack:		times	1024 db 0
stack_top:
first_page:	times	PAGE db 0
program_headers:
	finish_symbols
