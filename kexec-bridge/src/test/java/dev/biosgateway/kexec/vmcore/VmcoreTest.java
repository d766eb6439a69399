package dev.biosgateway.kexec.vmcore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.state.Section;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory dumps: what is written is read, and what is damaged is refused by name. */
class VmcoreTest {
  private static final int PAGES = 256;

  @TempDir Path folder;

  private final byte[] ram = new byte[PAGES * 4096];
  private final PhysicalMemory memory =
      (address, page) -> System.arraycopy(ram, (int) address, page, 0, 4096);
  private final Registers registers =
      Registers.ZERO
          .with(Register.EIP, 0x12345678)
          .with(Register.ESP, 0xc0103fe0L)
          .with(Register.SS, 0x68)
          .with(Register.EBX, 7);

  /** Two pages of noise, three of zeros, and so on. */
  private VmcoreTest() {
    Random random = new Random(3);
    byte[] page = new byte[4096];
    for (int i = 0; i < PAGES; i++) {
      if (i % 5 < 2) {
        random.nextBytes(page);
        System.arraycopy(page, 0, ram, i * 4096, 4096);
      }
    }
  }

  private static MemoryMap all() {
    return MemoryMap.of(List.of(new PageRange(0, PAGES)));
  }

  private byte[] page(long address) {
    return Arrays.copyOfRange(ram, (int) address, (int) address + 4096);
  }

  @ParameterizedTest
  @CsvSource({
    "ELF64,0",
    "ELF64,1",
    "ELF64,17",
    "ELF32,0",
    "ELF32,1",
    "ELF32,16",
    "KDUMP,0",
    "KDUMP,1",
    "KDUMP,16",
    "KDUMP,17",
  })
  void whatIsWrittenIsRead(DumpFormat format, int level) throws IOException {
    MemoryMap used = MemoryMap.of(List.of(new PageRange(0x2000, 100), new PageRange(0x90000, 9)));
    PageRange saver = new PageRange(0x20000, 16);
    List<Section> devices = new Machine(MachineConfig.DEFAULT.withMemory(1 << 20)).sections();
    Path file = folder.resolve("vmcore");
    new VmcoreWriter(memory, all().without(saver))
        .format(format)
        .level(new DumpLevel(level), PageKinds.ofUsed(used))
        .prstatus(registers)
        .vmcoreinfo(Map.of(Vmcore.JUMP_BACK_ENTRY, "0xfedc00d7", "OSRELEASE", "1"))
        .devices(devices)
        .write(file);
    Vmcore core = Vmcore.read(file);
    assertEquals(format, core.format());
    assertEquals(0xfedc00d7, core.jumpBackEntry().orElseThrow());
    assertEquals("1", core.vmcoreinfo().get("OSRELEASE"));
    assertEquals(registers, core.note(Note.CORE, Note.NT_PRSTATUS).orElseThrow().registers());
    assertEquals(devices, core.devices());
    for (long at = 0; at < ram.length; at += 4096) {
      boolean left = (level & 16) != 0 && !used.contains(at) || saver.contains(at);
      if (left) {
        assertNull(core.page(at), "page " + at);
      } else {
        assertArrayEquals(page(at), core.page(at), "page " + at);
      }
    }
    if (level == 1) {
      long held = core.loads().stream().mapToLong(l -> l.content().length).sum();
      assertTrue(held <= (PAGES * 2 / 5 + 1) * 4096L, "zero pages are not in the file: " + held);
    }
    assertEquals(List.of(file), Files.list(folder).toList(), "nothing beside it");
  }

