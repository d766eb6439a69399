; Kernel B of a hibernation that writes kernel A away by itself: as an ELF64 core on an ATA disk of the
; machine. The disk has two places for cores and two commit records (PROTOCOL.md, "The saver's
; disk"): a core is written to the place that is not in use, made safe, and only then named by a
; record; so at every moment the disk has the former core or the new one, whole.
;
; Entered in flat 32 bit physical mode, with A's re-entry point at [esp]. Saves main memory, as CMOS
; tells of it, but for this image's own area, pages of zeros, and pages that the memory map of A's
; protocol block does not name. Then posts a *saved* message, and goes back to A by the restart point
; `restart`. Says on the debug port how far it is. Position-independent; EBP is the base throughout.
	cpu 386
	bits 32
	org	0
%include "symbols.inc"

RESTART_POWER_OFF	equ	2
EIO			equ	5
ENXIO			equ	6
ENOSPC			equ	28

PAGE			equ	0x1000
PAGE_SECTORS		equ	PAGE / SECTOR
LOW_END			equ	0x9f000		; without the extended BIOS data area
HIGH_BEGIN		equ	0x100000
AREA_SIZE		equ	0x200000	; of this image
PAGE_OFFSET		equ	0xc0000000

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
	call	way_back
	mov	esp, [ebp + a_stack]
	test	eax, eax
	jz	.stay
	add	esp, 4
	call	eax				; A finds the way to the next line at [esp]
	jmp	entry
.stay:	hlt					; nobody to go back to
	jmp	short .stay

; Where to enter A -> EAX: by `restart` if A is saved and has such a restart point. Without one, power off
; is what this image can do by itself.
way_back:
	cmp	dword [ebp + status], 0
	jne	.default
	mov	eax, [ebp + restart]
	test	eax, eax			; RESTART_RESTORE
	jz	.default
	call	protocol_restart
	jnc	.out
	cmp	dword [ebp + restart], RESTART_POWER_OFF
	jne	.default
	call	pm_power_off
.default:
	mov	eax, [ebp + jump_back_entry]
.out:	ret


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

; A dot on the debug port for each MB, before the page at EBX.
progress:
	test	ebx, (1 << 20) - 1
	jnz	.out
	push	eax
	mov	al, '.'
	out	0xe9, al
	pop	eax
.out:	ret

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
.page:	call	progress
	call	save_page
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

%include "core_file.inc"
%include "core_notes.inc"
%include "commit_record.inc"
%include "ata_disk.inc"
%include "piix4_pm.inc"
%include "protocol.inc"

; ---- what whoever loads this image may set

	align	4, db 0
; Which disk: channel * 2 + device.
export disk
disk:	dd	0
; By which restart point to go back when A is saved.
export restart
restart: dd	0

; ---- what it tells

export jump_back_entry
jump_back_entry:
	dd	0
; Error number of the last save, 0 when all is safe; -1 before the first.
export status
status:	dd	-1
generation:	dd	0

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
