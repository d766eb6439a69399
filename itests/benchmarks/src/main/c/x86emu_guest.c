/*
 * One guest on libx86emu: loads a patched image at 10000h, enters it as the
 * guests' README says, and passes what it writes to port E9h on to standard
 * output at once. Memory is a flat array behind the memory handler, the faster
 * of the two ways that the library offers.
 *
 *   x86emu_guest IMAGE 16|32
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <x86emu.h>

#define ADDRESS 0x10000u
#define MEMORY (1u << 20)

static unsigned char memory[MEMORY + 4];
static unsigned char ports[0x10000];

static unsigned port_access(u32 port, u32 *value, unsigned type)
{
	unsigned char byte;

	port &= 0xffff;
	if ((type & ~0xffu) == X86EMU_MEMIO_I) {
		*value = ports[port];
		return 0;
	}
	byte = (unsigned char) *value;
	ports[port] = byte;
	if (port == 0xe9 && write(STDOUT_FILENO, &byte, 1) != 1)
		exit(1);
	return 0;
}

static unsigned access_memory(x86emu_t *emu, u32 address, u32 *value, unsigned type)
{
	unsigned size = type & 0xff;
	unsigned kind = type & ~0xffu;
	unsigned char *at;

	(void) emu;
	if (kind == X86EMU_MEMIO_I || kind == X86EMU_MEMIO_O)
		return port_access(address, value, type);
	if (address >= MEMORY) {
		*value = ~0u;
		return 1;
	}
	at = memory + address;
	if (kind == X86EMU_MEMIO_W) {
		switch (size) {
		case X86EMU_MEMIO_16: memcpy(at, value, 2); break;
		case X86EMU_MEMIO_32: memcpy(at, value, 4); break;
		default: *at = (unsigned char) *value; break;
		}
		return 0;
	}
	*value = 0;
	switch (size) {
	case X86EMU_MEMIO_16: memcpy(value, at, 2); break;
	case X86EMU_MEMIO_32: memcpy(value, at, 4); break;
	default: *value = *at; break;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int flat = argc == 3 && strcmp(argv[2], "32") == 0;
	FILE *image;
	x86emu_t *emu;
	int s;

	if (argc != 3 || (image = fopen(argv[1], "rb")) == NULL) {
		fprintf(stderr, "usage: x86emu_guest IMAGE 16|32\n");
		return 2;
	}
	if (fread(memory + ADDRESS, 1, MEMORY - ADDRESS, image) == 0) {
		fprintf(stderr, "%s: nothing to read\n", argv[1]);
		return 2;
	}
	fclose(image);

	emu = x86emu_new(X86EMU_PERM_RWX, X86EMU_PERM_RW);
	x86emu_set_memio_handler(emu, access_memory);
	for (s = R_ES_INDEX; s <= R_GS_INDEX; s++) {
		sel_t *segment = emu->x86.seg + s;
		int code = s == R_CS_INDEX;

		segment->sel = flat ? (code ? 0x08 : 0x10) : ADDRESS >> 4;
		segment->base = flat ? 0 : ADDRESS;
		segment->limit = flat ? ~0u : 0xffff;
		segment->acc = (code ? 0x9b : 0x93) | (flat ? 0xc00 : 0);
	}
	if (flat)
		emu->x86.crx[0] |= 1;
	emu->x86.R_EIP = flat ? ADDRESS : 0;
	emu->x86.R_IDT_BASE = 0;
	emu->x86.R_IDT_LIMIT = 0x3ff;
	x86emu_run(emu, 0);
	return 0;
}
