package dev.biosgateway.kexec.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Kernels for tests, right in every field until a test changes one. */
public final class Kernels {
  /** Bytes of protected-mode code. */
  public static final int CODE_BYTES = 4096;

  static final int HEADER_END = 0x26c;

  private Kernels() {}

  /** Four sectors of setup, {@link #CODE_BYTES} of code that is HLT throughout. */
  public static ByteBuffer bzImage(int version) {
    int setup = 5 * 512;
    ByteBuffer file = ByteBuffer.allocate(setup + CODE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0x1f1, (byte) 4).putInt(0x1f4, CODE_BYTES / 16).putShort(0x1fe, (short) 0xaa55);
    file.put(0x200, (byte) 0xeb).put(0x201, (byte) (HEADER_END - 0x202));
    file.putInt(0x202, 'H' | 'd' << 8 | 'r' << 16 | 'S' << 24).putShort(0x206, (short) version);
    file.put(0x211, (byte) 1).putInt(0x214, 0x100000);
    if (version >= 0x20a) {
      file.putInt(0x260, CODE_BYTES);
    }
    for (int i = setup; i < file.capacity(); i++) {
      file.put(i, (byte) 0xf4);
    }
    return file;
  }
}
