package dev.biosgateway.api.kexec;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

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
 *     by ({@code elfcorehdr=}) is an ELF64, else an ELF32; there is one for a bzImage that is for a
 *     crash, or comes back and is confined by {@code memMax}
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

  /** The components while a request is made of another one. */
  private static final class Change {
    private Optional<Path> file = Optional.empty();
    private boolean preserveContext;
    private boolean onCrash;
    private OptionalLong entry = OptionalLong.empty();
    private long memMin;
    private long memMax = 0xffffffffL;
    private Optional<Path> initrd = Optional.empty();
    private String commandLine = "";
    private boolean checked = true;
    private boolean elf64CoreHeaders = true;

    KexecLoadRequest made(Consumer<Change> what) {
      what.accept(this);
      return new KexecLoadRequest(
          file,
          preserveContext,
          onCrash,
          entry,
          memMin,
          memMax,
          initrd,
          commandLine,
          checked,
          elf64CoreHeaders);
    }
  }

  private KexecLoadRequest with(Consumer<Change> what) {
    Change change = new Change();
    change.file = file;
    change.preserveContext = preserveContext;
    change.onCrash = onCrash;
    change.entry = entry;
    change.memMin = memMin;
    change.memMax = memMax;
    change.initrd = initrd;
    change.commandLine = commandLine;
    change.checked = checked;
    change.elf64CoreHeaders = elf64CoreHeaders;
    return change.made(what);
  }

  /** A file, anywhere in memory, from which nobody comes back. */
  public static KexecLoadRequest of(Path file) {
    return new Change().made(c -> c.file = Optional.of(file));
  }

  /** The jump back helper: no pages, only an entry. */
  public static KexecLoadRequest jumpBackHelper(long entry) {
    return new Change()
        .made(
            c -> {
              c.preserveContext = true;
              c.entry = OptionalLong.of(entry);
              c.checked = false;
            });
  }

  /** The same that comes back. */
  public KexecLoadRequest withPreserveContext(boolean preserve) {
    return with(c -> c.preserveContext = preserve);
  }

  /** The same for a crash. */
  public KexecLoadRequest withOnCrash(boolean crash) {
    return with(c -> c.onCrash = crash);
  }

  /** The same with an entry. */
  public KexecLoadRequest withEntry(OptionalLong address) {
    return with(c -> c.entry = address);
  }

  /** The same within a range, both addresses included. */
  public KexecLoadRequest within(long min, long max) {
    return with(
        c -> {
          c.memMin = min;
          c.memMax = max;
        });
  }

  /** The same with an initial RAM disk, or first module. */
  public KexecLoadRequest withInitrd(Path ramDisk) {
    return with(c -> c.initrd = Optional.of(ramDisk));
  }

  /** The same with a command line. */
  public KexecLoadRequest withCommandLine(String line) {
    return with(c -> c.commandLine = line);
  }

  /** The same with a core header of 64 or of 32 bits. */
  public KexecLoadRequest withElf64CoreHeaders(boolean elf64) {
    return with(c -> c.elf64CoreHeaders = elf64);
  }

  /** The same with digests of its segments checked before the jump, or not. */
  public KexecLoadRequest withChecks(boolean wanted) {
    return with(c -> c.checked = wanted);
  }
}
