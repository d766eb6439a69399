package dev.biosgateway.kexec.vmcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.PageRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The header by which kernel B finds kernel A's memory: offsets are physical addresses. */
class ElfCoreHeaderTest {
  private static final int ADDRESS = 0x20000;
  private static final int ENTRY = 0x1234f2;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(ElfClass.class)
  void tellsOfTheRegistersOfAKernelThatCrashedAndOfTheBackupOfLowMemory(ElfClass elfClass)
      throws IOException {
    MemoryMap memory =
        MemoryMap.of(
            List.of(PageRange.between(0x1000, 0x3000), PageRange.between(0x100000, 0x101000)));
    byte[] bytes = new ElfCoreHeader(elfClass, ADDRESS, memory, 0x40000).bytes(0);
    Registers registers =
        Registers.ZERO.with(Register.EIP, 0).with(Register.ESP, 0xc0109ff8L).with(Register.EBX, 7);
    ElfCoreHeader.setRegisters(bytes, ADDRESS, registers);

    byte[] physical = new byte[0x101000];
    Arrays.fill(physical, 0x41000, 0x43000, (byte) 0x4b);
    System.arraycopy(bytes, 0, physical, ADDRESS, bytes.length);
    System.arraycopy(bytes, 0, physical, 0, 0x1000);
    Vmcore core = Vmcore.read(Files.write(folder.resolve("memory"), physical));
    assertEquals(registers, core.note(Note.CORE, Note.NT_PRSTATUS).orElseThrow().registers());
    assertEquals(0x4b, core.page(0x1000)[0]);
    assertEquals(0, core.page(0x100000)[0]);
  }

  /** Memory as a file is what /proc/vmcore is: the header tells where in it everything lies. */
  @ParameterizedTest
  @EnumSource(ElfClass.class)
  void tellsOfTheOldKernelsMemoryAndWhereItGoesOn(ElfClass elfClass) throws IOException {
    MemoryMap memory =
        MemoryMap.of(List.of(PageRange.between(0x1000, 0x3000), PageRange.between(0x8000, 0x9000)));
    ElfCoreHeader header = new ElfCoreHeader(elfClass, ADDRESS, memory, 0);
    byte[] bytes = header.bytes(ENTRY);
    assertEquals(bytes.length, header.size());
    assertEquals("elfcorehdr=128K", header.argument());

    byte[] physical = new byte[ADDRESS + bytes.length];
    Arrays.fill(physical, 0x1000, 0x9000, (byte) 0x5a);
    System.arraycopy(bytes, 0, physical, ADDRESS, bytes.length);
    System.arraycopy(bytes, 0, physical, 0, 0x1000);
    Vmcore core = Vmcore.read(Files.write(folder.resolve("memory"), physical));
    assertEquals(elfClass, core.format().elfClass().orElseThrow());
    assertEquals(memory, core.memory());
    assertEquals(ENTRY, core.jumpBackEntry().orElseThrow());
    Note status = core.note(Note.CORE, Note.NT_PRSTATUS).orElseThrow();
    assertEquals(ENTRY, status.registers().get(Register.EIP));
    assertEquals(0x60, status.registers().get(Register.CS));
    assertTrue(Arrays.equals(new byte[] {0x5a}, Arrays.copyOf(core.page(0x8000), 1)));
  }
}
