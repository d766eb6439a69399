package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.bus.UnmodelledAccess;

/**
 * The register page behind base address 2 of the adapter 1234:1111 (QEMU,
 * "docs/specs/standard-vga"): 000h EDID, 400h the ports 3C0h to 3DFh, 500h the Bochs display
 * registers, one a word.
 */
final class DispiMmio implements Region {
  static final int SIZE = 0x1000;

  private static final int VGA_PORTS = 0x400;
  private static final int FIRST_PORT = 0x3c0;
  private static final int VGA_PORTS_SIZE = 0x20;
  private static final int DISPI = 0x500;

  private final String name;
  private final byte[] edid = Edid.block();
  private final DispiRegisters dispi;
  private final PortHandler ports;
  private final UnmodelledAccess unmodelled;

  /**
   * @param ports the VGA's ports, null for an adapter without them
   */
  DispiMmio(String name, DispiRegisters dispi, PortHandler ports, UnmodelledAccess unmodelled) {
    this.name = name;
    this.dispi = dispi;
    this.ports = ports;
    this.unmodelled = unmodelled;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int read(int offset, int size) {
    int value = 0;
    if (isDispi(offset, size)) {
      for (int i = 0; i < size; i += 2) {
        value |= dispi.read(offset - DISPI + i >>> 1) << 8 * i;
      }
      return value;
    }
    for (int i = 0; i < size; i++) {
      value |= read8(offset + i) << 8 * i;
    }
    return value;
  }

  @Override
  public void write(int offset, int size, int value) {
    if (isDispi(offset, size)) {
      for (int i = 0; i < size; i += 2) {
        dispi.write(offset - DISPI + i >>> 1, value >>> 8 * i & 0xffff);
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      if (isVgaPort(offset + i)) {
        ports.out(offset + i - VGA_PORTS + FIRST_PORT, 1, value >>> 8 * i & 0xff);
      } else {
        unmodelled.record("%s: write at %03Xh".formatted(name, offset + i));
      }
    }
  }

  private int read8(int offset) {
    if (offset < edid.length) {
      return edid[offset] & 0xff;
    }
    if (isVgaPort(offset)) {
      return ports.in(offset - VGA_PORTS + FIRST_PORT, 1);
    }
    unmodelled.record("%s: read at %03Xh".formatted(name, offset));
    return 0;
  }

  private boolean isVgaPort(int offset) {
    return ports != null && offset >= VGA_PORTS && offset < VGA_PORTS + VGA_PORTS_SIZE;
  }

  private static boolean isDispi(int offset, int size) {
    return offset >= DISPI
        && offset + size <= DISPI + 2 * DispiRegisters.COUNT
        && size >= 2
        && (offset & 1) == 0;
  }
}
