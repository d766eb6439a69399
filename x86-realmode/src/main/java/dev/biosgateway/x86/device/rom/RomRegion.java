package dev.biosgateway.x86.device.rom;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.Region;

/** Bytes that can be read and not written: a ROM ignores writes. */
record RomRegion(String name, byte[] bytes) implements Region {
  int size() {
    return bytes.length;
  }

  @Override
  public int read(int offset, int size) {
    return switch (size) {
      case 1 -> bytes[offset] & 0xff;
      case 2 -> (short) PhysicalBus.SHORT.get(bytes, offset) & 0xffff;
      default -> (int) PhysicalBus.INT.get(bytes, offset);
    };
  }

  @Override
  public void write(int offset, int size, int value) {}

  @Override
  public boolean isConstant(int offset) {
    return true;
  }
}
