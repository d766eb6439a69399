package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.state.Section;

/**
 * The paging unit: linear to physical addresses (SDM vol. 3, chapter 4) by two levels of tables
 * (4.3, with 4 MB pages when CR4.PSE) or, when CR4.PAE, by three (4.4). Called only while CR0.PG is
 * set; what changes a control register calls {@link #flush} and its like.
 *
 * <p>The fast path of every translation is one tag comparison in the {@link Tlb}.
 */
public final class Paging {
  private static final int PRESENT = 1;
  private static final int WRITE = 1 << 1;
  private static final int USER = 1 << 2;
  private static final int ACCESSED = 1 << 5;
  private static final int DIRTY = 1 << 6;
  private static final int PAGE_SIZE = 1 << 7;
  private static final int GLOBAL = 1 << 8;

  /** Bits of a page-fault error code (SDM vol. 3, figure 4-12). */
  private static final int FAULT_PROTECTION = 1;

  private static final int FAULT_WRITE = 1 << 1;
  private static final int FAULT_USER = 1 << 2;
  private static final int FAULT_RESERVED = 1 << 3;

  /** Reserved in a page-directory entry of a 4 MB page without PSE-36, of a 2 MB page. */
  private static final int RESERVED_4M = 0x003fe000;

  private static final int RESERVED_2M = 0x001fe000;

  /** Reserved in the low word of a present PDPTE: bits 1, 2 and 5 to 8 (SDM table 4-8). */
  private static final int RESERVED_PDPTE = 0x1e6;

  private final Cpu cpu;
  private final PhysicalBus bus;
  private final UnmodelledAccess unmodelled;
  private final Tlb tlb = new Tlb();
  private final int[] frames = tlb.frames;
  private int[] readTags = tlb.readSupervisor;
  private int[] writeTags = tlb.writeSupervisor;
  private boolean user;

  /** The four PDPTE registers, which are loaded with CR3 and not looked up on a walk. */
  private final int[] pdpte = new int[4];

  private boolean pdptesChanged = true;

  Paging(Cpu cpu) {
    this.cpu = cpu;
    this.bus = cpu.bus;
    this.unmodelled = cpu.unmodelled;
  }

  /**
   * Physical address for a data read with the current privilege; sets the accessed bits.
   *
   * @throws CpuException #PF, with CR2 set
   */
  public int forRead(int linear) {
    int i = linear >>> 12 & Tlb.MASK;
    if (readTags[i] == (linear & 0xfffff000)) {
      return frames[i] | linear & 0xfff;
    }
    return walk(linear, false, user);
  }

  /**
   * Physical address for a data write with the current privilege; sets accessed and dirty bits.
   *
   * @throws CpuException #PF, with CR2 set
   */
  public int forWrite(int linear) {
    int i = linear >>> 12 & Tlb.MASK;
    if (writeTags[i] == (linear & 0xfffff000)) {
      return frames[i] | linear & 0xfff;
    }
    return walk(linear, true, user);
  }

  /**
   * Physical address for an instruction fetch: a read, for a CPU without execute-disable.
   *
   * @throws CpuException #PF, with CR2 set
   */
  public int forFetch(int linear) {
    return forRead(linear);
  }

  /**
   * Physical address of a linear one that the TLB holds for reads with the current privilege, -1
   * when it does not: without a walk, and so without any effect.
   */
  public int held(int linear) {
    int i = linear >>> 12 & Tlb.MASK;
    return readTags[i] == (linear & 0xfffff000) ? frames[i] | linear & 0xfff : -1;
  }

  /** As {@link #held} for writes. */
  public int heldForWrite(int linear) {
    int i = linear >>> 12 & Tlb.MASK;
    return writeTags[i] == (linear & 0xfffff000) ? frames[i] | linear & 0xfff : -1;
  }

  /** The TLB's page frames, for translated code; see {@link Tlb}. */
  public int[] frames() {
    return frames;
  }

  /** The TLB's tags for reads with the current privilege. */
  public int[] readTags() {
    return readTags;
  }

  /** The TLB's tags for writes with the current privilege. */
  public int[] writeTags() {
    return writeTags;
  }

