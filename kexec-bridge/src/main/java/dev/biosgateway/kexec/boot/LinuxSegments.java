package dev.biosgateway.kexec.boot;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.kexec.trampoline.Purgatory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Linux kernel as a kexec image: kernel, purgatory, boot parameters, command line and initial RAM
 * disk, all within the memory it may use, which is also all that its memory map shows.
 *
 * @param segments in kexec's order
 * @param start physical address at which purgatory is entered
 */
public record LinuxSegments(List<KexecSegment> segments, long start) {
  /** Bytes of conventional memory, which a crash kernel uses before it can save them. */
  public static final int LOW_MEMORY = 0xa0000;

  private static final int PAGE = 4096;

  /**
   * Places a kernel, entered at its 32-bit entry with the boot parameters in ESI.
   *
   * @param initrd of length 0 for none
   * @param commandLine ISO 8859-1; {@code kexec_jump_back_entry=} is appended when it is entered
   * @param min first address it may use above 1 MB
   * @param max last address it may use
   * @param backup where the first 640 K are copied before it is entered, 0 for nowhere
   * @throws ProgramException when something does not fit, with the figures
   */
  public static LinuxSegments of(
      BzImage kernel, byte[] initrd, String commandLine, long min, long max, long backup) {
    byte[] line = commandLine.getBytes(StandardCharsets.ISO_8859_1);
    int lineRoom = line.length + Purgatory.ARGUMENT_MAX;
    if (lineRoom > kernel.commandLineMax()) {
      throw ProgramException.of(kernel.name(), "command line")
          .expected(
              "at most "
                  + (kernel.commandLineMax() - Purgatory.ARGUMENT_MAX)
                  + " bytes, beside kexec_jump_back_entry")
          .found(line.length + " bytes")
          .build();
    }
    long at = kernel.entry32(min);
    long runs = Math.max(at, kernel.runAddress());
    long kernelEnd = page(Math.max(at + kernel.protectedModeBytes(), runs + kernel.initSize()));
    long purgatory = kernelEnd;
    long params = purgatory + PAGE;
    long lineAt = params + PAGE;
    long end = lineAt + page(lineRoom + 1L);
    long initrdEnd = Math.min(max + 1, kernel.initrdAddressMax() + 1) & -PAGE;
    long initrdAt = initrdEnd - initrd.length & -PAGE;
    if (at < Math.max(min, 0x100000) || end > max + 1 || initrdAt < end && initrd.length > 0) {
      throw ProgramException.of(kernel.name(), "memory")
          .expected(
              String.format(
                  "0x%x to 0x%x and 0x%x bytes of initrd within mem-min 0x%x and mem-max 0x%x",
                  at, end, initrd.length, min, max))
          .found("less")
          .remedy("allow it more memory")
          .build();
    }
    BootParams zeroPage =
        new BootParams(kernel, params, lineAt)
            .memory(MemoryMap.between(Math.max(min, 0x100000), max + 1), max + 1);
    List<KexecSegment> out = new ArrayList<>();
    out.add(new KexecSegment("kernel", kernel.protectedModeCode(), at, kernelEnd - at));
    Registers entry =
        Registers.ZERO.with(Register.EIP, at).with(Register.ESI, params).with(Register.ESP, params);
    Purgatory before = Purgatory.flat(entry).withCommandLineEnd((int) lineAt + line.length);
    if (backup != 0) {
      before = before.withBackup(0, LOW_MEMORY, (int) backup);
      out.add(KexecSegment.zeroed("backup of the first 640 K", backup, LOW_MEMORY));
    }
    out.add(before.segment(purgatory));
    if (initrd.length > 0) {
      out.add(KexecSegment.of("initrd", initrd, initrdAt));
      zeroPage.initrd(initrdAt, initrd.length);
    }
    out.add(KexecSegment.of("boot parameters", zeroPage.bytes(), params));
    out.add(
        new KexecSegment(
            "command line", Arrays.copyOf(line, line.length + 1), lineAt, end - lineAt));
    return new LinuxSegments(List.copyOf(out), purgatory);
  }

  private static long page(long bytes) {
    return bytes + PAGE - 1 & -PAGE;
  }
}
