package dev.biosgateway.api.kexec;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What kexec -l is told. Immutable; {@link #of} and the {@code with} methods.
 *
 * @param file flat binary, ELF32, ELF64, Multiboot, bzImage, or a memory dump; none for the image
 *     without pages that only jumps to {@code entry} (the jump back helper)
 * @param preserveContext whether to come back
 * @param onCrash whether it is an image for a crash, in memory set aside for it
 * @param entry where to enter, in place of what the file says; of a flat binary its address
 * @param memMin first address that may be used
 * @param memMax last address that may be used
 * @param initrd initial RAM disk, or first module
 * @param commandLine for kernels
 * @param checked whether digests of the segments are checked before the jump
 * @param elf64CoreHeaders whether the core header that a Linux kernel finds this machine's memory
 *     by ({@code elfcorehdr=}) is an ELF64, else an ELF32; there is one for a bzImage that comes
 *     back and is confined by {@code memMax}
 */
public record KexecLoadRequest(
    Optional<Path> file,
    boolean preserveContext,
    boolean onCrash,
    OptionalLong entry,
    long memMin,
    long memMax,
    Optional<Path> initrd,
    String commandLine,
    boolean checked,
    boolean elf64CoreHeaders) {
  /** Refuses null. */
  public KexecLoadRequest {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(entry, "entry");
    Objects.requireNonNull(initrd, "initrd");
    Objects.requireNonNull(commandLine, "commandLine");
  }

  /** A file, anywhere in memory, from which nobody comes back. */
  public static KexecLoadRequest of(Path file) {
    return new KexecLoadRequest(
        Optional.of(file),
        false,
        false,
        OptionalLong.empty(),
        0,
        0xffffffffL,
        Optional.empty(),
        "",
        true,
        true);
  }

  /** The jump back helper: no pages, only an entry. */
  public static KexecLoadRequest jumpBackHelper(long entry) {
    return new KexecLoadRequest(
        Optional.empty(),
        true,
        false,
        OptionalLong.of(entry),
        0,
        0xffffffffL,
        Optional.empty(),
        "",
        false,
        true);
  }

  /** The same that comes back. */
  public KexecLoadRequest withPreserveContext(boolean preserve) {
    return new KexecLoadRequest(
        file,
        preserve,
        onCrash,
        entry,
        memMin,
        memMax,
        initrd,
        commandLine,
        checked,
        elf64CoreHeaders);
  }

  /** The same with an entry. */
  public KexecLoadRequest withEntry(OptionalLong address) {
    return new KexecLoadRequest(
        file,
        preserveContext,
        onCrash,
        address,
        memMin,
        memMax,
        initrd,
        commandLine,
        checked,
        elf64CoreHeaders);
  }

  /** The same within a range, both addresses included. */
  public KexecLoadRequest within(long min, long max) {
    return new KexecLoadRequest(
        file,
        preserveContext,
        onCrash,
        entry,
        min,
        max,
        initrd,
        commandLine,
        checked,
        elf64CoreHeaders);
  }

  /** The same with an initial RAM disk, or first module. */
  public KexecLoadRequest withInitrd(Path ramDisk) {
    return new KexecLoadRequest(
        file,
        preserveContext,
        onCrash,
        entry,
        memMin,
        memMax,
        Optional.of(ramDisk),
        commandLine,
        checked,
        elf64CoreHeaders);
  }

  /** The same with a command line. */
  public KexecLoadRequest withCommandLine(String line) {
    return new KexecLoadRequest(
        file,
        preserveContext,
        onCrash,
        entry,
        memMin,
        memMax,
        initrd,
        line,
        checked,
        elf64CoreHeaders);
  }

  /** The same with a core header of 64 or of 32 bits. */
  public KexecLoadRequest withElf64CoreHeaders(boolean elf64) {
    return new KexecLoadRequest(
        file, preserveContext, onCrash, entry, memMin, memMax, initrd, commandLine, checked, elf64);
  }

  /** The same with digests of its segments checked before the jump, or not. */
  public KexecLoadRequest withChecks(boolean wanted) {
    return new KexecLoadRequest(
        file,
        preserveContext,
        onCrash,
        entry,
        memMin,
        memMax,
        initrd,
        commandLine,
        wanted,
        elf64CoreHeaders);
  }
}