  /** {@link #forRead} as user or supervisor whatever CPL is; tables are read as supervisor. */
  int forReadAs(int linear, boolean asUser) {
    int i = linear >>> 12 & Tlb.MASK;
    if ((asUser ? tlb.readUser : tlb.readSupervisor)[i] == (linear & 0xfffff000)) {
      return frames[i] | linear & 0xfff;
    }
    return walk(linear, false, asUser);
  }

  /** {@link #forWrite} as user or supervisor whatever CPL is. */
  int forWriteAs(int linear, boolean asUser) {
    int i = linear >>> 12 & Tlb.MASK;
    if ((asUser ? tlb.writeUser : tlb.writeSupervisor)[i] == (linear & 0xfffff000)) {
      return frames[i] | linear & 0xfff;
    }
    return walk(linear, true, asUser);
  }

  /** Follows a change of CPL: only 3 is a user (SDM vol. 3, 4.6). */
  void privilege(int cpl) {
    boolean nowUser = cpl == 3;
    if (nowUser != user) {
      user = nowUser;
      readTags = user ? tlb.readUser : tlb.readSupervisor;
      writeTags = user ? tlb.writeUser : tlb.writeSupervisor;
    }
  }

  /** Forgets all translations, global ones too. */
  void flush() {
    tlb.flush();
  }

  /** Forgets all translations but the global ones. */
  void flushNonGlobal() {
    tlb.flushNonGlobal();
  }

  /** INVLPG. */
  void invalidate(int linear) {
    tlb.invalidate(linear);
  }

  /**
   * Loads the PDPTE registers from the table at {@code cr3} (SDM vol. 3, 4.4.1); nothing is changed
   * when it throws.
   *
   * @throws CpuException #GP(0) when a present entry has a reserved bit set
   */
  void loadPdptes(int cr3) {
    int table = cr3 & 0xffffffe0;
    for (int i = 0; i < 4; i++) {
      int low = bus.read32(table + 8 * i);
      int high = bus.read32(table + 8 * i + 4);
      if ((low & PRESENT) != 0 && ((low & RESERVED_PDPTE) != 0 || beyondMemory(high))) {
        throw cpu.exception(CpuException.GP, 0);
      }
    }
    pdptesChanged = true;
    for (int i = 0; i < 4; i++) {
      pdpte[i] = bus.read32(table + 8 * i);
    }
  }

  /**
   * The TLB is state: what a translation is held for may have changed in the tables since, and a
   * walk more or less sets accessed bits more or less.
   */
  void save(Section out) {
    out.put("pdpte", pdpte);
    tlb.save(out);
  }

  void restore(Section in) {
    in.getInts("pdpte", pdpte);
    pdptesChanged = false;
    tlb.restore(in);
  }

  /** As {@link #restore} of the same section as the last time. */
  void rewind(Section in) {
    if (pdptesChanged || tlb.changed()) {
      restore(in);
    } else {
      in.skip(1 + Tlb.FIELDS);
    }
  }

  private int walk(int linear, boolean write, boolean asUser) {
    return (cpu.cr4 & Cpu.CR4_PAE) != 0
        ? walkThreeLevels(linear, write, asUser)
        : walkTwoLevels(linear, write, asUser);
  }

  private int walkTwoLevels(int linear, boolean write, boolean asUser) {
    int pdeAt = cpu.cr3 & 0xfffff000 | linear >>> 20 & 0xffc;
    int pde = bus.read32(pdeAt);
    requirePresent(pde, linear, write, asUser);
    if ((pde & PAGE_SIZE) != 0 && (cpu.cr4 & Cpu.CR4_PSE) != 0) {
      requireClear((pde & RESERVED_4M) == 0, linear, write, asUser);
      requirePermission(pde, linear, write, asUser);
      int used = pde | ACCESSED | (write ? DIRTY : 0);
      update(pdeAt, pde, used);
      return keep(linear, pde & 0xffc00000 | linear & 0x003ff000, used, used, true);
    }
    int pteAt = pde & 0xfffff000 | linear >>> 10 & 0xffc;
    return lastLevel(linear, write, asUser, pdeAt, pde, pteAt, bus.read32(pteAt));
  }

