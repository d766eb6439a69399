package dev.biosgateway.x86.cpu;

/**
 * The fields of the current task's state segment that are read while the task runs (SDM vol. 3, 7.2
 * and 7.6): stacks of inner rings, I/O permission map, interrupt redirection map.
 */
final class TaskStateSegment {
  private static final int IO_MAP_BASE = 0x66;
  private static final int REDIRECTION_MAP_BYTES = 32;

  private final Cpu cpu;

  TaskStateSegment(Cpu cpu) {
    this.cpu = cpu;
  }

  /** Whether TR holds a 32-bit TSS. */
  boolean is32() {
    return (cpu.tr.rights & 8) != 0;
  }

  /**
   * Reads and checks the stack for {@code ring}, 0 to 2.
   *
   * @param into gets the descriptor of the stack segment, which is not loaded yet
   * @return the stack pointer
   * @throws CpuException #TS or #SS, as SDM vol. 2, CALL "Operation" has it
   */
  int innerStack(int ring, Descriptor into) {
    int at = is32() ? 4 + 8 * ring : 2 + 4 * ring;
    int last = is32() ? at + 5 : at + 3;
    if (!cpu.tr.usable || Integer.compareUnsigned(last, cpu.tr.limit) > 0) {
      throw cpu.selectorFault(CpuException.TS, cpu.tr.selector);
    }
    int linear = cpu.tr.base + at;
    int esp = is32() ? cpu.loadStore.systemLoad32(linear) : cpu.loadStore.systemLoad16(linear);
    int selector = cpu.loadStore.systemLoad16(linear + (is32() ? 4 : 2));
    cpu.segmentLoad.checkStackSegment(selector, ring, CpuException.TS, into);
    return esp;
  }

  /** Whether the I/O permission map allows {@code size} ports from {@code port} on. */
  boolean allowsPort(int port, int size) {
    if (!cpu.tr.usable || !is32() || !holds(IO_MAP_BASE, 2)) {
      return false;
    }
    int byteAt = cpu.loadStore.systemLoad16(cpu.tr.base + IO_MAP_BASE) + (port >>> 3);
    // Two bytes are always read, so the map ends with a byte of ones (7.6 and vol. 1, 18.5.2).
    if (!holds(byteAt, 2)) {
      return false;
    }
    int bits = cpu.loadStore.systemLoad16(cpu.tr.base + byteAt) >>> (port & 7);
    return (bits & (1 << size) - 1) == 0;
  }

  /** Whether INT {@code vector} of a virtual-8086 task goes to the monitor (20.3.3.4). */
  boolean redirectsInterrupt(int vector) {
    if (!cpu.tr.usable || !is32() || !holds(IO_MAP_BASE, 2)) {
      return true;
    }
    int map = cpu.loadStore.systemLoad16(cpu.tr.base + IO_MAP_BASE) - REDIRECTION_MAP_BYTES;
    int byteAt = map + (vector >>> 3);
    if (map < 0 || !holds(byteAt, 1)) {
      return true;
    }
    int bits = cpu.loadStore.linear8As(cpu.tr.base + byteAt, false);
    return (bits >>> (vector & 7) & 1) != 0;
  }

  private boolean holds(int at, int size) {
    return Integer.compareUnsigned(at + size - 1, cpu.tr.limit) <= 0;
  }
}
