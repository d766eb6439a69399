package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;

/**
 * GDT, LDT and IDT in memory. All accesses are those of the system: linear, as supervisor whatever
 * CPL is (SDM vol. 3, 4.6 "implicit supervisor-mode accesses").
 */
final class DescriptorTables {
  private final Cpu cpu;
  private final LoadStore loadStore;

  /** Whether the fourth word of a descriptor means nothing, as on the 286. */
  private final boolean words;

  DescriptorTables(Cpu cpu) {
    this.cpu = cpu;
    this.loadStore = cpu.loadStore;
    this.words = cpu.model == CpuModel.I80286;
  }

  /**
   * Reads the descriptor that {@code selector} names.
   *
   * @return false when the table is too short or, for an LDT, not there
   */
  boolean find(int selector, Descriptor into) {
    int index = selector & 0xfff8;
    int base = cpu.gdtrBase;
    int limit = cpu.gdtrLimit;
    if ((selector & 4) != 0) {
      if (!cpu.ldtr.usable) {
        return false;
      }
      base = cpu.ldtr.base;
      limit = cpu.ldtr.limit;
    }
    if (Integer.compareUnsigned(index + 7, limit) > 0) {
      return false;
    }
    read(base + index, selector, into);
    return true;
  }

  /** {@link #find}, or a fault with the selector as error code when it is not in the table. */
  void require(int selector, int vector, Descriptor into) {
    if (!find(selector, into)) {
      throw cpu.selectorFault(vector, selector);
    }
  }

  /** Reads the gate of {@code vector}; false when the IDT is too short. */
  boolean findGate(int vector, Descriptor into) {
    if (vector * 8 + 7 > cpu.idtrLimit) {
      return false;
    }
    read(cpu.idtrBase + vector * 8, 0, into);
    return true;
  }

  /** Writes the accessed bit of a code or data segment that is being loaded, if it was clear. */
  void markAccessed(Descriptor d) {
    if (!d.isAccessed()) {
      d.high = d.accessedHigh();
      store(d);
    }
  }

  /** Writes the busy bit of a TSS. */
  void markBusy(Descriptor d, boolean busy) {
    d.high = d.busyHigh(busy);
    store(d);
  }

  private void read(int address, int selector, Descriptor into) {
    into.selector = selector;
    into.address = address;
    into.low = loadStore.systemLoad32(address);
    into.high = loadStore.systemLoad32(address + 4);
    if (words) {
      into.readAs286();
    }
  }

  private void store(Descriptor d) {
    if (words) {
      loadStore.systemStore16(d.address + 4, d.high);
    } else {
      loadStore.systemStore32(d.address + 4, d.high);
    }
  }
}
