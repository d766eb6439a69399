package dev.biosgateway.x86.bus;

import java.util.Arrays;

/**
 * Main memory above what {@link PhysicalBus#ram} can hold, 2 GB: a region of blocks. Works like
 * other memory, checkpoints and code included, but takes the slow path.
 */
public final class HighMemory implements Region {
  /** Bytes of main memory that {@link PhysicalBus#ram} holds at most: what an array can. */
  public static final long BEGIN = (1L << 31) - PhysicalBus.PAGE;

  private static final int BLOCK_SHIFT = 26;
  private static final int BLOCK = 1 << BLOCK_SHIFT;

  private final MemoryBlock[] blocks;

  private HighMemory(int size) {
    blocks = new MemoryBlock[(size + BLOCK - 1) >>> BLOCK_SHIFT];
    for (int i = 0; i < blocks.length; i++) {
      int bytes = Math.min(BLOCK, size - (i << BLOCK_SHIFT));
      blocks[i] = new MemoryBlock("memory.high" + i, bytes);
    }
  }

  /**
   * Maps what is above {@link #BEGIN}.
   *
   * @param memoryBytes main memory from 0 on, a multiple of 4096, at most 3 GB
   * @return null when all of it is below
   */
  public static HighMemory addTo(PhysicalBus bus, long memoryBytes) {
    if (memoryBytes <= BEGIN) {
      return null;
    }
    HighMemory memory = new HighMemory((int) (memoryBytes - BEGIN));
    for (MemoryBlock block : memory.blocks) {
      bus.addBlock(block);
    }
    bus.map((int) BEGIN, (int) (memoryBytes - BEGIN), memory);
    return memory;
  }

  /** Makes it all zero, as power-on finds it. */
  public void clear() {
    for (MemoryBlock block : blocks) {
      for (int page = 0; page < block.bytes.length; page += PhysicalBus.PAGE) {
        block.willWrite(page, PhysicalBus.PAGE);
      }
      Arrays.fill(block.bytes, (byte) 0);
    }
  }

  @Override
  public String name() {
    return "memory.high";
  }

  /** An access stays within its page, and so within its block. */
  @Override
  public int read(int offset, int size) {
    byte[] bytes = blocks[offset >>> BLOCK_SHIFT].bytes;
    int at = offset & BLOCK - 1;
    return switch (size) {
      case 1 -> bytes[at] & 0xff;
      case 2 -> (short) PhysicalBus.SHORT.get(bytes, at) & 0xffff;
      default -> (int) PhysicalBus.INT.get(bytes, at);
    };
  }

  @Override
  public void write(int offset, int size, int value) {
    MemoryBlock block = blocks[offset >>> BLOCK_SHIFT];
    int at = offset & BLOCK - 1;
    block.willWrite(at, size);
    switch (size) {
      case 1 -> block.bytes[at] = (byte) value;
      case 2 -> PhysicalBus.SHORT.set(block.bytes, at, (short) value);
      default -> PhysicalBus.INT.set(block.bytes, at, value);
    }
  }
}
