package dev.biosgateway.kexec.boot;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.x86.bus.HighMemory;

/**
 * Where the parts of a kernel go for its 32-bit entry. Low memory holds what the loader says, as
 * other loaders have it; the initial RAM disk lies as high as kernel and memory allow.
 *
 * <pre>
 *   90000h   struct boot_params, the zero page
 *   91000h   a GDT with __BOOT_CS and __BOOT_DS
 *   92000h   command line, up to 32 KB
 *   100000h  the kernel (a zImage: 1000h)
 *   high     initial RAM disk
 * </pre>
 *
 * @param kernel first byte of the protected-mode code, its entry
 * @param initrd first byte of the initial RAM disk, 0 for none
 */
record LinuxLayout(int kernel, long initrd) {
  static final int BOOT_PARAMS = 0x90000;
  static final int GDT = 0x91000;
  static final int COMMAND_LINE = 0x92000;
  static final int COMMAND_LINE_ROOM = 0x8000;

  private static final int PAGE = 4096;

  /**
   * Finds places.
   *
   * @param initrdBytes 0 for none
   * @param commandLineBytes without the NUL at its end
   * @param memory bytes of main memory
   * @throws ProgramException when something does not fit, with the figures
   */
  static LinuxLayout of(BzImage kernel, int initrdBytes, int commandLineBytes, long memory) {
    long room = Math.min(kernel.commandLineMax(), COMMAND_LINE_ROOM - 1);
    if (commandLineBytes > room) {
      throw ProgramException.of(kernel.name(), "command line")
          .expected("at most " + room + " bytes, as this kernel takes")
          .found(commandLineBytes + " bytes")
          .build();
    }
    int at = kernel.entry32();
    long kernelEnd =
        Math.max((long) at + kernel.protectedModeBytes(), kernel.runAddress() + kernel.initSize());
    if (kernelEnd > memory) {
      throw ProgramException.of(kernel.name(), "memory")
          .expected(String.format("at least 0x%x bytes for this kernel", kernelEnd))
          .found(String.format("0x%x", memory))
          .remedy("give the machine more memory")
          .build();
    }
    if (initrdBytes == 0) {
      return new LinuxLayout(at, 0);
    }
    long end = Math.min(Math.min(memory, HighMemory.BEGIN), kernel.initrdAddressMax() + 1);
    long initrd = end - initrdBytes & -PAGE;
    if (initrd < kernelEnd) {
      throw ProgramException.of(kernel.name(), "initrd")
          .expected(
              String.format(
                  "at most 0x%x bytes, from the kernel's end 0x%x to 0x%x",
                  Math.max(0, end - kernelEnd), kernelEnd, end))
          .found(String.format("0x%x", initrdBytes))
          .remedy("give the machine more memory")
          .build();
    }
    return new LinuxLayout(at, initrd);
  }
}
