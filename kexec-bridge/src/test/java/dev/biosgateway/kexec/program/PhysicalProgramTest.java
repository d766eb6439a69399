package dev.biosgateway.kexec.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.kexec.load.KexecSegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flat binaries and ELF files: where they go, and every way to lie about it. */
class PhysicalProgramTest {
  private static final long RAM = 8 << 20;

  private static PhysicalProgram read(String format, byte[] bytes, long address, long entry) {
    var image =
        ProgramImages.image(
            format,
            bytes,
            address < 0 ? OptionalLong.empty() : OptionalLong.of(address),
            entry < 0 ? OptionalLong.empty() : OptionalLong.of(entry));
    return ProgramFormat.of(image).read(image, RAM);
  }

  private static ProgramException refused(String format, byte[] bytes, long address, long entry) {
    return assertThrows(ProgramException.class, () -> read(format, bytes, address, entry));
  }

  @Test
  void listsTheFormatsThereAre() {
    ProgramException e = refused("com", new byte[1], -1, -1);
    assertEquals("format", e.field());
    assertEquals(
        "one of option-rom, flat16, flat32, elf32, elf64, boot-sector, disk-image, system-rom,"
            + " bzimage, java-interrupt, java-device, java-ports, java-memory",
        e.expected());
  }

  @Test
  void placesFlatBinaries() {
    PhysicalProgram flat = read("flat32", new byte[5000], -1, 16);
    assertEquals(CallMode.FLAT, flat.mode());
    assertEquals(0x100010, flat.entry());
    assertEquals(0x2000, flat.segments().get(0).memsz());
    PhysicalProgram com = read("flat16", new byte[] {1, 2, 3}, 0x7c10, 2);
    assertEquals(CallMode.REAL, com.mode());
    assertEquals(0x7c12, com.entry());
    KexecSegment segment = com.segments().get(0);
    assertEquals(0x7000, segment.mem());
    assertArrayEquals(new byte[] {1, 2, 3}, Arrays.copyOfRange(segment.buf(), 0xc10, 0xc13));
    assertEquals(0x7c10, com.address());
    assertEquals(3, com.size());
  }

  @ParameterizedTest
  @CsvSource({
    "flat16, 0x500, -1, address",
    "flat16, 0x20001, -1, address",
    "flat16, 0x9f000, -1, address",
    "flat16, 0xc0000, -1, address",
    "flat16, 0x100000, -1, address",
    "flat16, 0x20000, 100, entry",
    "flat32, 0xa0000, -1, address",
    "flat32, 0x7ff000, -1, ''",
    "flat32, 0x7ff001, -1, ''",
    "flat32, 0x800000, -1, address",
    "flat32, 0xfffff000, -1, address",
    "flat32, -1, 64, entry",
  })
  void refusesPlacesAndEntriesThatCannotBe(
      String format, String address, String entry, String field) {
    if (field.isEmpty()) {
      read(format, new byte[64], Long.decode(address), Long.decode(entry));
    } else {
      ProgramException e = refused(format, new byte[64], Long.decode(address), Long.decode(entry));
      assertEquals(field, e.field(), e.getMessage());
    }
  }

  @Test
  void refusesEmptyFiles() {
    assertEquals("size", refused("flat32", new byte[0], -1, -1).field());
  }

  @Test
  void loadsElfSegmentsAndMergesThoseThatShareAPage() {
    ByteBuffer elf = ProgramImages.elf32();
    elf.putShort(44, (short) 2);
    ProgramImages.programHeader(elf, 1, 132, 0x200100, 16, 0x3000);
    elf.put(116, (byte) 0x11).put(132, (byte) 0x22);
    PhysicalProgram program = read("elf32", elf.array(), -1, -1);
    assertEquals(1, program.segments().size());
    KexecSegment segment = program.segments().get(0);
    assertEquals(0x200000, segment.mem());
    assertEquals(0x4000, segment.memsz());
    assertEquals(0x11, segment.buf()[0]);
    assertEquals(0x22, segment.buf()[0x100]);
    assertEquals(0x200000, program.entry());
    assertEquals(0x3100, program.size());
  }

  @Test
  void entersAtThePhysicalAddressOfTheEntry() {
    ByteBuffer elf = ProgramImages.elf32();
    elf.putInt(24, 0xc0200008).putInt(52 + 8, 0xc0200000); // p_vaddr
    assertEquals(0x200008, read("elf32", elf.array(), -1, -1).entry());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0x464c457e, e_ident[EI_MAG]",
    "16, 0x00030003, e_type",
    "18, 0x00010003e, e_machine (3: Intel 80386)",
    "20, 2, e_version",
    "24, 0x300000, e_entry",
    "28, 0x7fffffff, e_phoff",
    "28, 4, e_phoff",
    "32, 0x1000, e_shentsize",
    "36, 1, e_flags",
    "40, 0x00200035, e_ehsize",
    "42, 0x00010021, e_phentsize",
    "44, 0, e_phnum",
    "44, 0xffff, e_phnum",
    "44, 9, e_phoff",
    "48, 1, e_shnum without e_shoff",
    "52, 3, p_type",
    "52, 2, p_type",
    "52, 4, program headers",
    "56, 0x7fffff00, p_filesz",
    "64, 0x7ffffff0, p_paddr",
    "64, 0xa0000, address",
    "68, 0x1000, p_filesz",
    "68, 0xffffffff, p_filesz",
    "72, 8, p_memsz",
    "72, 0xffffffff, p_paddr",
    "80, 3, p_align",
  })
  void refusesElfHeadersThatLie(int at, String value, String field) {
    ByteBuffer elf = ProgramImages.elf32();
    elf.putInt(at, Long.decode(value).intValue());
    ProgramException e = refused("elf32", elf.array(), -1, -1);
    assertEquals(field, e.field(), e.getMessage());
    assertTrue(!e.expected().isEmpty() && !e.found().isEmpty(), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "4, 2, e_ident[EI_CLASS] (1: 32 bit)",
    "5, 2, e_ident[EI_DATA] (1: little-endian)",
    "6, 0, e_ident[EI_VERSION]",
    "7, 9, e_ident[EI_OSABI]",
    "8, 1, e_ident[EI_ABIVERSION]",
  })
  void refusesOtherKindsOfElf(int at, byte value, String field) {
    ByteBuffer elf = ProgramImages.elf32();
    elf.put(at, value);
    assertEquals(field, refused("elf32", elf.array(), -1, -1).field());
  }

  @Test
  void refusesOverlappingElfSegmentsAndAddressesFromTheDescriptor() {
    ByteBuffer elf = ProgramImages.elf32();
    elf.putShort(44, (short) 2);
    ProgramImages.programHeader(elf, 1, 132, 0x200020, 16, 16);
    assertEquals("p_paddr", refused("elf32", elf.array(), -1, -1).field());
    assertEquals("address", refused("elf32", ProgramImages.elf32().array(), 0x1000, -1).field());
    assertEquals("entry", refused("elf32", ProgramImages.elf32().array(), -1, 0).field());
    assertEquals("ELF header", refused("elf32", new byte[20], -1, -1).field());
  }
}
