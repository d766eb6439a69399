package dev.biosgateway.x86.device.rom;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pci.HostBridge440fx;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * The system BIOS: a ROM that ends at 4 GB, where the CPU starts, and whose end is seen below 1 MB
 * too. Behind a host bridge these are 128 KB, from which firmware copies itself into shadow memory
 * (82371SB data sheet, "BIOS memory": lower BIOS at E0000h, top of 1 MB at F0000h). A board without
 * one has no other place to run code of more than that, so there all of C0000h to FFFFFh is the
 * ROM's; display and option ROMs lie over it.
 */
public final class SystemRom implements Device {
  private static final int SEGMENT = 0x10000;
  private static final int SIZE_MAX = 16 << 20;

  /** What is seen below 1 MB behind a host bridge. */
  private static final int LOW_BEHIND_BRIDGE = 2 * SEGMENT;

  private static final int LOW_MAX = 4 * SEGMENT;

  private static final int TOP_OF_1_MB = 1 << 20;

  private final RomImage image;
  private final RomRegion region;
  private IsaRom low;

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
    this.image = image;
    region = new RomRegion("bios", image.bytes());
  }

  @Override
  public void attach(Wiring wiring) {
    PhysicalBus bus = wiring.bus();
    bus.map(-region.size(), region.size(), region);
    boolean bridge = wiring.find(HostBridge440fx.class).isPresent();
    int size = Math.min(image.size(), bridge ? LOW_BEHIND_BRIDGE : LOW_MAX);
    byte[] end = Arrays.copyOfRange(image.bytes(), image.size() - size, image.size());
    low = new IsaRom("bios.low", TOP_OF_1_MB - size, new RomImage(image.name(), end));
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
