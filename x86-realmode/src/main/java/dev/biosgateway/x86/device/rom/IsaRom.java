package dev.biosgateway.x86.device.rom;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pci.HostBridge440fx;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * A ROM on the ISA bus between C0000h and FFFFFh. Behind a host bridge it is seen until firmware
 * shadows it; without one each reset puts it into main memory, which firmware may write, as SeaBIOS
 * expects of a machine whose shadow memory it cannot find.
 */
public final class IsaRom implements Device {
  private final String name;
  private final int base;
  private final RomRegion region;
  private PhysicalBus bus;
  private boolean inMemory;

  /**
   * @param name of the section
   * @param base where it begins, a multiple of 4096
   * @param image padded with FFh to whole pages
   * @throws IllegalArgumentException when it does not fit between C0000h and FFFFFh
   */
  public IsaRom(String name, int base, RomImage image) {
    int size = image.size() + PhysicalBus.PAGE - 1 & -PhysicalBus.PAGE;
    if (base < 0xc0000 || base > 0x100000 - size || base % PhysicalBus.PAGE != 0) {
      throw new IllegalArgumentException(
          "ROM %s at %05Xh: expected whole pages within C0000h to FFFFFh, found %d bytes"
              .formatted(image, base, size));
    }
    this.name = name;
    this.base = base;
    byte[] padded = Arrays.copyOf(image.bytes(), size);
    Arrays.fill(padded, image.size(), size, (byte) 0xff);
    region = new RomRegion(name, padded);
  }

  @Override
  public void attach(Wiring wiring) {
    bus = wiring.bus();
    inMemory = true;
    wiring
        .find(HostBridge440fx.class)
        .ifPresent(
            bridge -> {
              bridge.claim(base, region.size(), region);
              inMemory = false;
            });
  }

  @Override
  public void reset(ResetKind kind) {
    if (inMemory) {
      bus.load(base, region.bytes());
    }
  }

  @Override
  public String sectionName() {
    return name;
  }

  /** A ROM has no state. */
  @Override
  public void save(Section out) {}

  @Override
  public void restore(Section in) {}

  @Override
  public String toString() {
    return name;
  }
}
