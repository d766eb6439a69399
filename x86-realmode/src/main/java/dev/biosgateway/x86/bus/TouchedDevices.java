package dev.biosgateway.x86.bus;

import java.util.HashMap;
import java.util.Map;

/**
 * Which devices may have changed since {@link #clear}, while nobody but the guest has changed any:
 * those whose ports or memory were accessed, or whose events have come. A device that may move
 * others counts as all of them, and so does a wire that changes its level, and an interrupt that is
 * acknowledged.
 *
 * <p>Not thread-safe: one machine, one thread.
 */
public final class TouchedDevices {
  /** The number of every device that may move others. */
  static final int OTHERS = 0;

  private static final long ALL = -1;

  private final Map<String, Integer> numbers = new HashMap<>();
  private long touched = ALL;

  /**
   * Says that accesses to a device and its events change nothing but its own section and wires.
   *
   * @param section its name
   */
  public void keepsToItself(String section) {
    if (numbers.size() < Long.SIZE - 1) {
      numbers.putIfAbsent(section, numbers.size() + 1);
    }
  }

  /** The number by which a device is touched. */
  int numberOf(String section) {
    return numbers.getOrDefault(section, OTHERS);
  }

  /** The same for a region, whose name begins with that of its device's section and a dot. */
  int numberOf(Region region) {
    int dot = region.name().indexOf('.');
    return numberOf(dot < 0 ? region.name() : region.name().substring(0, dot));
  }

  /** A device was accessed. */
  void touch(int number) {
    touched |= number == OTHERS ? ALL : 1L << number;
  }

  /** An event of a device has come. */
  public void touch(String section) {
    touch(numberOf(section));
  }

  /** Something happened that any device may have noticed. */
  public void touchAll() {
    touched = ALL;
  }

  /** Whether the section of a device may be another one than at the last {@link #clear}. */
  public boolean mayHaveChanged(String section) {
    return touched != 0 && (touched & (1L << numberOf(section))) != 0;
  }

  /** All sections are known again. */
  public void clear() {
    touched = 0;
  }
}
