package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.isa.Insn;

/**
 * LOADALL of the 286 and the 386, which are not the same: every register from a table in memory,
 * hidden parts included, without any check. Firmware and memory managers of the time used it to
 * reach memory above 1 MB from real mode. In no manual; the layouts are those that R. L. Collins
 * published ("The LOADALL Instruction", Tech Specialist, October 1991).
 */
final class LoadAll {
  /** Where the 286 has its table, in physical memory. */
  private static final int TABLE_286 = 0x800;

  private static final int TABLE_386_WORDS = 51;

  private LoadAll() {}

  /** 0F 05 on a 286. PE can be set and not cleared, as by LMSW. */
  static void of286(Cpu cpu, Insn insn) {
    cpu.requireRing0();
    PhysicalBus bus = cpu.bus;
    int machineStatus = bus.read16(TABLE_286 + 0x06) & 0xf;
    cpu.cr0 = cpu.cr0 & ~0xe | machineStatus;
    cpu.tr.selector = bus.read16(TABLE_286 + 0x16);
    cpu.setFlags(bus.read16(TABLE_286 + 0x18), 0xffff);
    cpu.eip = bus.read16(TABLE_286 + 0x1a);
    cpu.ldtr.selector = bus.read16(TABLE_286 + 0x1c);
    cpu.segments[SegmentRegister.DS].selector = bus.read16(TABLE_286 + 0x1e);
    cpu.ss.selector = bus.read16(TABLE_286 + 0x20);
    cpu.cs.selector = bus.read16(TABLE_286 + 0x22);
    cpu.segments[SegmentRegister.ES].selector = bus.read16(TABLE_286 + 0x24);
    int at = TABLE_286 + 0x26;
    for (int r = Cpu.EDI; r >= Cpu.EAX; r--) {
      cpu.setReg16(r, bus.read16(at));
      at += 2;
    }
    hidden286(bus, 0x36, cpu.segments[SegmentRegister.ES]);
    hidden286(bus, 0x3c, cpu.cs);
    hidden286(bus, 0x42, cpu.ss);
    hidden286(bus, 0x48, cpu.segments[SegmentRegister.DS]);
    cpu.gdtrBase = base286(bus, 0x4e);
    cpu.gdtrLimit = bus.read16(TABLE_286 + 0x52);
    hidden286(bus, 0x54, cpu.ldtr);
    cpu.idtrBase = base286(bus, 0x5a);
    cpu.idtrLimit = bus.read16(TABLE_286 + 0x5e);
    hidden286(bus, 0x60, cpu.tr);
    settle(cpu);
  }

  private static int base286(PhysicalBus bus, int at) {
    return bus.read32(TABLE_286 + at) & 0xffffff;
  }

  /** Three bytes of base, one of access rights, two of limit. */
  private static void hidden286(PhysicalBus bus, int at, SegmentRegister s) {
    int rights = bus.read8(TABLE_286 + at + 3);
    fill(s, base286(bus, at), bus.read16(TABLE_286 + at + 4), rights);
  }

  /** 0F 07 on a 386: the table is at ES:EDI. */
  static void of386(Cpu cpu, Insn insn) {
    cpu.requireRing0();
    int[] table = new int[TABLE_386_WORDS];
    for (int i = 0; i < table.length; i++) {
      int offset = cpu.gpr[Cpu.EDI] + 4 * i & insn.addressMask;
      table[i] = cpu.loadStore.load32(SegmentRegister.ES, offset);
    }
    cpu.controlRegisters.writeCr0(table[0]);
    cpu.setFlags(table[1], ~0);
    cpu.eip = table[2];
    for (int r = Cpu.EDI; r >= Cpu.EAX; r--) {
      cpu.gpr[r] = table[3 + Cpu.EDI - r];
    }
    cpu.dr[6] = table[11];
    cpu.dr[7] = table[12];
    SegmentRegister[] all = {
      cpu.tr,
      cpu.ldtr,
      cpu.segments[SegmentRegister.GS],
      cpu.segments[SegmentRegister.FS],
      cpu.segments[SegmentRegister.DS],
      cpu.ss,
      cpu.cs,
      cpu.segments[SegmentRegister.ES]
    };
    for (int i = 0; i < all.length; i++) {
      all[i].selector = table[13 + i] & 0xffff;
    }
    hidden386(table, 21, cpu.tr);
    cpu.idtrBase = table[25];
    cpu.idtrLimit = table[26];
    cpu.gdtrBase = table[28];
    cpu.gdtrLimit = table[29];
    for (int i = 1; i < all.length; i++) {
      hidden386(table, 27 + 3 * i, all[i]);
    }
    cpu.debug.review();
    settle(cpu);
  }

  /** Access rights as in a descriptor's second doubleword, base, limit in bytes. */
  private static void hidden386(int[] table, int at, SegmentRegister s) {
    fill(s, table[at + 1], table[at + 2], table[at] >>> 8 & 0xf0ff);
  }

  private static void fill(SegmentRegister s, int base, int limit, int rights) {
    s.base = base;
    s.limit = limit;
    s.rights = rights;
    s.usable = (rights & 0x80) != 0;
    s.derive();
  }

  /** The privilege level is that of the stack segment. */
  private static void settle(Cpu cpu) {
    cpu.setCpl(cpu.virtual8086() ? 3 : cpu.protectedMode() ? cpu.ss.dpl() : 0);
    cpu.paging.flush();
  }
}
