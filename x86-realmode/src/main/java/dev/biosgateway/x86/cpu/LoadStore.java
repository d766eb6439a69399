package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PhysicalBus;

/**
 * The load/store unit: from segment and offset to bytes. Every data access goes through here, so
 * the order of checks is that of silicon: segment type and limit, then page, then bus (SDM vol. 3,
 * 5.12). A store across two pages writes nothing when one of them faults.
 *
 * <p>Offsets and values are 32 bits; narrow values are zero-extended on load and truncated on
 * store. Read-modify-write instructions use {@code loadForStore} (which faults as the store would)
 * and then {@code store} with the same operands.
 */
public final class LoadStore {
  private final Cpu cpu;
  private final PhysicalBus bus;
  private final Segmentation segmentation;
  private final Paging paging;

  LoadStore(Cpu cpu, Segmentation segmentation, Paging paging) {
    this.cpu = cpu;
    this.bus = cpu.bus;
    this.segmentation = segmentation;
    this.paging = paging;
  }

  // ---- segment and offset

  public int load8(int segment, int offset) {
    return load8(cpu.segments[segment], offset);
  }

  public int load16(int segment, int offset) {
    return load16(cpu.segments[segment], offset);
  }

  public int load32(int segment, int offset) {
    return load32(cpu.segments[segment], offset);
  }

  public int loadForStore8(int segment, int offset) {
    return loadForStore8(cpu.segments[segment], offset);
  }

  public int loadForStore16(int segment, int offset) {
    return loadForStore16(cpu.segments[segment], offset);
  }

  public int loadForStore32(int segment, int offset) {
    return loadForStore32(cpu.segments[segment], offset);
  }

  public void store8(int segment, int offset, int value) {
    store8(cpu.segments[segment], offset, value);
  }

  public void store16(int segment, int offset, int value) {
    store16(cpu.segments[segment], offset, value);
  }

  public void store32(int segment, int offset, int value) {
    store32(cpu.segments[segment], offset, value);
  }

  int load8(SegmentRegister s, int offset) {
    return linear8(readable(s, offset, 1));
  }

  int load16(SegmentRegister s, int offset) {
    if ((offset & 0xffffffffL) + 2 > s.readableBytes) {
      return closeLoad16(s, offset);
    }
    return linear16(s.base + offset);
  }

  int load32(SegmentRegister s, int offset) {
    return linear32(readable(s, offset, 4));
  }

  int loadForStore8(SegmentRegister s, int offset) {
    int linear = writable(s, offset, 1);
    return bus.read8(cpu.paging() ? paging.forWrite(linear) : linear);
  }

  int loadForStore16(SegmentRegister s, int offset) {
    if (wraps(offset)) {
      return closeLoad16(s, offset);
    }
    int linear = writable(s, offset, 2);
    if (!cpu.paging()) {
      return bus.read16(linear);
    }
    probeWrite(linear, 2);
    return linear16(linear);
  }

  int loadForStore32(SegmentRegister s, int offset) {
    int linear = writable(s, offset, 4);
    if (!cpu.paging()) {
      return bus.read32(linear);
    }
    probeWrite(linear, 4);
    return linear32(linear);
  }

  void store8(SegmentRegister s, int offset, int value) {
    storeLinear8(writable(s, offset, 1), value);
  }

  void store16(SegmentRegister s, int offset, int value) {
    if ((offset & 0xffffffffL) + 2 > s.writableBytes) {
      closeStore16(s, offset, value);
    } else {
      storeLinear16(s.base + offset, value);
    }
  }

  void store32(SegmentRegister s, int offset, int value) {
    storeLinear32(writable(s, offset, 4), value);
  }

  private int closeLoad16(SegmentRegister s, int offset) {
    if (wraps(offset)) {
      return load8(s, offset) | load8(s, 0) << 8;
    }
    return linear16(readable(s, offset, 2));
  }

  private void closeStore16(SegmentRegister s, int offset, int value) {
    if (wraps(offset)) {
      store8(s, offset, value);
      store8(s, 0, value >>> 8);
    } else {
      storeLinear16(writable(s, offset, 2), value);
    }
  }

  /** Whether a word at {@code offset} has its second byte at offset 0, as on an 8086. */
  private boolean wraps(int offset) {
    return offset == 0xffff && cpu.model.wrapsOffsets();
  }

  /** Checks segment type and limit of a read; returns the linear address. */
  public int readable(int segment, int offset, int size) {
    return readable(cpu.segments[segment], offset, size);
  }

  /** Checks segment type and limit of a write; returns the linear address. */
  public int writable(int segment, int offset, int size) {
    return writable(cpu.segments[segment], offset, size);
  }

  private int readable(SegmentRegister s, int offset, int size) {
    if ((offset & 0xffffffffL) + size > s.readableBytes) {
      segmentation.requireReadable(s, offset, size, size);
    }
    return s.base + offset;
  }

  private int writable(SegmentRegister s, int offset, int size) {
    if ((offset & 0xffffffffL) + size > s.writableBytes) {
      segmentation.requireWritable(s, offset, size, size);
    }
    return s.base + offset;
  }

  /** {@link #readable} of a piece that need not be aligned to its size. */
  int readable(int segment, int offset, int size, int alignment) {
    SegmentRegister s = cpu.segments[segment];
    if ((offset & 0xffffffffL) + size > s.readableBytes) {
      segmentation.requireReadable(s, offset, size, alignment);
    }
    return s.base + offset;
  }

