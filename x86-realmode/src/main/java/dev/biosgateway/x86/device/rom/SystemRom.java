package dev.biosgateway.x86.device.rom;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * The system BIOS: a ROM that ends at 4 GB, where the CPU starts, and whose last 128 KB are seen
 * below 1 MB too (82371SB data sheet, "BIOS memory": lower BIOS at E0000h, top of 1 MB at F0000h).
 */
public final class SystemRom implements Device {
  private static final int SEGMENT = 0x10000;
  private static final int SIZE_MAX = 16 << 20;

  /** What is seen below 1 MB. */
  private static final int LOW_MAX = 2 * SEGMENT;

  private static final int TOP_OF_1_MB = 1 << 20;

  private final RomRegion region;
  private final IsaRom low;

  /**
   * @param image 64 KB to 16 MB, a multiple of 64 KB
   * @throws IllegalArgumentException when it has another size
   */
  public SystemRom(RomImage image) {
    int size = image.size();
    if (size % SEGMENT != 0 || size > SIZE_MAX) {
      throw new IllegalArgumentException(
          "system BIOS %s: expected a multiple of 64 KB, at most 16 MB".formatted(image));
    }
    byte[] bytes = image.bytes();
    region = new RomRegion("bios", bytes);
    int lowSize = Math.min(size, LOW_MAX);
    low =
        new IsaRom(
            "bios.low",
            TOP_OF_1_MB - lowSize,
            new RomImage(image.name(), Arrays.copyOfRange(bytes, size - lowSize, size)));
  }

  @Override
  public void attach(Wiring wiring) {
    PhysicalBus bus = wiring.bus();
    bus.map(-region.size(), region.size(), region);
    low.attach(wiring);
  }

  @Override
  public void reset(ResetKind kind) {
    low.reset(kind);
  }

  @Override
  public String sectionName() {
    return "bios";
  }

  /** A ROM has no state. */
  @Override
  public void save(Section out) {}

  @Override
  public void restore(Section in) {}

  @Override
  public String toString() {
    return "bios";
  }
}
