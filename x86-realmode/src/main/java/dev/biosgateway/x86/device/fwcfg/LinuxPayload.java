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
  private static final int HEADER_MAGIC = 0x202;
  private static final int HEADER_MAGIC_VALUE = 0x53726448; // HdrS
  private static final int VERSION = 0x206;
  private static final int VERSION_WITH_INITRD_MAX = 0x203;
  private static final int INITRD_ADDRESS_MAX = 0x22c;
  private static final int HEADER_END = 0x230;

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

  /**
   * The first address that the RAM disk must not reach: initrd_addr_max, from protocol 2.03 on.
   *
   * @param before what holds for older kernels
   */
  long initrdEndMax(long before) {
    if (kernel.length < HEADER_END) {
      return before;
    }
    boolean known =
        get(HEADER_MAGIC, 4) == HEADER_MAGIC_VALUE && get(VERSION, 2) >= VERSION_WITH_INITRD_MAX;
    return known ? get(INITRD_ADDRESS_MAX, 4) + 1 : before;
  }

  private long get(int at, int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (kernel[at + i] & 0xffL) << 8 * i;
    }
    return value;
  }

  byte[] commandLineBytes() {
    return (commandLine + '\0').getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int setupBytes(byte[] kernel) {
    int sectors = kernel.length > SETUP_SECTORS ? kernel[SETUP_SECTORS] & 0xff : 0;
    return ((sectors == 0 ? SETUP_SECTORS_DEFAULT : sectors) + 1) * SECTOR;
  }
}
