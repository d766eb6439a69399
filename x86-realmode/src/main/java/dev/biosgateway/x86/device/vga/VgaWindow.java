package dev.biosgateway.x86.device.vga;

import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_BIT_MASK;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_COLOR_COMPARE;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_COLOR_DONT_CARE;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_DATA_ROTATE;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_ENABLE_SET_RESET;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_MISCELLANEOUS;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_MODE;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_READ_MAP_SELECT;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.GC_SET_RESET;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.SEQ_MAP_MASK;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.SEQ_MEMORY_MODE;

import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.bus.UnmodelledAccess;

/**
 * The 128 KB of addresses at A0000h through which the CPU sees the four planes of display memory
 * (IBM PS/2 Hardware Interface Technical Reference, "Video Memory Organization" and "Graphics
 * Controller"): latches, read modes 0 and 1, write modes 0 to 3, chain-4, odd/even. All four planes
 * are worked on at once, as bytes of one int, plane 0 lowest.
 */
final class VgaWindow implements Region {
  static final int BASE = 0xa0000;
  static final int SIZE = 0x20000;

  private static final int EXTENDED_MEMORY = 0x02;
  private static final int ODD_EVEN_OFF = 0x04;
  private static final int CHAIN_4 = 0x08;
  private static final int HOST_ODD_EVEN = 0x10;
  private static final int READ_MODE_1 = 0x08;

  /** A nibble spread over four bytes: 00h or FFh for each plane. */
  private static final int[] SPREAD = new int[16];

  static {
    for (int nibble = 0; nibble < 16; nibble++) {
      for (int plane = 0; plane < 4; plane++) {
        SPREAD[nibble] |= (nibble >>> plane & 1) * 0xff << 8 * plane;
      }
    }
  }

  private final DisplayMemory memory;
  private final IndexedRegisters sequencer;
  private final IndexedRegisters graphics;
  private final DispiRegisters dispi;
  private final UnmodelledAccess unmodelled;

  /** What the last read of the CPU left in the latches. */
  int latches;

  VgaWindow(
      DisplayMemory memory,
      IndexedRegisters sequencer,
      IndexedRegisters graphics,
      DispiRegisters dispi,
      UnmodelledAccess unmodelled) {
    this.memory = memory;
    this.sequencer = sequencer;
    this.graphics = graphics;
    this.dispi = dispi;
    this.unmodelled = unmodelled;
  }

  @Override
  public String name() {
    return "vga.window";
  }

  @Override
  public int read(int offset, int size) {
    if (dispi.packedPixels() && (offset & 0xffff) + size <= 0x10000) {
      return memory.read(dispi.bankOffset() + (offset & 0xffff), size);
    }
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= read8(offset + i) << 8 * i;
    }
    return value;
  }

  @Override
  public void write(int offset, int size, int value) {
    if (dispi.packedPixels() && (offset & 0xffff) + size <= 0x10000) {
      memory.write(dispi.bankOffset() + (offset & 0xffff), size, value);
      return;
    }
    for (int i = 0; i < size; i++) {
      write8(offset + i, value >>> 8 * i & 0xff);
    }
  }

  private int read8(int offset) {
    int address = decode(offset);
    if (address < 0) {
      unmodelled.record("vga: read outside the window that memory map select opens");
      return 0xff;
    }
    if (dispi.packedPixels()) {
      return memory.read(dispi.bankOffset() + (address & 0xffff), 1);
    }
    boolean chain4 = chain4();
    boolean oddEven = !chain4 && (graphics.get(GC_MODE) & HOST_ODD_EVEN) != 0;
    latches = memory.planes(planeOffset(address, chain4, oddEven));
    if ((graphics.get(GC_MODE) & READ_MODE_1) != 0) {
      int different =
          (latches ^ SPREAD[graphics.get(GC_COLOR_COMPARE)])
              & SPREAD[graphics.get(GC_COLOR_DONT_CARE)];
      return ~(different | different >>> 8 | different >>> 16 | different >>> 24) & 0xff;
    }
    int plane = graphics.get(GC_READ_MAP_SELECT);
    if (chain4) {
      plane = address & 3;
    } else if (oddEven) {
      plane = plane & 2 | address & 1;
    }
    return latches >>> 8 * plane & 0xff;
  }

  private void write8(int offset, int data) {
    int address = decode(offset);
    if (address < 0) {
      unmodelled.record("vga: write outside the window that memory map select opens");
      return;
    }
    if (dispi.packedPixels()) {
      memory.write(dispi.bankOffset() + (address & 0xffff), 1, data);
      return;
    }
    boolean chain4 = chain4();
    boolean oddEven = !chain4 && (sequencer.get(SEQ_MEMORY_MODE) & ODD_EVEN_OFF) == 0;
    int planes = sequencer.get(SEQ_MAP_MASK);
    if (chain4) {
      planes &= 1 << (address & 3);
    } else if (oddEven) {
      planes &= (address & 1) != 0 ? 0b1010 : 0b0101;
    }
    int at = planeOffset(address, chain4, oddEven);
    int mask = SPREAD[planes];
    memory.setPlanes(at, memory.planes(at) & ~mask | compose(data) & mask);
  }

  /**
   * What the graphics controller makes of a byte of the CPU: "Graphics Mode Register", bits 0-1.
   */
  private int compose(int data) {
    int bitMask = graphics.get(GC_BIT_MASK);
    int setReset = SPREAD[graphics.get(GC_SET_RESET)];
    int value;
    switch (graphics.get(GC_MODE) & 3) {
      case 0 -> {
        int enable = SPREAD[graphics.get(GC_ENABLE_SET_RESET)];
        value = rotated(data) * 0x01010101 & ~enable | setReset & enable;
      }
      case 1 -> {
        return latches;
      }
      case 2 -> value = SPREAD[data & 15];
      case 3 -> {
        value = setReset;
        bitMask &= rotated(data);
      }
      default -> throw new AssertionError();
    }
    value =
        switch (graphics.get(GC_DATA_ROTATE) >>> 3 & 3) {
          case 0 -> value;
          case 1 -> value & latches;
          case 2 -> value | latches;
          default -> value ^ latches;
        };
    int bits = bitMask * 0x01010101;
    return value & bits | latches & ~bits;
  }

  private int rotated(int data) {
    int by = graphics.get(GC_DATA_ROTATE) & 7;
    return (data >>> by | data << 8 - by) & 0xff;
  }

  private boolean chain4() {
    return (sequencer.get(SEQ_MEMORY_MODE) & CHAIN_4) != 0;
  }

  /** Address within the window, -1 outside it: "Miscellaneous Register", memory map. */
  private int decode(int offset) {
    return switch (graphics.get(GC_MISCELLANEOUS) >>> 2 & 3) {
      case 0 -> offset;
      case 1 -> offset < 0x10000 ? offset : -1;
      case 2 -> offset >= 0x10000 && offset < 0x18000 ? offset - 0x10000 : -1;
      default -> offset >= 0x18000 ? offset - 0x18000 : -1;
    };
  }

  /** Chain-4 and odd/even use the lowest address bits to select planes; they address as zeros. */
  private int planeOffset(int address, boolean chain4, boolean oddEven) {
    int at = address & (chain4 ? 0xfffc : oddEven ? 0xfffe : 0xffff);
    if ((sequencer.get(SEQ_MEMORY_MODE) & EXTENDED_MEMORY) == 0) {
      at &= 0x3fff;
    }
    return at + dispi.bankOffset();
  }
}
