package dev.biosgateway.kexec.image;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.boot.LinuxSegments;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.kexec.program.Multiboot;
import dev.biosgateway.kexec.program.PhysicalProgram;
import dev.biosgateway.kexec.program.ProgramFormat;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.trampoline.Purgatory;
import dev.biosgateway.kexec.vmcore.ElfClass;
import dev.biosgateway.kexec.vmcore.ElfCoreHeader;
import dev.biosgateway.kexec.vmcore.Vmcore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file, taken apart for a load session: {@code kexec -l}. The kind is found as kexec finds it, by
 * what the file begins with; what nothing claims is a flat binary.
 *
 * @param kind what it is
 * @param segments in the order in which they are loaded
 * @param start physical address at which it is entered
 * @param whole whether it takes more of RAM than kexec allows others: a dump that is resumed
 * @param coreHeader what one of the segments is to hold as soon as it is known where the old kernel
 *     goes on
 */
public record KexecFile(
    Kind kind,
    List<KexecSegment> segments,
    long start,
    boolean whole,
    Optional<ElfCoreHeader> coreHeader) {
  /** The kinds of images. */
  public enum Kind {
    /** A flat binary for 32 bit physical mode, entered at its start. */
    FLAT,
    /** An ELF executable of 32 bits, at its physical addresses. */
    ELF32,
    /** An ELF executable of 64 bits below 4 GB, entered in 32 bit mode. */
    ELF64,
    /** A Multiboot kernel. */
    MULTIBOOT,
    /** A Linux kernel. */
    BZIMAGE,
    /** A memory dump to resume. */
    VMCORE
  }

  private static final int ELF_MAGIC = 0x464c457f;
  private static final int ET_CORE = 4;

  /** "KDUMP ": a kdump-compressed dump. */
  private static final long KDUMP_SIGNATURE = 0x202020504d55444bL;

  private static final int HDRS = 'H' | 'd' << 8 | 'r' << 16 | 'S' << 24;
  private static final int FLAT_ADDRESS = 0x100000;
  private static final int PAGE = 4096;

  /**
   * What is asked for beside the file.
   *
   * @param entry where to enter, in place of what the file says; of a flat binary its address
   * @param memMin first address that may be used
   * @param memMax last address that may be used
   * @param initrd of length 0 for none
   * @param commandLine for kernels
   * @param ramSize bytes of main memory
   * @param coreHeader of a Linux kernel that is to see the old kernel's memory; empty for none
   */
  public record Request(
      OptionalLong entry,
      long memMin,
      long memMax,
      byte[] initrd,
      String commandLine,
      long ramSize,
      Optional<CoreHeader> coreHeader) {}

  /**
   * What a core header is to tell of.
   *
   * @param elfClass of it
   * @param memory of the old kernel, the new kernel's area included
   * @param crashed whether the old kernel has crashed: its first 640 K are copied away, because the
   *     new one uses them
   */
  public record CoreHeader(ElfClass elfClass, MemoryMap memory, boolean crashed) {}

  /** What a file is, by its first bytes. */
  public static Kind kindOf(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length > 20 && in.getInt(0) == ELF_MAGIC) {
      if (in.getShort(16) == ET_CORE) {
        return Kind.VMCORE;
      }
      if (in.get(4) == 1 && Multiboot.header(bytes).isPresent()) {
        return Kind.MULTIBOOT;
      }
      return in.get(4) == 2 ? Kind.ELF64 : Kind.ELF32;
    }
    if (bytes.length > 0x206 && in.getInt(0x202) == HDRS) {
      return Kind.BZIMAGE;
    }
    if (bytes.length > 8 && in.getLong(0) == KDUMP_SIGNATURE) {
      return Kind.VMCORE;
    }
    return Multiboot.header(bytes).isPresent() ? Kind.MULTIBOOT : Kind.FLAT;
  }

  /**
   * Takes a file apart.
   *
   * @throws ProgramException that names what is wrong with it
   * @throws IOException if it is a dump that cannot be read
   */
  public static KexecFile parse(Path file, byte[] bytes, Request request) throws IOException {
    Kind kind = kindOf(bytes);
    return switch (kind) {
      case FLAT, ELF32, ELF64 -> program(kind, image(file, kind, bytes, request), request);
      case MULTIBOOT -> multiboot(image(file, kind, bytes, request), request);
      case BZIMAGE -> linux(image(file, kind, bytes, request), request);
      case VMCORE -> dump(file, request);
    };
  }

  private static ProgramImage image(Path file, Kind kind, byte[] bytes, Request request) {
    Path name = file.getFileName();
    return new ProgramImage(
        name == null ? "image" : name.toString(),
        "0",
        kind.name(),
        file.toString(),
        bytes,
        kind == Kind.FLAT
            ? OptionalLong.of(request.entry.orElse(FLAT_ADDRESS))
            : OptionalLong.empty(),
        OptionalLong.empty(),
        List.of(),
        Map.of());
  }

  private static KexecFile program(Kind kind, ProgramImage image, Request request) {
    ProgramFormat format =
        switch (kind) {
          case ELF32 -> ProgramFormat.ELF32;
          case ELF64 -> ProgramFormat.ELF64;
          default -> ProgramFormat.FLAT32;
        };
    PhysicalProgram program = format.read(image, request.ramSize);
    long start = kind == Kind.FLAT ? program.entry() : request.entry.orElse(program.entry());
    return new KexecFile(kind, program.segments(), start, false, Optional.empty());
  }

  private static KexecFile multiboot(ProgramImage image, Request request) {
    Multiboot kernel = Multiboot.parse(image, request.ramSize);
    List<KexecSegment> segments = new ArrayList<>(kernel.program().segments());
    long purgatory =
        segments.stream().mapToLong(KexecSegment::end).max().orElseThrow() + PAGE - 1 & -PAGE;
    long information = purgatory + PAGE;
    List<byte[]> modules = request.initrd.length == 0 ? List.of() : List.of(request.initrd);
    segments.addAll(kernel.information(information, request.commandLine, modules, request.ramSize));
    segments.add(Purgatory.flat(kernel.registers(information)).segment(purgatory));
    return new KexecFile(Kind.MULTIBOOT, segments, purgatory, false, Optional.empty());
  }

  /** The core header lies at the top of the kernel's memory, and is no memory to it. */
  private static KexecFile linux(ProgramImage image, Request request) {
    long max = Math.min(request.memMax, request.ramSize - 1);
    Optional<ElfCoreHeader> header =
        request.coreHeader.map(wanted -> headerBelow(max, request.memMin, wanted));
    long backup = header.map(ElfCoreHeader::backup).orElse(0L);
    long end = backup != 0 ? backup : header.map(ElfCoreHeader::address).orElse(max + 1);
    LinuxSegments linux =
        LinuxSegments.of(
            BzImage.parse(image),
            request.initrd,
            header.map(h -> request.commandLine + " " + h.argument()).orElse(request.commandLine),
            request.memMin,
            end - 1,
            backup);
    List<KexecSegment> segments = new ArrayList<>(linux.segments());
    header.ifPresent(
        h -> segments.add(KexecSegment.zeroed(ElfCoreHeader.NAME, h.address(), h.size())));
    return new KexecFile(Kind.BZIMAGE, segments, linux.start(), false, header);
  }

  private static ElfCoreHeader headerBelow(long max, long min, CoreHeader wanted) {
    MemoryMap memory = wanted.memory.without(PageRange.between(min & -PAGE, max + PAGE & -PAGE));
    long size = new ElfCoreHeader(wanted.elfClass, 0, memory, 0).size();
    long address = max + 1 - size & -PAGE;
    long backup = wanted.crashed ? address - LinuxSegments.LOW_MEMORY : 0;
    return new ElfCoreHeader(wanted.elfClass, address, memory, backup);
  }

  private static KexecFile dump(Path file, Request request) throws IOException {
    Vmcore core = Vmcore.read(file);
    long start =
        request.entry.isPresent()
            ? request.entry.getAsLong()
            : core.jumpBackEntry()
                .map(entry -> entry & 0xffffffffL)
                .orElseThrow(
                    () ->
                        ProgramException.of("vmcore", Vmcore.JUMP_BACK_ENTRY)
                            .file(file.toString())
                            .expected("a line of VMCOREINFO that says where its kernel goes on")
                            .found("none")
                            .remedy("give the entry")
                            .build());
    return new KexecFile(Kind.VMCORE, segments(core), start, true, Optional.empty());
  }

  /** The memory of a dump, to be put back where it was. */
  public static List<KexecSegment> segments(Vmcore core) {
    List<KexecSegment> out = new ArrayList<>();
    for (Vmcore.Load l : core.loads()) {
      if (l.size() > 0) {
        String name = String.format("PT_LOAD at 0x%x", l.address());
        out.add(new KexecSegment(name, l.content(), l.address(), l.size() + PAGE - 1 & -PAGE));
      }
    }
    return out;
  }
}
