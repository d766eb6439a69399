package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.protocol.PageRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An image of ours as an ELF executable of i386, which a guest's own kexec loads. */
final class ElfExecutable {
  private static final int HEADER = 52;
  private static final int PROGRAM_HEADER = 32;

  private ElfExecutable() {}

  /**
   * One PT_LOAD at its physical address.
   *
   * @param area of which the rest behind the code is zeros
   * @param entry physical
   */
  static byte[] of(byte[] code, PageRange area, int entry) {
    int at = HEADER + PROGRAM_HEADER;
    ByteBuffer out = ByteBuffer.allocate(at + code.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0x464c457f).put(new byte[] {1, 1, 1}).position(16);
    out.putShort((short) 2).putShort((short) 3).putInt(1); // ET_EXEC, EM_386
    out.putInt(entry).putInt(HEADER).putInt(0).putInt(0);
    out.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
    out.position(HEADER);
    int address = (int) area.address();
    out.putInt(1).putInt(at).putInt(address).putInt(address); // PT_LOAD
    out.putInt(code.length).putInt((int) (area.pages() * PageRange.PAGE)).putInt(7).putInt(4);
    out.put(code);
    return out.array();
  }
}
