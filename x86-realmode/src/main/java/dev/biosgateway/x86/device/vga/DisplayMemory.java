package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.MemoryRegion;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.Arrays;

/**
 * Display memory as a linear range: the framebuffer behind a PCI base address, byte by byte. The
 * four planes of a VGA are interleaved in it: the byte of plane p at offset n is byte 4n + p.
 */
final class DisplayMemory implements MemoryRegion {
  private final MemoryBlock block;
  private final byte[] bytes;
  private boolean fresh = true;

  DisplayMemory(MemoryBlock block) {
    this.block = block;
    this.bytes = block.bytes;
  }

  MemoryBlock block() {
    return block;
  }

  /** The contents, to be read only. */
  byte[] bytes() {
    return bytes;
  }

  int size() {
    return bytes.length;
  }

  /** The bytes of all four planes at a plane offset, plane 0 lowest. */
  int planes(int offset) {
    return (int) PhysicalBus.INT.get(bytes, offset << 2);
  }

  void setPlanes(int offset, int value) {
    block.willWrite(offset << 2, 4);
    PhysicalBus.INT.set(bytes, offset << 2, value);
  }

  /** Announces a write of that many bytes and gives the contents to write to. */
  byte[] willWrite(int offset, int length) {
    block.willWrite(offset, length);
    return bytes;
  }

  /** Power-on: all zeros. The first time they are there already, and not to be touched. */
  void powerOn() {
    if (!fresh) {
      fill(0, bytes.length, (byte) 0);
    }
    fresh = false;
  }

  void fill(int from, int size, byte value) {
    block.willWrite(from, size);
    Arrays.fill(bytes, from, from + size, value);
  }

  @Override
  public String name() {
    return block.name();
  }

  @Override
  public int read(int offset, int size) {
    return switch (size) {
      case 1 -> bytes[offset] & 0xff;
      case 2 -> (short) PhysicalBus.SHORT.get(bytes, offset) & 0xffff;
      case 4 -> (int) PhysicalBus.INT.get(bytes, offset);
      default -> throw new IllegalArgumentException("size " + size);
    };
  }

  @Override
  public void write(int offset, int size, int value) {
    block.willWrite(offset, size);
    switch (size) {
      case 1 -> bytes[offset] = (byte) value;
      case 2 -> PhysicalBus.SHORT.set(bytes, offset, (short) value);
      case 4 -> PhysicalBus.INT.set(bytes, offset, value);
      default -> throw new IllegalArgumentException("size " + size);
    }
  }

  @Override
  public void readRun(int offset, byte[] into, int at, int length) {
    System.arraycopy(bytes, offset, into, at, length);
  }

  @Override
  public void writeRun(int offset, byte[] from, int at, int length) {
    block.willWrite(offset, length);
    System.arraycopy(from, at, bytes, offset, length);
  }

  @Override
  public boolean isLinear() {
    return true;
  }
}
