package dev.biosgateway.x86.cpu;

/**
 * A stack on which a transfer builds or reads a frame: the current one, or the one of an inner ring
 * that is not loaded yet (SDM vol. 1, 6.4.1; vol. 3, 6.12). Nothing is committed until {@link
 * #commit}, so a fault half way leaves the stack pointer as it was; and {@link #reserve} takes all
 * faults of the pushes before the first byte is written.
 */
final class FrameStack {
  private final Cpu cpu;
  private final LoadStore loadStore;

  /** The stack segment of an inner ring, before SS has it. */
  private final SegmentRegister inner = new SegmentRegister();

  /** The stack segment: SS as long as that is not loaded anew, or {@link #inner}. */
  private SegmentRegister segment = inner;

  private int pointer;
  private boolean user;

  /** Selector in the error code of a stack fault: that of a new stack, 0 for the current one. */
  private int faultSelector;

  FrameStack(Cpu cpu) {
    this.cpu = cpu;
    this.loadStore = cpu.loadStore;
  }

  /** Works on the stack that SS:ESP is now. */
  FrameStack current() {
    segment = cpu.ss;
    pointer = cpu.gpr[Cpu.ESP];
    user = cpu.cpl == 3;
    faultSelector = 0;
    return this;
  }

  /** Works on another stack, whose descriptor has passed its checks. */
  FrameStack other(Descriptor ss, int esp, int cpl) {
    segment = inner;
    segment.guard(cpu.ss.guarded());
    ss.loadInto(segment, ss.selector);
    pointer = esp;
    user = cpl == 3;
    faultSelector = ss.selector;
    return this;
  }

  /** Checks that {@code slots} pushes will succeed, segment limits and pages both. */
  void reserve(int slots, boolean operand32) {
    int size = operand32 ? 4 : 2;
    int at = pointer;
    int last = moved(at, -size * slots);
    if (!cpu.paging() && plain(segment.writableBytes, last, size * slots)) {
      return;
    }
    for (int i = 0; i < slots; i++) {
      at = moved(at, -size);
      if (wraps(at)) {
        continue;
      }
      int linear = writable(at, size);
      if (cpu.paging()) {
        cpu.paging.forWriteAs(linear, user);
        if ((linear & 0xfff) + size > 0x1000) {
          cpu.paging.forWriteAs((linear | 0xfff) + 1, user);
        }
      }
    }
  }

  void push(int value, boolean operand32) {
    pointer = moved(pointer, operand32 ? -4 : -2);
    if (operand32) {
      loadStore.storeLinear32As(writable(pointer, 4), value, user);
    } else if (wraps(pointer)) {
      loadStore.store16(SegmentRegister.SS, 0xffff, value);
    } else {
      loadStore.storeLinear16As(writable(pointer, 2), value, user);
    }
  }

  int pop(boolean operand32) {
    int value = peek(0, operand32);
    release(operand32 ? 4 : 2);
    return value;
  }

  /** Reads {@code displacement} bytes above the pointer; the pointer stays. */
  int peek(int displacement, boolean operand32) {
    int at = moved(pointer, displacement);
    if (!operand32 && wraps(at)) {
      return loadStore.load16(SegmentRegister.SS, 0xffff);
    }
    return operand32
        ? loadStore.linear32As(readable(at, 4), user)
        : loadStore.linear16As(readable(at, 2), user);
  }

  /** Moves the pointer up by {@code bytes} without reading. */
  void release(int bytes) {
    pointer = moved(pointer, bytes);
  }

  /** The stack pointer as it is now, upper half included. */
  int pointer() {
    return pointer;
  }

  /** Makes the pointer the current one: all of ESP, or SP only on a 16-bit stack. */
  void commit() {
    cpu.gpr[Cpu.ESP] = pointer;
  }

  private int moved(int from, int by) {
    return segment.big() ? from + by : from & 0xffff0000 | from + by & 0xffff;
  }

  /** An 8086 has one stack only, and no limit at its end (386 PRM 15.6, "Operand crossing"). */
  private boolean wraps(int at) {
    return offset(at) == 0xffff && cpu.model.wrapsOffsets();
  }

  private int offset(int at) {
    return segment.big() ? at : at & 0xffff;
  }

  /** Whether bytes from {@code at} on need no closer look; see {@link SegmentRegister}. */
  private boolean plain(long allowed, int at, int bytes) {
    long first = offset(at) & 0xffffffffL;
    return first + bytes <= allowed && (segment.big() || first + bytes <= 0x10000);
  }

  private int writable(int at, int size) {
    if (plain(segment.writableBytes, at, size)) {
      return segment.base + offset(at);
    }
    if (!Segmentation.writable(segment, offset(at), size)) {
      throw cpu.segmentation.stackViolation(faultSelector);
    }
    int linear = segment.base + offset(at);
    cpu.segmentation.look(linear, size, user ? size : 1, true);
    return linear;
  }

  private int readable(int at, int size) {
    if (plain(segment.readableBytes, at, size)) {
      return segment.base + offset(at);
    }
    if (!Segmentation.readable(segment, offset(at), size)) {
      throw cpu.segmentation.stackViolation(faultSelector);
    }
    int linear = segment.base + offset(at);
    cpu.segmentation.look(linear, size, user ? size : 1, false);
    return linear;
  }
}
