package dev.biosgateway.kexec.program;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.KexecSegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A kernel as the Multiboot Specification 0.6.96 has it: a header in the first 8 KB that says where
 * the file goes, or an ELF file that says so itself; entered flat with its information in EBX.
 */
public final class Multiboot {
  private static final int SEARCHED = 8192;
  private static final int MAGIC = 0x1badb002;
  private static final int LOADER_MAGIC = 0x2badb002;
  private static final int PAGE_ALIGN_MODULES = 1;
  private static final int WANTS_MEMORY = 1 << 1;
  private static final int ADDRESSES = 1 << 16;

  /** Bits 0 to 15 must be understood. */
  private static final int UNKNOWN = 0xffff & ~(PAGE_ALIGN_MODULES | WANTS_MEMORY);

  private static final int INFO_MEMORY = 1;
  private static final int INFO_COMMAND_LINE = 1 << 2;
  private static final int INFO_MODULES = 1 << 3;
  private static final int INFO_SIZE = 116;
  private static final int MODULE_SIZE = 16;
  private static final long CONVENTIONAL_KB = 639;

  private final PhysicalProgram program;

  private Multiboot(PhysicalProgram program) {
    this.program = program;
  }

  /** Offset of the header in a file, if it has one. */
  public static OptionalInt header(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 12 <= Math.min(SEARCHED, bytes.length); at += 4) {
      if (in.getInt(at) == MAGIC && MAGIC + in.getInt(at + 4) + in.getInt(at + 8) == 0) {
        return OptionalInt.of(at);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Reads a kernel.
   *
   * @param ramSize bytes of main memory
   * @throws dev.biosgateway.api.ProgramException that names what is wrong
   */
  public static Multiboot parse(ProgramImage image, long ramSize) {
    ImageReader in = new ImageReader(image);
    int at =
        header(in.bytes())
            .orElseThrow(
                () ->
                    in.error("multiboot header")
                        .expected("magic 0x1badb002 with its checksum in the first 8192 bytes")
                        .found("none")
                        .build());
    int flags = (int) in.u32(at + 4L);
    if ((flags & UNKNOWN) != 0) {
      throw in.at("flags", at + 4L)
          .expected("bits 0 (page aligned modules), 1 (memory information) and 16 (addresses)")
          .found(String.format("0x%x", flags))
          .remedy("a video mode (bit 2) is not set for a kernel")
          .build();
    }
    if ((flags & ADDRESSES) == 0) {
      return new Multiboot(ElfProgram.parse32(image, ramSize));
    }
    in.requireBytes("address fields", at + 12L, 20);
    long headerAddress = in.u32(at + 12L);
    long load = in.u32(at + 16L);
    long loadEnd = in.u32(at + 20L);
    long bssEnd = in.u32(at + 24L);
    long entry = in.u32(at + 28L);
    long from = at - (headerAddress - load);
    long size = loadEnd == 0 ? in.size() - from : loadEnd - load;
    if (load > headerAddress || from < 0 || size < 0 || from + size > in.size()) {
      throw in.at("load_addr", at + 16L)
          .expected("a stretch of the file from the header on")
          .found(String.format("0x%x to 0x%x, header at 0x%x", load, loadEnd, headerAddress))
          .build();
    }
    byte[] bytes = new byte[(int) size];
    System.arraycopy(in.bytes(), (int) from, bytes, 0, bytes.length);
    long memory = Math.max(size, bssEnd - load);
    PhysicalProgram program =
        new PhysicalProgram(
            CallMode.FLAT,
            List.of(PhysicalProgram.pageAligned(image.name(), bytes, load, memory)),
            load,
            memory,
            entry);
    PhysicalProgram.checkPlace(in, program, ramSize);
    return new Multiboot(program);
  }

  /** What goes where, and the entry. */
  public PhysicalProgram program() {
    return program;
  }

  /**
   * The boot information, command line and modules as segments, from a free page on.
   *
   * @param at physical address, page aligned, of enough free memory
   * @param modules initial RAM disks and the like
   */
  public List<KexecSegment> information(
      long at, String commandLine, List<byte[]> modules, long ramSize) {
    byte[] line = commandLine.getBytes(StandardCharsets.ISO_8859_1);
    int modulesAt = INFO_SIZE;
    int lineAt = modulesAt + modules.size() * MODULE_SIZE;
    long size = lineAt + line.length + 1;
    ByteBuffer info = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    info.putInt(0, INFO_MEMORY | INFO_COMMAND_LINE | INFO_MODULES);
    info.putInt(4, (int) CONVENTIONAL_KB).putInt(8, (int) ((ramSize >>> 10) - 1024));
    info.putInt(16, (int) at + lineAt).putInt(20, modules.size()).putInt(24, (int) at + modulesAt);
    info.position(lineAt);
    info.put(line);
    List<KexecSegment> out = new ArrayList<>();
    long next = at + size + 0xfff & ~0xfffL;
    for (int i = 0; i < modules.size(); i++) {
      byte[] module = modules.get(i);
      info.putInt(modulesAt + i * MODULE_SIZE, (int) next);
      info.putInt(modulesAt + i * MODULE_SIZE + 4, (int) next + module.length);
      out.add(KexecSegment.of("module " + i, module, next));
      next = next + module.length + 0xfff & ~0xfffL;
    }
    out.add(0, KexecSegment.of("multiboot information", info.array(), at));
    return out;
  }

  /** The registers it is entered with. */
  public Registers registers(long information) {
    return Registers.ZERO
        .with(Register.EAX, LOADER_MAGIC)
        .with(Register.EBX, information)
        .with(Register.EIP, program.entry());
  }
}