  /** {@link #writable} of a piece that need not be aligned to its size. */
  int writable(int segment, int offset, int size, int alignment) {
    SegmentRegister s = cpu.segments[segment];
    if ((offset & 0xffffffffL) + size > s.writableBytes) {
      segmentation.requireWritable(s, offset, size, alignment);
    }
    return s.base + offset;
  }

  // ---- linear addresses, with the current privilege

  public int linear8(int linear) {
    return bus.read8(cpu.paging() ? paging.forRead(linear) : linear);
  }

  public int linear16(int linear) {
    if (!cpu.paging()) {
      return bus.read16(linear);
    }
    if ((linear & 0xfff) <= 0xffe) {
      return bus.read16(paging.forRead(linear));
    }
    int low = paging.forRead(linear);
    int high = paging.forRead(linear + 1);
    return bus.read8(low) | bus.read8(high) << 8;
  }

  public int linear32(int linear) {
    if (!cpu.paging()) {
      return bus.read32(linear);
    }
    if ((linear & 0xfff) <= 0xffc) {
      return bus.read32(paging.forRead(linear));
    }
    int first = paging.forRead(linear);
    int second = paging.forRead((linear | 0xfff) + 1);
    int value = 0;
    int inFirst = 0x1000 - (linear & 0xfff);
    for (int i = 0; i < 4; i++) {
      int at = i < inFirst ? first + i : second + i - inFirst;
      value |= bus.read8(at) << (8 * i);
    }
    return value;
  }

  public void storeLinear8(int linear, int value) {
    bus.write8(cpu.paging() ? paging.forWrite(linear) : linear, value);
  }

  public void storeLinear16(int linear, int value) {
    if (!cpu.paging()) {
      bus.write16(linear, value);
    } else if ((linear & 0xfff) <= 0xffe) {
      bus.write16(paging.forWrite(linear), value);
    } else {
      int low = paging.forWrite(linear);
      int high = paging.forWrite(linear + 1);
      bus.write8(low, value);
      bus.write8(high, value >>> 8);
    }
  }

  public void storeLinear32(int linear, int value) {
    if (!cpu.paging()) {
      bus.write32(linear, value);
    } else if ((linear & 0xfff) <= 0xffc) {
      bus.write32(paging.forWrite(linear), value);
    } else {
      int first = paging.forWrite(linear);
      int second = paging.forWrite((linear | 0xfff) + 1);
      int inFirst = 0x1000 - (linear & 0xfff);
      for (int i = 0; i < 4; i++) {
        bus.write8(i < inFirst ? first + i : second + i - inFirst, value >>> (8 * i));
      }
    }
  }

  /** Raises the page fault that a write to these bytes would raise, before anything is changed. */
  public void probeWrite(int linear, int size) {
    if (cpu.paging()) {
      paging.forWrite(linear);
      if ((linear & 0xfff) + size > 0x1000) {
        paging.forWrite((linear | 0xfff) + 1);
      }
    }
  }

  // ---- linear addresses, with a privilege that is not the current one

  /** Reads a descriptor, a TSS field or another table of the system: as supervisor. */
  int systemLoad16(int linear) {
    return linear16As(linear, false);
  }

  int systemLoad32(int linear) {
    return linear32As(linear, false);
  }

  void systemStore16(int linear, int value) {
    storeLinear16As(linear, value, false);
  }

  void systemStore32(int linear, int value) {
    storeLinear32As(linear, value, false);
  }

  int linear8As(int linear, boolean user) {
    return bus.read8(cpu.paging() ? paging.forReadAs(linear, user) : linear);
  }

  int linear16As(int linear, boolean user) {
    if (cpu.paging() && (linear & 0xfff) > 0xffe) {
      return linear8As(linear, user) | linear8As(linear + 1, user) << 8;
    }
    return bus.read16(cpu.paging() ? paging.forReadAs(linear, user) : linear);
  }

  int linear32As(int linear, boolean user) {
    if (cpu.paging() && (linear & 0xfff) > 0xffc) {
      int value = 0;
      for (int i = 0; i < 4; i++) {
        value |= linear8As(linear + i, user) << (8 * i);
      }
      return value;
    }
    return bus.read32(cpu.paging() ? paging.forReadAs(linear, user) : linear);
  }

  void storeLinear16As(int linear, int value, boolean user) {
    if (cpu.paging() && (linear & 0xfff) > 0xffe) {
      int low = paging.forWriteAs(linear, user);
      int high = paging.forWriteAs(linear + 1, user);
      bus.write8(low, value);
      bus.write8(high, value >>> 8);
      return;
    }
    bus.write16(cpu.paging() ? paging.forWriteAs(linear, user) : linear, value);
  }

  void storeLinear32As(int linear, int value, boolean user) {
    if (cpu.paging() && (linear & 0xfff) > 0xffc) {
      int first = paging.forWriteAs(linear, user);
      int second = paging.forWriteAs((linear | 0xfff) + 1, user);
      int inFirst = 0x1000 - (linear & 0xfff);
      for (int i = 0; i < 4; i++) {
        bus.write8(i < inFirst ? first + i : second + i - inFirst, value >>> (8 * i));
      }
      return;
    }
    bus.write32(cpu.paging() ? paging.forWriteAs(linear, user) : linear, value);
  }
}
