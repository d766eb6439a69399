package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.FieldNames;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.Stateful;

/** The CPU's section of the machine's state, and what RESET# makes of it (SDM table 9-1). */
final class CpuState implements Stateful {
  private static final Activity[] ACTIVITIES = Activity.values();

  private final FieldNames[] segmentNames = {
    new FieldNames("es"), new FieldNames("cs"), new FieldNames("ss"),
    new FieldNames("ds"), new FieldNames("fs"), new FieldNames("gs")
  };
  private final FieldNames ldtrNames = new FieldNames("ldtr");
  private final FieldNames trNames = new FieldNames("tr");
  private final Cpu cpu;

  CpuState(Cpu cpu) {
    this.cpu = cpu;
  }

  /** RESET#: the units take care of what is not named here. */
  void reset() {
    for (int i = 0; i < 8; i++) {
      cpu.gpr[i] = 0;
      cpu.dr[i] = 0;
    }
    cpu.gpr[Cpu.EDX] = cpu.model.signature();
    cpu.dr[6] = DebugRegisters.DR6_FIXED;
    cpu.dr[7] = DebugRegisters.DR7_FIXED;
    cpu.flags.set(cpu.model.resetFlags());
    cpu.cr0 = resetCr0(cpu.model);
    cpu.cr2 = 0;
    cpu.cr3 = 0;
    cpu.cr4 = 0;
    cpu.debug.reset();
    cpu.setCpl(0);
    for (SegmentRegister s : cpu.segments) {
      load(s, 0, 0, 0xffff, SegmentLoad.REAL_RIGHTS);
    }
    int selector = cpu.model.isAtLeast(CpuModel.I80286) ? 0xf000 : 0xffff;
    load(cpu.cs, selector, resetCsBase(cpu.model), 0xffff, SegmentLoad.REAL_RIGHTS);
    cpu.eip = cpu.model.isAtLeast(CpuModel.I80286) ? 0xfff0 : 0;
    cpu.instructionEip = cpu.eip;
    cpu.gdtrBase = 0;
    cpu.gdtrLimit = 0xffff;
    cpu.idtrBase = 0;
    cpu.idtrLimit = 0xffff;
    load(cpu.ldtr, 0, 0, 0xffff, 0x82);
    load(cpu.tr, 0, 0, 0xffff, 0x8b);
    cpu.activity = Activity.ACTIVE;
    cpu.attention = false;
    cpu.interrupts.reset();
    cpu.retirement.reset();
    cpu.msrs.reset();
    cpu.testRegisters.reset();
    cpu.pins.reset();
    if (cpu.fpu != null) {
      cpu.fpu.reset();
    }
    cpu.paging.flush();
  }

  /**
   * CD, NW and ET since the 486 (SDM vol. 3, table 9-1); ET on a 386 with a 387; the upper bits of
   * a 286's MSW are ones.
   */
  private static int resetCr0(CpuModel model) {
    if (model.isAtLeast(CpuModel.I486)) {
      return Cpu.CR0_CD | Cpu.CR0_NW | Cpu.CR0_ET;
    }
    if (model == CpuModel.I386) {
      return model.has(CpuModel.Feature.FPU) ? Cpu.CR0_ET : 0;
    }
    return model == CpuModel.I80286 ? 0xfff0 : 0;
  }

  /** All address lines above the selector's are high until CS is loaded; the 8086 has FFFF:0. */
  private static int resetCsBase(CpuModel model) {
    return switch (model) {
      case I8086 -> 0xffff0;
      case I80286 -> 0x00ff0000;
      case I386, I486, PENTIUM, PENTIUM_MMX, PENTIUM_PRO -> 0xffff0000;
    };
  }

  private static void load(SegmentRegister s, int selector, int base, int limit, int rights) {
    s.selector = selector;
    s.base = base;
    s.limit = limit;
    s.rights = rights;
    s.usable = true;
    s.derive();
  }

