package dev.biosgateway.kexec.service;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.kexec.KexecLoadRequest;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.hibernate.Hibernation;
import dev.biosgateway.kexec.image.KexecFile;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.vmcore.ElfClass;
import dev.biosgateway.kexec.vmcore.ElfCoreHeader;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What kexec -l does with a request: files become images, crash kernels get memory set aside. */
final class ImageLoader {
  /** Set aside for crash kernels when the first of them is loaded: the last eighth of memory. */
  private static final int CRASH_KERNEL_SHARE = 8;

  private final BridgeMachine bridge;
  private PageRange crashKernel;

  ImageLoader(BridgeMachine bridge) {
    this.bridge = bridge;
  }

  /** The memory set aside for crash kernels; null before the first. */
  PageRange crashKernel() {
    return crashKernel;
  }

  void setCrashKernel(PageRange range) {
    crashKernel = range;
  }

  /** Whether an image lies in the memory set aside, where it will run. */
  boolean isSetAside(Kimage image) {
    return crashKernel != null
        && !image.segments().isEmpty()
        && image.segments().stream()
            .allMatch(
                s ->
                    s.segment().mem() >= crashKernel.address()
                        && s.segment().end() <= crashKernel.end());
  }

  /**
   * Prepares an image.
   *
   * @throws KexecException by kexec's rules
   * @throws InvalidRequestException if a file cannot be read
   */
  JumpMachine.Loaded prepare(KexecLoadRequest request) {
    KexecLoad load = bridge.load();
    long start;
    String kind;
    if (request.file().isEmpty()) {
      start = request.entry().orElseThrow();
      kind = "helper";
    } else {
      KexecFile file = parse(request);
      file.segments().forEach(load::add);
      file.coreHeader()
          .ifPresent(
              header -> load.completedBy((page, segments) -> complete(header, page, segments)));
      start = file.start();
      kind = file.kind().name().toLowerCase(Locale.ROOT);
      if (file.whole()) {
        load.ofAnySize();
      }
    }
    if (request.memMin() > 0 || request.memMax() < 0xffffffffL) {
      load.within(request.memMin(), request.memMax());
      if (request.preserveContext() && request.memMax() < bridge.machine().bus().ramSize()) {
        // Who names no mem-min leaves the first megabyte to the BIOS, as every kernel does.
        load.backUpTheRest(request.memMin() == 0 ? HostContext.BASE : 0);
      }
    }
    if (request.onCrash()) {
      load.onCrash(setAside());
    }
    if (request.checked()) {
      load.withDigests();
    }
    return new JumpMachine.Loaded(kind, load.prepare(start, request.preserveContext()), 0);
  }

  /** Tells the new kernel where this one goes on. */
  private void complete(ElfCoreHeader header, int controlPage, List<LoadedSegment> segments) {
    boolean crashed = header.backup() != 0;
    byte[] bytes = header.bytes(crashed ? 0 : bridge.host().jumpBackEntry(controlPage));
    segments.stream()
        .filter(s -> s.segment().name().equals(ElfCoreHeader.NAME))
        .forEach(s -> s.write(0, bytes));
  }

  private PageRange setAside() {
    if (crashKernel == null) {
      int ram = bridge.machine().bus().ramSize();
      int size = ram / CRASH_KERNEL_SHARE & -0x1000;
      bridge.host().frames().reserve(ram - size, size >>> 12);
      crashKernel = new PageRange(ram - size, size >>> 12);
    }
    return crashKernel;
  }

  private KexecFile parse(KexecLoadRequest request) {
    Path path = request.file().orElseThrow();
    byte[] bytes = read(path);
    byte[] initrd = request.initrd().map(ImageLoader::read).orElse(new byte[0]);
    try {
      return KexecFile.parse(
          path,
          bytes,
          new KexecFile.Request(
              request.entry(),
              request.onCrash()
                  ? Math.max(request.memMin(), setAside().address())
                  : request.memMin(),
              request.onCrash()
                  ? Math.min(request.memMax(), setAside().end() - 1)
                  : request.memMax(),
              initrd,
              request.commandLine(),
              bridge.machine().bus().ramSize(),
              coreHeader(request)));
    } catch (IOException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }

  /**
   * As kexec-tools do: for crash kernels, and for kernels that come back, and, as there, for these
   * only when --mem-max says which memory is theirs: else nothing of the old kernel would be left
   * to tell of.
   */
  private Optional<KexecFile.CoreHeader> coreHeader(KexecLoadRequest request) {
    PhysicalBus bus = bridge.machine().bus();
    boolean confined = request.preserveContext() && request.memMax() < bus.ramSize();
    if (!confined && !request.onCrash()) {
      return Optional.empty();
    }
    return Optional.of(
        new KexecFile.CoreHeader(
            request.elf64CoreHeaders() ? ElfClass.ELF64 : ElfClass.ELF32,
            Hibernation.ram(bus),
            request.onCrash()));
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InvalidRequestException("cannot read " + file + ": there is no such file", e);
    } catch (IOException e) {
      throw new InvalidRequestException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
