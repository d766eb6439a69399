package dev.biosgateway.kexec.program;

import dev.biosgateway.api.spi.ProgramImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Images for tests, right in every field until a test changes one. */
final class ProgramImages {
  private ProgramImages() {}

  static ProgramImage image(String format, byte[] bytes) {
    return image(format, bytes, OptionalLong.empty(), OptionalLong.empty());
  }

  static ProgramImage image(String format, byte[] bytes, OptionalLong address, OptionalLong entry) {
    return new ProgramImage(
        "test", "1.0.0", format, "test.bin", bytes, address, entry, List.of(), Map.of());
  }

  /** An option ROM of that many blocks: RETF at its init entry, a PCIR for 1234:1111 class 03h. */
  static byte[] optionRom(int blocks) {
    ByteBuffer rom = ByteBuffer.allocate(blocks * 512).order(ByteOrder.LITTLE_ENDIAN);
    rom.putShort(0, (short) 0xaa55).put(2, (byte) blocks).put(3, (byte) 0xcb);
    rom.putShort(0x18, (short) 0x20);
    rom.put(0x20, (byte) 'P').put(0x21, (byte) 'C').put(0x22, (byte) 'I').put(0x23, (byte) 'R');
    rom.putShort(0x24, (short) 0x1234).putShort(0x26, (short) 0x1111);
    rom.putShort(0x2a, (short) 0x18);
    rom.putInt(0x2c, 0x03000000);
    rom.putShort(0x30, (short) blocks);
    rom.put(0x35, (byte) 0x80);
    return mendChecksum(rom.array());
  }

  static byte[] mendChecksum(byte[] rom) {
    int size = (rom[2] & 0xff) * 512;
    int sum = 0;
    for (int i = 0; i < size - 1; i++) {
      sum += rom[i];
    }
    rom[size - 1] = (byte) -sum;
    return rom;
  }

  /** An ELF file with one PT_LOAD of 16 bytes at 200000h, entered at its start. */
  static ByteBuffer elf32() {
    ByteBuffer elf = ByteBuffer.allocate(52 + 2 * 32 + 32).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(0, 0x464c457f).put(4, (byte) 1).put(5, (byte) 1).put(6, (byte) 1);
    elf.putShort(16, (short) 2).putShort(18, (short) 3).putInt(20, 1);
    elf.putInt(24, 0x200000).putInt(28, 52);
    elf.putShort(40, (short) 52).putShort(42, (short) 32).putShort(44, (short) 1);
    programHeader(elf, 0, 116, 0x200000, 16, 64);
    return elf;
  }

  static void programHeader(
      ByteBuffer elf, int index, int offset, int address, int filesz, int memsz) {
    int at = 52 + index * 32;
    elf.putInt(at, 1).putInt(at + 4, offset).putInt(at + 8, address).putInt(at + 12, address);
    elf.putInt(at + 16, filesz).putInt(at + 20, memsz).putInt(at + 24, 5).putInt(at + 28, 4);
  }
}
