package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CpuStateTest {

  @Test
  @DisplayName("after RESET# a Pentium Pro is as table 9-1 says")
  void reset() {
    TestPc pc = new TestPc().protect().ring3();
    Cpu cpu = pc.cpu;
    cpu.reset();
    assertEquals(0x60000010, cpu.cr0);
    assertEquals(0xf000, cpu.cs.selector);
    assertEquals(0xffff0000, cpu.cs.base);
    assertEquals(0xfff0, cpu.eip);
    assertEquals(0xffff, cpu.cs.limit);
    assertEquals(2, cpu.flags.get());
    assertEquals(0x619, cpu.gpr[Cpu.EDX]);
    assertEquals(0, cpu.cpl);
    assertEquals(0xffff0ff0, cpu.dr[6]);
    assertEquals(0x400, cpu.dr[7]);
    assertEquals(0xffff, cpu.idtrLimit);
  }

  @Test
  @DisplayName("an 8086 begins at FFFF0, a 286 below 16 MB")
  void resetOfOlderModels() {
    Cpu old = new TestPc(CpuModel.I8086).cpu;
    assertEquals(0xffff0, old.cs.base + old.eip);
    Cpu at = new TestPc(CpuModel.I80286).cpu;
    assertEquals(0xfffff0, at.cs.base + at.eip);
  }

  @Test
  @DisplayName("a section holds all of it: saved, restored, and saved again it is the same")
  void roundTrip() {
    TestPc pc = new TestPc().protect();
    Cpu cpu = pc.cpu;
    cpu.msrs.write(ModelSpecificRegisters.SYSENTER_EIP, 0x1234);
    cpu.interrupts.setIntr(true);
    cpu.interrupts.beginShadow(true);
    cpu.segmentLoad.loadNull(cpu.segments[SegmentRegister.GS], 3);
    cpu.setFlags(Eflags.CF | Eflags.OF, Eflags.CF | Eflags.OF);
    Section saved = new Section("cpu");
    cpu.save(saved);

    TestPc other = new TestPc();
    other.cpu.restore(saved);
    Section again = new Section("cpu");
    other.cpu.save(again);
    assertEquals(List.of(), saved.differences(again));
    assertEquals(TestPc.CODE0, other.cpu.cs.selector);
    assertFalse(other.cpu.segments[SegmentRegister.GS].usable);
  }

  @Test
  @DisplayName("a restored ring 3 is one for paging too")
  void privilegeIsRestored() {
    TestPc pc = new TestPc().protect();
    for (int page = 0; page < 1024; page++) {
      pc.bus.write32(0x101000 + 4 * page, page << 12 | 3);
    }
    pc.bus.write32(0x100000, 0x101007);
    pc.cpu.controlRegisters.writeCr3(0x100000);
    pc.cpu.controlRegisters.writeCr0(pc.cpu.cr0 | Cpu.CR0_PG);
    pc.ring3();
    Section saved = new Section("cpu");
    pc.cpu.save(saved);
    pc.cpu.reset();
    pc.cpu.restore(saved);
    assertEquals("#PF(0x5)", pc.raised(() -> pc.cpu.loadStore.linear8(0x1000)));
  }

  @Test
  @DisplayName("a section of another model does not fit")
  void otherModel() {
    Section saved = new Section("cpu");
    new TestPc(CpuModel.PENTIUM).cpu.save(saved);
    Cpu other = new TestPc(CpuModel.PENTIUM_PRO).cpu;
    assertThrows(StateException.class, () -> other.restore(saved));
  }
}
