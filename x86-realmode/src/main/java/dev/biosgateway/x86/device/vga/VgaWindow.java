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

import dev.biosgateway.x86.bus.MemoryRegion;
import dev.biosgateway.x86.bus.UnmodelledAccess;

/**
 * The 128 KB of addresses at A0000h through which the CPU sees the four planes of display memory
 * (IBM PS/2 Hardware Interface Technical Reference, "Video Memory Organization" and "Graphics
 * Controller"): latches, read modes 0 and 1, write modes 0 to 3, chain-4, odd/even. All four planes
 * are worked on at once, as bytes of one int, plane 0 lowest.
 *
 * <p>Where the registers make nothing of a byte but put it somewhere ({@link Path}), it goes there
 * directly: text, mode 13h and packed pixels take a fraction of what planar modes do.
 */
final class VgaWindow implements MemoryRegion {
  static final int BASE = 0xa0000;
  static final int SIZE = 0x20000;

  /** How bytes of the CPU get to display memory, as the registers stand. */
  private enum Path {
    /** Through the graphics controller, plane by plane. */
    PLANAR,
    /** Even addresses to plane 0, odd ones to plane 1: text, and the modes of a CGA. */
    ODD_EVEN,
    /** The lowest two bits of the address choose the plane: mode 13h. */
    CHAINED,
    /** One after the other, from the bank on: packed pixels of the Bochs display interface. */
    PACKED
  }

  private static final int EXTENDED_MEMORY = 0x02;
  private static final int ODD_EVEN_OFF = 0x04;
  private static final int CHAIN_4 = 0x08;
  private static final int HOST_ODD_EVEN = 0x10;
  private static final int WRITE_MODE = 0x03;
  private static final int READ_MODE_1 = 0x08;
  private static final int ALL_PLANES = 0x0f;
  private static final int PLANES_0_AND_1 = 0x03;

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
  private final VgaPorts ports;
  private final IndexedRegisters sequencer;
  private final IndexedRegisters graphics;
  private final DispiRegisters dispi;
  private final UnmodelledAccess unmodelled;

  /** The path for registers as they stood after {@link #pathFor} writes to ports. */
  private Path path = Path.PLANAR;

  private long pathFor = -1;

  /** Whether a read is no more than that, but for the latches. */
  private boolean readsDirectly;

  /** What the last read of the CPU left in the latches. */
  int latches;

  VgaWindow(DisplayMemory memory, VgaPorts ports, UnmodelledAccess unmodelled) {
    this.memory = memory;
    this.ports = ports;
    sequencer = ports.sequencer;
    graphics = ports.graphics;
    dispi = ports.dispi;
    this.unmodelled = unmodelled;
  }

  @Override
  public String name() {
    return "vga.window";
  }

