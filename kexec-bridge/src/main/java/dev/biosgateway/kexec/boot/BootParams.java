package dev.biosgateway.kexec.boot;

import dev.biosgateway.kexec.program.BzImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * struct boot_params, the "zero page" of the kernel's Documentation/arch/x86/zero-page.rst: what
 * the 32-bit entry is told in place of all that setup code would have asked firmware for.
 */
final class BootParams {
  static final int SIZE = 4096;

  private static final int EXT_MEM_K = 0x002;

  // ---- struct screen_info, at 0
  private static final int ORIG_VIDEO_MODE = 0x006;
  private static final int ORIG_VIDEO_COLS = 0x007;
  private static final int ORIG_VIDEO_LINES = 0x00e;
  private static final int ORIG_VIDEO_IS_VGA = 0x00f;
  private static final int ORIG_VIDEO_POINTS = 0x010;

  private static final int OLD_CL_MAGIC = 0x020;
  private static final int OLD_CL_OFFSET = 0x022;
  private static final int ALT_MEM_K = 0x1e0;
  private static final int E820_ENTRIES = 0x1e8;
  private static final int TYPE_OF_LOADER = 0x210;
  private static final int CODE32_START = 0x214;
  private static final int RAMDISK_IMAGE = 0x218;
  private static final int RAMDISK_SIZE = 0x21c;
  private static final int CMD_LINE_PTR = 0x228;
  private static final int E820_TABLE = 0x2d0;

  private static final int OLD_CL_MAGIC_VALUE = 0xa33f;

  /** A loader without a number of its own. */
  private static final int UNDEFINED_LOADER = 0xff;

  private final ByteBuffer page = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * A page of zeros but for the kernel's setup header and where its command line is.
   *
   * @param at physical address of the page
   * @param commandLine physical address; at most 64 KB above it for protocols before 2.02
   */
  BootParams(BzImage kernel, long at, long commandLine) {
    page.put(BzImage.HEADER, kernel.header());
    page.put(TYPE_OF_LOADER, (byte) UNDEFINED_LOADER);
    page.putInt(CODE32_START, kernel.entry32());
    if (kernel.version() < BzImage.VERSION_COMMAND_LINE) {
      page.putShort(OLD_CL_MAGIC, (short) OLD_CL_MAGIC_VALUE);
      page.putShort(OLD_CL_OFFSET, (short) (commandLine - at));
    } else {
      page.putInt(CMD_LINE_PTR, (int) commandLine);
    }
  }

  BootParams initrd(long address, int bytes) {
    page.putInt(RAMDISK_IMAGE, (int) address);
    page.putInt(RAMDISK_SIZE, bytes);
    return this;
  }

  /** The memory map, and the sizes that older kernels look at. */
  BootParams memory(List<MemoryMap.Range> map, long memoryBytes) {
    page.put(E820_ENTRIES, (byte) map.size());
    for (int i = 0; i < map.size(); i++) {
      MemoryMap.Range range = map.get(i);
      int at = E820_TABLE + i * MemoryMap.ENTRY_BYTES;
      page.putLong(at, range.start());
      page.putLong(at + 8, range.size());
      page.putInt(at + 16, range.type());
    }
    long extended = (memoryBytes >>> 10) - 1024;
    page.putShort(EXT_MEM_K, (short) Math.min(extended, 0xffff));
    page.putInt(ALT_MEM_K, (int) extended);
    return this;
  }

  /** A VGA in text mode, the cursor in its first place, as {@link DisplayRom} leaves it. */
  BootParams textScreen() {
    page.put(ORIG_VIDEO_MODE, (byte) DisplayRom.MODE);
    page.put(ORIG_VIDEO_COLS, (byte) DisplayRom.COLUMNS);
    page.put(ORIG_VIDEO_LINES, (byte) DisplayRom.LINES);
    page.put(ORIG_VIDEO_IS_VGA, (byte) 1);
    page.putShort(ORIG_VIDEO_POINTS, (short) DisplayRom.CHARACTER_LINES);
    return this;
  }

  byte[] bytes() {
    return page.array().clone();
  }
}
