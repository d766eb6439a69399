package dev.biosgateway.kexec.protocol;

/**
 * A way in which a kernel can be entered again after it was saved.
 *
 * @param number what it does, see the constants; 100h and above are the kernel's own
 * @param entry physical address, entered flat with paging off as after any kexec jump
 */
public record RestartPoint(int number, int entry) {
  /** Goes on where the kernel left off. The default, which every kernel has. */
  public static final int RESTORE = 0;

  /** Suspends to RAM instead of going on: the image was the safety net. */
  public static final int SUSPEND_TO_RAM = 1;

  /** Powers off as ACPI S4 does, devices told so. */
  public static final int POWER_OFF_S4 = 2;

  /** The first number whose meaning is the kernel's own. */
  public static final int FIRST_OWN = 0x100;

  @Override
  public String toString() {
    String name =
        switch (number) {
          case RESTORE -> "restore";
          case SUSPEND_TO_RAM -> "suspend to RAM";
          case POWER_OFF_S4 -> "power off (S4)";
          default -> String.format("0x%x", number);
        };
    return String.format("%s at 0x%08x", name, entry);
  }
}