  @Override
  public int read(int offset, int size) {
    int address = decode(offset);
    if (address >= 0 && size <= together() && readsDirectly && (address & size - 1) == 0) {
      loadLatches(address + size - 1);
      return memory.read(direct(address), size);
    }
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= read8(offset + i) << 8 * i;
    }
    return value;
  }

  @Override
  public void write(int offset, int size, int value) {
    int address = decode(offset);
    if (address >= 0 && size <= together() && (address & size - 1) == 0) {
      if (path == Path.PLANAR) {
        writePlanes(address, value);
      } else {
        memory.write(direct(address), size, value);
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      write8(offset + i, value >>> 8 * i & 0xff);
    }
  }

  @Override
  public void readRun(int offset, byte[] into, int at, int length) {
    int first = decode(offset);
    int last = decode(offset + length - 1);
    if (path() == Path.PLANAR || !readsDirectly || first < 0 || last - first != length - 1) {
      for (int i = 0; i < length; i++) {
        into[at + i] = (byte) read8(offset + i);
      }
      return;
    }
    byte[] bytes = memory.bytes();
    if (path == Path.PACKED) {
      System.arraycopy(bytes, direct(first), into, at, length);
    } else {
      int plane = planeBits();
      int origin = direct(first) - spread(first, plane);
      for (int i = 0; i < length; i++) {
        into[at + i] = bytes[origin + spread(first + i, plane)];
      }
    }
    loadLatches(last);
  }

  @Override
  public void writeRun(int offset, byte[] from, int at, int length) {
    int first = decode(offset);
    int last = decode(offset + length - 1);
    if (path() == Path.PLANAR || first < 0 || last - first != length - 1) {
      for (int i = 0; i < length; i++) {
        write8(offset + i, from[at + i] & 0xff);
      }
      return;
    }
    byte[] bytes = memory.willWrite(direct(first), direct(last) + 1 - direct(first));
    if (path == Path.PACKED) {
      System.arraycopy(from, at, bytes, direct(first), length);
    } else {
      int plane = planeBits();
      int origin = direct(first) - spread(first, plane);
      for (int i = 0; i < length; i++) {
        bytes[origin + spread(first + i, plane)] = from[at + i];
      }
    }
  }

  @Override
  public boolean isLinear() {
    return path() != Path.PLANAR && (sequencer.get(SEQ_MEMORY_MODE) & EXTENDED_MEMORY) != 0;
  }

  private int read8(int offset) {
    int address = decode(offset);
    if (address < 0) {
      unmodelled.record("vga: read outside the window that memory map select opens");
      return 0xff;
    }
    if (path() == Path.PACKED) {
      return memory.read(direct(address), 1);
    }
    return readPlanes(address);
  }

  private int readPlanes(int address) {
    loadLatches(address);
    if ((graphics.get(GC_MODE) & READ_MODE_1) != 0) {
      int different =
          (latches ^ SPREAD[graphics.get(GC_COLOR_COMPARE)])
              & SPREAD[graphics.get(GC_COLOR_DONT_CARE)];
      return ~(different | different >>> 8 | different >>> 16 | different >>> 24) & 0xff;
    }
    int plane = graphics.get(GC_READ_MAP_SELECT);
    if (chain4()) {
      plane = address & 3;
    } else if (readsOddEven()) {
      plane = plane & 2 | address & 1;
    }
    return latches >>> 8 * plane & 0xff;
  }

  /** What every read of a plane does; packed pixels have no latches. */
  private void loadLatches(int address) {
    if (path != Path.PACKED) {
      latches = memory.planes(planeOffset(address, chain4(), readsOddEven()));
    }
  }

  private boolean readsOddEven() {
    return !chain4() && (graphics.get(GC_MODE) & HOST_ODD_EVEN) != 0;
  }

  private void write8(int offset, int data) {
    int address = decode(offset);
    if (address < 0) {
      unmodelled.record("vga: write outside the window that memory map select opens");
    } else if (path() == Path.PLANAR) {
      writePlanes(address, data);
    } else {
      memory.write(direct(address), 1, data);
    }
  }

  private void writePlanes(int address, int data) {
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

  /** The path as the registers stand: looked up again after a write to any of the ports. */
  private Path path() {
    if (pathFor != ports.writes()) {
      pathFor = ports.writes();
      path = choosePath();
      boolean mode0 = (graphics.get(GC_MODE) & READ_MODE_1) == 0;
      readsDirectly =
          switch (path) {
            case PACKED -> true;
            case CHAINED -> mode0;
            case ODD_EVEN -> mode0 && readsOddEven() && (graphics.get(GC_READ_MAP_SELECT) & 2) == 0;
            case PLANAR -> false;
          };
    }
    return path;
  }

  /** Bytes of an aligned access that lie side by side in display memory. */
  private int together() {
    return switch (path()) {
      case PLANAR -> 1;
      case ODD_EVEN -> 2;
      case CHAINED, PACKED -> 4;
    };
  }

  private Path choosePath() {
    if (dispi.packedPixels()) {
      return Path.PACKED;
    }
    int mode = graphics.get(GC_MODE);
    boolean asTheyAre =
        (mode & WRITE_MODE) == 0
            && graphics.get(GC_DATA_ROTATE) == 0
            && graphics.get(GC_ENABLE_SET_RESET) == 0
            && graphics.get(GC_BIT_MASK) == 0xff
            && (sequencer.get(SEQ_MEMORY_MODE) & EXTENDED_MEMORY) != 0;
    int planes = sequencer.get(SEQ_MAP_MASK);
    if (asTheyAre && chain4() && planes == ALL_PLANES) {
      return Path.CHAINED;
    }
    boolean oddEven = !chain4() && (sequencer.get(SEQ_MEMORY_MODE) & ODD_EVEN_OFF) == 0;
    return asTheyAre && oddEven && planes == PLANES_0_AND_1 ? Path.ODD_EVEN : Path.PLANAR;
  }

  /** The byte of display memory that an address of the window reaches on a path that is direct. */
  private int direct(int address) {
    if (path == Path.PACKED) {
      return dispi.bankOffset() + (address & 0xffff);
    }
    return (dispi.bankOffset() << 2) + spread(address & 0xffff, planeBits());
  }

  /** The bits of an address that choose the plane. */
  private int planeBits() {
    return path == Path.CHAINED ? 3 : 1;
  }

  /** Planes are interleaved, and what the plane bits leave out of the offset is 0 in it. */
  private static int spread(int address, int planeBits) {
    return (address & ~planeBits) << 2 | address & planeBits;
  }

  /**
   * What the graphics controller makes of a byte of the CPU: "Graphics Mode Register", bits 0-1.
   */
  private int compose(int data) {
    int bitMask = graphics.get(GC_BIT_MASK);
    int setReset = SPREAD[graphics.get(GC_SET_RESET)];
    int value;
    switch (graphics.get(GC_MODE) & WRITE_MODE) {
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