  private int walkThreeLevels(int linear, boolean write, boolean asUser) {
    int pointer = pdpte[linear >>> 30];
    requirePresent(pointer, linear, write, asUser);
    int pdeAt = pointer & 0xfffff000 | linear >>> 18 & 0xff8;
    int pde = bus.read32(pdeAt);
    requirePresent(pde, linear, write, asUser);
    requireClear(!beyondMemory(bus.read32(pdeAt + 4)), linear, write, asUser);
    if ((pde & PAGE_SIZE) != 0) {
      requireClear((pde & RESERVED_2M) == 0, linear, write, asUser);
      requirePermission(pde, linear, write, asUser);
      int used = pde | ACCESSED | (write ? DIRTY : 0);
      update(pdeAt, pde, used);
      return keep(linear, pde & 0xffe00000 | linear & 0x001ff000, used, used, true);
    }
    int pteAt = pde & 0xfffff000 | linear >>> 9 & 0xff8;
    int pte = bus.read32(pteAt);
    requirePresent(pte, linear, write, asUser);
    requireClear(!beyondMemory(bus.read32(pteAt + 4)), linear, write, asUser);
    return lastLevel(linear, write, asUser, pdeAt, pde, pteAt, pte);
  }

  private int lastLevel(
      int linear, boolean write, boolean asUser, int pdeAt, int pde, int pteAt, int pte) {
    requirePresent(pte, linear, write, asUser);
    requirePermission(pde & pte, linear, write, asUser);
    int used = pte | ACCESSED | (write ? DIRTY : 0);
    update(pdeAt, pde, pde | ACCESSED);
    update(pteAt, pte, used);
    return keep(linear, pte & 0xfffff000, pde & pte, used, false);
  }

  /** Enters a translation into the TLB; {@code rights} of both levels, {@code leaf} of the last. */
  private int keep(int linear, int frame, int rights, int leaf, boolean large) {
    boolean asUser = (rights & USER) != 0;
    boolean dirty = (leaf & DIRTY) != 0;
    boolean writable = (rights & WRITE) != 0;
    boolean writeProtect = (cpu.cr0 & Cpu.CR0_WP) != 0;
    boolean global = (leaf & GLOBAL) != 0 && (cpu.cr4 & Cpu.CR4_PGE) != 0;
    tlb.fill(
        linear,
        frame,
        asUser,
        dirty && (writable || !writeProtect),
        dirty && writable && asUser,
        global,
        large);
    if (cpu.retirement.shareTlbEntry(linear)) {
      // It may have taken the place of the page that is executed: the next instruction looks it up.
      cpu.retirement.endBlock();
    }
    return frame | linear & 0xfff;
  }

  private void update(int at, int old, int now) {
    if (now != old) {
      bus.write32(at, now);
    }
  }

  private void requirePresent(int entry, int linear, boolean write, boolean asUser) {
    if ((entry & PRESENT) == 0) {
      throw fault(linear, 0, write, asUser);
    }
  }

  private void requireClear(boolean clear, int linear, boolean write, boolean asUser) {
    if (!clear) {
      throw fault(linear, FAULT_PROTECTION | FAULT_RESERVED, write, asUser);
    }
  }

  private void requirePermission(int rights, int linear, boolean write, boolean asUser) {
    boolean denied = asUser && (rights & USER) == 0;
    boolean readOnly = write && (rights & WRITE) == 0 && (asUser || (cpu.cr0 & Cpu.CR0_WP) != 0);
    if (denied || readOnly) {
      throw fault(linear, FAULT_PROTECTION, write, asUser);
    }
  }

  /**
   * Whether the high word of a PAE entry points above 4 GB. Bits 36 up are reserved on silicon; 32
   * to 35 are not, but the bus has nothing there, so they count as reserved and are recorded.
   */
  private boolean beyondMemory(int high) {
    if ((high & 0xf) != 0) {
      unmodelled.record("paging: PAE entry points above 4 GB, where there is no memory");
    }
    return high != 0;
  }

  private CpuException fault(int linear, int code, boolean write, boolean asUser) {
    cpu.cr2 = linear;
    return cpu.exception(
        CpuException.PF, code | (write ? FAULT_WRITE : 0) | (asUser ? FAULT_USER : 0));
  }
}
