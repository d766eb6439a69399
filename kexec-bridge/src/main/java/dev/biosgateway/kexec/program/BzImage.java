package dev.biosgateway.kexec.program;

import dev.biosgateway.api.spi.ProgramImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A Linux kernel as the x86 boot protocol has it (the kernel's Documentation/arch/x86/boot.rst),
 * versions 2.00 to 2.15: a boot sector and setup code for real mode, then the kernel for protected
 * mode. No field is believed; those that a version does not have yet read as the document says they
 * are to be taken. Immutable.
 */
public final class BzImage {
  /** Where the setup header begins, in the file and in the zero page alike. */
  public static final int HEADER = 0x1f1;

  /** {@link #version} of the protocol that brought the 32-bit command line pointer. */
  public static final int VERSION_COMMAND_LINE = 0x202;

  private static final int SETUP_SECTS = 0x1f1;
  private static final int SYSSIZE = 0x1f4;
  private static final int BOOT_FLAG = 0x1fe;
  private static final int JUMP = 0x200;
  private static final int MAGIC = 0x202;
  private static final int VERSION = 0x206;
  private static final int KERNEL_VERSION = 0x20e;
  private static final int LOADFLAGS = 0x211;
  private static final int CODE32_START = 0x214;
  private static final int INITRD_ADDR_MAX = 0x22c;
  private static final int KERNEL_ALIGNMENT = 0x230;
  private static final int RELOCATABLE_KERNEL = 0x234;
  private static final int XLOADFLAGS = 0x236;
  private static final int CMDLINE_SIZE = 0x238;
  private static final int PREF_ADDRESS = 0x258;
  private static final int INIT_SIZE = 0x260;

  private static final int LOADED_HIGH = 0x01;
  private static final int XLF_KERNEL_64 = 0x01;
  private static final int HDRS = 'H' | 'd' << 8 | 'r' << 16 | 'S' << 24;
  private static final int VERSION_MIN = 0x200;
  private static final int VERSION_MAX = 0x20f;
  private static final int SECTOR = 512;

  /** When setup_sects is 0, it means 4. */
  private static final int SETUP_SECTS_DEFAULT = 4;

  /** Where a zImage is entered after its setup has moved it, and where a bzImage is loaded. */
  private static final int ZIMAGE_ENTRY = 0x1000;

  private static final int HIGH_LOAD = 0x100000;

  private final ImageReader in;
  private final String name;
  private final int version;
  private final int headerEnd;

  private BzImage(ProgramImage image) {
    in = new ImageReader(image);
    name = image.name();
    in.requireBytes("boot sector and setup header", 0, 2 * SECTOR);
    in.require("boot_flag", BOOT_FLAG, 0xaa55, in.u16(BOOT_FLAG));
    if ((int) in.u32(MAGIC) != HDRS) {
      throw in.at("header", MAGIC)
          .expected("HdrS")
          .found(String.format("0x%08x", in.u32(MAGIC)))
          .remedy("a kernel older than boot protocol 2.00, or no Linux kernel")
          .build();
    }
    version = in.u16(VERSION);
    if (version < VERSION_MIN || version > VERSION_MAX) {
      throw in.bad(
          "version",
          VERSION,
          String.format("0x%04x to 0x%04x", VERSION_MIN, VERSION_MAX),
          String.format("0x%04x", version));
    }
    headerEnd = MAGIC + in.u8(JUMP + 1);
    int least = version >= VERSION_COMMAND_LINE ? 0x22c : 0x224;
    if (headerEnd < least || headerEnd > 2 * SECTOR) {
      throw in.bad(
          "jump (end of the header)",
          JUMP,
          String.format("0x%x to 0x%x", least, 2 * SECTOR),
          String.format("0x%x", headerEnd));
    }
    in.requireBytes("setup code (setup_sects)", 0, setupBytes());
    if (in.size() == setupBytes()) {
      throw in.bad("protected-mode code", setupBytes(), "some", "the end of the file");
    }
    if (version >= 0x204) {
      requireSystem();
    }
    if ((xloadflags() & XLF_KERNEL_64) != 0) {
      throw in.at("xloadflags", XLOADFLAGS)
          .expected("a 32-bit kernel")
          .found("one for x86-64")
          .remedy("no processor model here has long mode: use an i386 kernel")
          .build();
    }
  }

  /** syssize counts units of 16 bytes; files may have a signature or padding behind it. */
  private void requireSystem() {
    long system = in.u32(SYSSIZE) << 4;
    long there = in.size() - setupBytes();
    if (system > (there + 15 & -16L)) {
      throw in.at("syssize", SYSSIZE)
          .expected(String.format("at most the 0x%x bytes that follow the setup code", there))
          .found(String.format("0x%x", system))
          .remedy("the file is truncated")
          .build();
    }
  }

  /**
   * Takes a kernel apart.
   *
   * @throws dev.biosgateway.api.ProgramException that names the field that is wrong and its offset
   */
  public static BzImage parse(ProgramImage image) {
    return new BzImage(image);
  }

  /**
   * Takes a kernel apart.
   *
   * @param file its name, for messages
   * @throws dev.biosgateway.api.ProgramException that names the field that is wrong and its offset
   */
  public static BzImage parse(String file, byte[] bytes) {
    return parse(
        new ProgramImage(
            "linux",
            "0.0.0",
            "bzimage",
            file,
            bytes,
            OptionalLong.empty(),
            OptionalLong.empty(),
            List.of(),
            Map.of()));
  }

  /** Name of the program, for messages. */
  public String name() {
    return name;
  }

  /** Version of the boot protocol: 0x020f is 2.15. */
  public int version() {
    return version;
  }

  /** The kernel's version text, empty when it has none. */
  public String kernelVersion() {
    int at = in.u16(KERNEL_VERSION) + SECTOR;
    if (at == SECTOR || at >= setupBytes()) {
      return "";
    }
    int end = at;
    while (end < setupBytes() && in.u8(end) != 0) {
      end++;
    }
    return new String(in.bytes(), at, end - at, StandardCharsets.US_ASCII);
  }

  /** Whether the protected-mode code is loaded at 1 MB (bzImage) and not at 64 KB (zImage). */
  public boolean loadedHigh() {
    return (in.u8(LOADFLAGS) & LOADED_HIGH) != 0;
  }

  /** Where the protected-mode code lies when it is entered at its 32-bit entry, its first byte. */
  public int entry32() {
    return loadedHigh() ? HIGH_LOAD : ZIMAGE_ENTRY;
  }

  /** What the header says about that, before a loader has said otherwise. */
  public long code32Start() {
    return in.u32(CODE32_START);
  }

  /** Whether the kernel may be loaded elsewhere (2.05). */
  public boolean relocatable() {
    return version >= 0x205 && in.u8(RELOCATABLE_KERNEL) != 0;
  }

  /**
   * Where it is entered when it may use memory from an address on only: there, aligned as it wants,
   * if it is {@linkplain #relocatable relocatable}.
   *
   * @param min first address, physical
   */
  public long entry32(long min) {
    long alignment = version >= 0x205 ? in.u32(KERNEL_ALIGNMENT) : 0;
    if (min <= entry32() || !relocatable() || Long.bitCount(alignment) != 1) {
      return entry32();
    }
    return min + alignment - 1 & -alignment;
  }

  /** Highest address a byte of the initial RAM disk may have. */
  public long initrdAddressMax() {
    return version >= 0x203 ? in.u32(INITRD_ADDR_MAX) : 0x37ffffff;
  }

  /** Longest command line in bytes, without the NUL at its end. */
  public long commandLineMax() {
    return version >= 0x206 ? in.u32(CMDLINE_SIZE) : 255;
  }

  /** First byte of the memory the kernel uses before it has looked at the memory map. */
  public long runAddress() {
    long preferred = version >= 0x20a ? in.u32(PREF_ADDRESS) : 0;
    return Math.max(preferred, entry32());
  }

  /** Bytes it uses from {@link #runAddress} on; before 2.10 the size of its code is a guess. */
  public long initSize() {
    return version >= 0x20a ? in.u32(INIT_SIZE) : protectedModeBytes();
  }

  private int xloadflags() {
    return version >= 0x20c ? in.u16(XLOADFLAGS) : 0;
  }

  private int setupBytes() {
    int sectors = in.u8(SETUP_SECTS);
    return ((sectors == 0 ? SETUP_SECTS_DEFAULT : sectors) + 1) * SECTOR;
  }

  /** Boot sector and setup code: what runs in real mode. A new array. */
  public byte[] setup() {
    return Arrays.copyOf(in.bytes(), setupBytes());
  }

  /** The setup header alone, which begins at {@link #HEADER}. A new array. */
  public byte[] header() {
    return Arrays.copyOfRange(in.bytes(), HEADER, headerEnd);
  }

  /** What runs in protected mode. A new array. */
  public byte[] protectedModeCode() {
    return Arrays.copyOfRange(in.bytes(), setupBytes(), in.size());
  }

  /** Bytes of {@link #protectedModeCode}. */
  public int protectedModeBytes() {
    return in.size() - setupBytes();
  }

  @Override
  public String toString() {
    return String.format(
        "Linux %s, boot protocol %d.%02d", kernelVersion(), version >>> 8, version & 0xff);
  }
}