  @Override
  public String sectionName() {
    return "cpu";
  }

  @Override
  public void save(Section out) {
    out.put("gpr", cpu.gpr).put("eip", cpu.eip).put("eflags", cpu.flags.get());
    out.put("cr0", cpu.cr0).put("cr2", cpu.cr2).put("cr3", cpu.cr3).put("cr4", cpu.cr4);
    out.put("dr", cpu.dr).put("cpl", cpu.cpl);
    out.put("gdtrBase", cpu.gdtrBase).put("gdtrLimit", cpu.gdtrLimit);
    out.put("idtrBase", cpu.idtrBase).put("idtrLimit", cpu.idtrLimit);
    for (int i = 0; i < segmentNames.length; i++) {
      save(out, segmentNames[i], cpu.segments[i]);
    }
    save(out, ldtrNames, cpu.ldtr);
    save(out, trNames, cpu.tr);
    out.put("activity", cpu.activity.ordinal());
    cpu.interrupts.save(out);
    cpu.paging.save(out);
    cpu.retirement.save(out);
    cpu.msrs.save(out);
    cpu.testRegisters.save(out);
    cpu.debug.save(out);
    cpu.pins.save(out);
    if (cpu.fpu != null) {
      cpu.fpu.save(out);
    }
  }

  @Override
  public void restore(Section in) {
    restoreRegisters(in);
    cpu.paging.restore(in);
    cpu.retirement.restore(in);
    cpu.msrs.restore(in);
    restoreUnits(in);
  }

  /**
   * As {@link #restore} of the same section as the last time: the units that know of themselves
   * that they have not changed since are passed over.
   */
  void rewind(Section in) {
    restoreRegisters(in);
    cpu.paging.rewind(in);
    cpu.retirement.restore(in);
    cpu.msrs.rewind(in);
    restoreUnits(in);
  }

  private void restoreRegisters(Section in) {
    in.getInts("gpr", cpu.gpr);
    cpu.eip = in.getInt("eip");
    cpu.instructionEip = cpu.eip;
    cpu.flags.set(in.getInt("eflags"));
    cpu.cr0 = in.getInt("cr0");
    cpu.cr2 = in.getInt("cr2");
    cpu.cr3 = in.getInt("cr3");
    cpu.cr4 = in.getInt("cr4");
    in.getInts("dr", cpu.dr);
    cpu.setCpl(in.getInt("cpl"));
    cpu.gdtrBase = in.getInt("gdtrBase");
    cpu.gdtrLimit = in.getInt("gdtrLimit");
    cpu.idtrBase = in.getInt("idtrBase");
    cpu.idtrLimit = in.getInt("idtrLimit");
    for (int i = 0; i < segmentNames.length; i++) {
      restore(in, segmentNames[i], cpu.segments[i]);
    }
    restore(in, ldtrNames, cpu.ldtr);
    restore(in, trNames, cpu.tr);
    cpu.activity = ACTIVITIES[in.getInt("activity")];
    cpu.interrupts.restore(in);
  }

  private void restoreUnits(Section in) {
    cpu.testRegisters.restore(in);
    cpu.debug.restore(in);
    cpu.pins.restore(in);
    if (cpu.fpu != null) {
      cpu.fpu.restore(in);
    }
    cpu.attention = true;
  }

  private static void save(Section out, FieldNames name, SegmentRegister s) {
    out.put(name.of(""), s.selector)
        .put(name.of(".base"), s.base)
        .put(name.of(".limit"), s.limit)
        .put(name.of(".rights"), s.rights)
        .put(name.of(".usable"), s.usable);
  }

  private static void restore(Section in, FieldNames name, SegmentRegister s) {
    s.selector = in.getInt(name.of(""));
    s.base = in.getInt(name.of(".base"));
    s.limit = in.getInt(name.of(".limit"));
    s.rights = in.getInt(name.of(".rights"));
    s.usable = in.getBoolean(name.of(".usable"));
    s.derive();
  }
}
