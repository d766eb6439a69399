package dev.biosgateway.x86.device.fwcfg;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A Linux kernel for a boot ROM that asks the firmware configuration device for one. Immutable.
 *
 * @param kernel the bzImage
 * @param initrd the initial RAM disk, of length 0 for none
 * @param commandLine without the NUL at its end
 */
public record LinuxPayload(byte[] kernel, byte[] initrd, String commandLine) {
  private static final int SETUP_SECTORS = 0x1f1;
  private static final int SECTOR = 512;

  /** When the header says 0, it means 4 (Documentation/x86/boot.rst). */
  private static final int SETUP_SECTORS_DEFAULT = 4;

  public LinuxPayload {
    kernel = kernel.clone();
    initrd = initrd.clone();
    Objects.requireNonNull(commandLine, "commandLine");
    if (kernel.length <= setupBytes(kernel)) {
      throw new IllegalArgumentException(
          "Linux kernel: expected more than the %d bytes of its setup code, found %d"
              .formatted(setupBytes(kernel), kernel.length));
    }
  }

  @Override
  public byte[] kernel() {
    return kernel.clone();
  }

  @Override
  public byte[] initrd() {
    return initrd.clone();
  }

  /** Boot sector and setup code: what runs in real mode. */
  byte[] setup() {
    return Arrays.copyOf(kernel, setupBytes(kernel));
  }

  /** What runs in protected mode. */
  byte[] protectedModeCode() {
    return Arrays.copyOfRange(kernel, setupBytes(kernel), kernel.length);
  }

  byte[] commandLineBytes() {
    return (commandLine + '\0').getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int setupBytes(byte[] kernel) {
    int sectors = kernel.length > SETUP_SECTORS ? kernel[SETUP_SECTORS] & 0xff : 0;
    return ((sectors == 0 ? SETUP_SECTORS_DEFAULT : sectors) + 1) * SECTOR;
  }
}
