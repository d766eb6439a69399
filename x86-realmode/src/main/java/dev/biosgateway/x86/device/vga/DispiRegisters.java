package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * The Bochs display interface, versions B0C0h to B0C5h: sixteen-bit registers behind an index
 * (ports 1CEh and 1CFh, or memory-mapped), which replace the whole CRTC by "this many pixels of
 * this many bits". Registers other than the identification take effect when ENABLE goes from 0 to
 * 1, or at once while it is 1; what does not fit display memory is made to fit, and reads back so.
 */
final class DispiRegisters {
  static final int ID = 0;
  static final int XRES = 1;
  static final int YRES = 2;
  static final int BPP = 3;
  static final int ENABLE = 4;
  static final int BANK = 5;
  static final int VIRT_WIDTH = 6;
  static final int VIRT_HEIGHT = 7;
  static final int X_OFFSET = 8;
  static final int Y_OFFSET = 9;
  static final int VIDEO_MEMORY_64K = 10;
  static final int COUNT = 11;

  private static final int ENABLED = 0x01;
  private static final int GET_CAPABILITIES = 0x02;
  private static final int EIGHT_BIT_DAC = 0x20;
  private static final int LINEAR_FRAMEBUFFER = 0x40;
  private static final int DO_NOT_CLEAR = 0x80;

  private static final int ID0 = 0xb0c0;
  private static final int ID5 = 0xb0c5;

  /** What GETCAPS reads: the largest mode. */
  private static final int MAX_XRES = 16000;

  private static final int MAX_YRES = 12000;
  private static final int MAX_BPP = 32;

  private final DisplayMemory memory;
  private final Dac dac;
  private final UnmodelledAccess unmodelled;
  private final int[] registers = new int[COUNT];
  private int index;

  /** Writes so far: a hint that the screen may look different, no state of the machine. */
  private long writes;

  /**
   * @param dac null for an adapter without one
   */
  DispiRegisters(DisplayMemory memory, Dac dac, UnmodelledAccess unmodelled) {
    this.memory = memory;
    this.dac = dac;
    this.unmodelled = unmodelled;
  }

  void reset() {
    writes++;
    Arrays.fill(registers, 0);
    registers[ID] = ID5;
    registers[VIDEO_MEMORY_64K] = memory.size() >>> 16;
    index = 0;
  }

  /** A count of writes, and of all that replaces the registers. */
  long writes() {
    return writes;
  }

  int index() {
    return index;
  }

  void select(int value) {
    index = value;
  }

  boolean enabled() {
    return (registers[ENABLE] & ENABLED) != 0;
  }

  /** Whether pixels are packed, so that the window at A0000h is linear; else it is planar. */
  boolean packedPixels() {
    return enabled() && registers[BPP] != 4;
  }

  /** Where the 64 KB window at A0000h begins in display memory, in bytes, or plane offsets. */
  int bankOffset() {
    return enabled() ? registers[BANK] << 16 : 0;
  }

  int get(int register) {
    return registers[register];
  }

  int read() {
    return read(index);
  }

  int read(int register) {
    if (register >= COUNT) {
      unmodelled.record("dispi: read of register %Xh".formatted(register));
      return 0;
    }
    if ((registers[ENABLE] & GET_CAPABILITIES) != 0) {
      switch (register) {
        case XRES:
          return MAX_XRES;
        case YRES:
          return MAX_YRES;
        case BPP:
          return MAX_BPP;
        default:
          break; // the others read as always
      }
    }
    return registers[register];
  }

  void write(int value) {
    write(index, value);
  }

  void write(int register, int value) {
    writes++;
    switch (register) {
      case ID -> {
        if (value >= ID0 && value <= ID5) {
          registers[ID] = value;
        }
      }
      case XRES, YRES, BPP, VIRT_WIDTH, X_OFFSET, Y_OFFSET -> {
        registers[register] = value;
        fit();
      }
      case ENABLE -> enable(value);
      case BANK -> registers[BANK] = value & (memory.size() >>> 16) - 1;
      case VIRT_HEIGHT, VIDEO_MEMORY_64K ->
          unmodelled.record("dispi: write of a read-only register");
      default -> unmodelled.record("dispi: write of register %Xh".formatted(register));
    }
  }

  /** Bytes from one line to the next; in 4 bits a pixel, of each plane. */
  int bytesPerLine() {
    return bytes(registers[VIRT_WIDTH]);
  }

  void save(Section out) {
    out.put("dispi.index", index).put("dispi", registers);
  }

  void restore(Section in) {
    writes++;
    index = in.getInt("dispi.index");
    in.getInts("dispi", registers);
    if (dac != null) {
      dac.setEightBits((registers[ENABLE] & EIGHT_BIT_DAC) != 0);
    }
  }

  private void enable(int value) {
    int known = ENABLED | GET_CAPABILITIES | EIGHT_BIT_DAC | LINEAR_FRAMEBUFFER | DO_NOT_CLEAR;
    if ((value & ~known) != 0) {
      unmodelled.record("dispi ENABLE: unknown bits");
    }
    boolean starts = (value & ENABLED) != 0 && !enabled();
    registers[ENABLE] = value & known;
    if (dac != null) {
      dac.setEightBits((value & EIGHT_BIT_DAC) != 0);
    }
    if (!enabled()) {
      registers[BANK] = 0;
    }
    if (starts) {
      registers[VIRT_WIDTH] = 0;
      registers[X_OFFSET] = 0;
      registers[Y_OFFSET] = 0;
      fit();
      if ((value & DO_NOT_CLEAR) == 0) {
        int planes = registers[BPP] == 4 ? 4 : 1;
        memory.fill(0, registers[YRES] * bytesPerLine() * planes, (byte) 0);
      }
      if (dac == null && registers[BPP] <= 8) {
        unmodelled.record("dispi: a mode with a palette on an adapter that has none");
      }
    }
  }

  /** Makes mode, virtual size and offsets fit display memory and each other. */
  private void fit() {
    if (!enabled()) {
      return;
    }
    int bpp = registers[BPP];
    registers[BPP] =
        switch (bpp) {
          case 4, 8, 15, 16, 24, 32 -> bpp;
          default -> 8;
        };
    int available = registers[BPP] == 4 ? memory.size() >>> 2 : memory.size();
    registers[XRES] = Math.min(Math.max(registers[XRES] & ~7, 8), MAX_XRES);
    registers[VIRT_WIDTH] = Math.max(registers[VIRT_WIDTH] & ~7, registers[XRES]);
    if (bytesPerLine() > available) {
      registers[VIRT_WIDTH] = registers[XRES];
    }
    int lines = Math.min(available / bytesPerLine(), 0xffff);
    registers[YRES] = Math.min(Math.max(registers[YRES], 1), Math.min(lines, MAX_YRES));
    registers[VIRT_HEIGHT] = lines;
    registers[X_OFFSET] = Math.min(registers[X_OFFSET], registers[VIRT_WIDTH] - registers[XRES]);
    registers[Y_OFFSET] = Math.min(registers[Y_OFFSET], lines - registers[YRES]);
  }

  private int bytes(int pixels) {
    int bpp = registers[BPP];
    return bpp == 4 ? pixels >>> 3 : pixels * (bpp + 7 >>> 3);
  }
}