  @ParameterizedTest
  @CsvSource({"ELF32", "ELF64"})
  void moreThan65535SegmentsAreCountedInSectionHeaderZero(ElfClass elfClass) throws IOException {
    List<PageRange> scattered = new ArrayList<>();
    for (long i = 0; i < 70_000; i++) {
      scattered.add(new PageRange(i * 2 * 4096, 1));
    }
    PhysicalMemory sparse =
        (address, page) -> {
          Arrays.fill(page, (byte) 0);
          page[0] = (byte) (address == 139_998L * 4096 ? 0x5a : 0);
        };
    Path file = folder.resolve("many");
    new VmcoreWriter(sparse, MemoryMap.of(scattered))
        .format(elfClass == ElfClass.ELF64 ? DumpFormat.ELF64 : DumpFormat.ELF32)
        .level(new DumpLevel(DumpLevel.ZERO), PageKinds.UNKNOWN)
        .write(file);
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0xffff, in.getShort(elfClass == ElfClass.ELF64 ? 56 : 44) & 0xffff, "PN_XNUM");
    Vmcore core = Vmcore.read(file);
    assertEquals(70_000, core.loads().size());
    assertEquals(0x5a, core.page(139_998L * 4096)[0]);
    assertEquals(0, core.page(139_996L * 4096)[0]);
  }

  @Test
  void levelsThatNobodyCanServeAreRefused() {
    VmcoreWriter writer = new VmcoreWriter(memory, all());
    IllegalArgumentException cache =
        assertThrows(
            IllegalArgumentException.class,
            () -> writer.level(new DumpLevel(31), PageKinds.ofUsed(all())));
    assertTrue(cache.getMessage().contains("cache"), cache.getMessage());
    IllegalArgumentException free =
        assertThrows(
            IllegalArgumentException.class,
            () -> writer.level(new DumpLevel(16), PageKinds.UNKNOWN));
    assertTrue(free.getMessage().contains("16 (free pages)"), free.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new DumpLevel(32));
  }

  @Test
  void aDumpThatElf32CannotHoldIsRefusedAndTheFormerFileStays() throws IOException {
    Path file = folder.resolve("vmcore");
    Files.writeString(file, "the former");
    VmcoreWriter writer =
        new VmcoreWriter(
                (a, p) -> Arrays.fill(p, (byte) 1),
                MemoryMap.of(List.of(new PageRange(1L << 32, 1))))
            .format(DumpFormat.ELF32);
    assertThrows(VmcoreException.class, () -> writer.write(file));
    assertEquals("the former", Files.readString(file));
  }

  @Test
  void memoryThatCannotBeReadLeavesTheFormerFile() throws IOException {
    Path file = folder.resolve("vmcore");
    Files.writeString(file, "the former");
    int[] reads = {0};
    PhysicalMemory failing =
        (a, p) -> {
          if (++reads[0] == PAGES + 10) {
            throw new IllegalStateException("gone");
          }
        };
    VmcoreWriter writer = new VmcoreWriter(failing, all());
    assertThrows(IllegalStateException.class, () -> writer.write(file));
    assertEquals("the former", Files.readString(file));
    assertEquals(1, Files.list(folder).count(), "nothing beside it");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, e_ident[EI_MAG]",
    "4, 3, e_ident[EI_CLASS]",
    "5, 2, e_ident[EI_DATA]",
    "16, 2, e_type",
    "18, 62, e_machine",
    "54, 1, e_phentsize",
    "39, 127, e_phoff",
    "103, 127, PT_NOTE",
    "135, 127, p_offset",
    "5000, 1, SHA-256",
  })
  void damageIsNamed(int offset, int value, String field) throws IOException {
    Path file = folder.resolve("vmcore");
    new VmcoreWriter(memory, all()).write(file);
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] = (byte) (bytes[offset] == value ? value + 1 : value);
    Files.write(file, bytes);
    VmcoreException e = assertThrows(VmcoreException.class, () -> Vmcore.read(file));
    assertTrue(e.field().contains(field), e.getMessage());
    assertTrue(e.getMessage().contains("vmcore"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "8, 5, header_version",
    "416, 1, block_size",
    "423, 127, bitmaps",
    "4135, 127, offset_note",
    "4175, 127, max_mapnr_64",
    "16391, 127, page_desc.offset",
    "16388, 9, page_desc",
    "30000, 1, page",
  })
  void damageOfACompressedDumpIsNamed(int offset, int value, String field) throws IOException {
    Path file = folder.resolve("vmcore");
    new VmcoreWriter(memory, all()).format(DumpFormat.KDUMP).prstatus(registers).write(file);
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] = (byte) (bytes[offset] == value ? value + 1 : value);
    Files.write(file, bytes);
    VmcoreException e = assertThrows(VmcoreException.class, () -> Vmcore.read(file));
    assertTrue(e.field().contains(field) || e.field().equals("SHA-256"), e.getMessage());
  }

  @Test
  void aCompressedDumpHoldsPagesOfZerosOnce() throws IOException {
    Path file = folder.resolve("vmcore");
    new VmcoreWriter((a, p) -> Arrays.fill(p, (byte) 0), all())
        .format(DumpFormat.KDUMP)
        .level(new DumpLevel(DumpLevel.ZERO), PageKinds.UNKNOWN)
        .write(file);
    long descriptors = 4 * 4096 + PAGES * 24;
    assertTrue(Files.size(file) < descriptors + 100, Files.size(file) + " bytes");
    assertEquals(1, Vmcore.read(file).loads().size());
  }

  /** Every length of a truncated file, and noise in the headers: a typed error or a dump. */
  @ParameterizedTest
  @EnumSource(DumpFormat.class)
  void noDamageDoesHarm(DumpFormat format) throws IOException {
    Path whole = folder.resolve("whole");
    new VmcoreWriter(memory, MemoryMap.of(List.of(new PageRange(0, 2))))
        .format(format)
        .prstatus(registers)
        .write(whole);
    byte[] bytes = Files.readAllBytes(whole);
    Path file = folder.resolve("damaged");
    Random random = new Random(9);
    for (int round = 0; round < 400; round++) {
      byte[] damaged = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? round * 4 : bytes.length);
      for (int i = random.nextInt(3); i > 0 && damaged.length > 0; i--) {
        int at = random.nextInt(Math.min(400, damaged.length));
        // The fields of a compressed dump are in its first five blocks.
        int block = format == DumpFormat.KDUMP ? random.nextInt(5) * 4096 : 0;
        damaged[Math.min(at + block, damaged.length - 1)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      try {
        Vmcore.read(file);
      } catch (VmcoreException e) {
        assertTrue(e.getMessage().contains("expected"), e.getMessage());
      }
    }
  }
}
