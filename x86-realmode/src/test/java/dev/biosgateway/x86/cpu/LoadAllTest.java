package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.biosgateway.x86.isa.CpuModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoadAllTest {
  private static final int HANDLER = 0x600;

  @Test
  @DisplayName("286: a table at 800h, by which real mode reaches memory above 1 MB")
  void of286() {
    TestPc pc = new TestPc(CpuModel.I80286).real();
    for (int at = 0; at < 0x66; at += 2) {
      pc.bus.write16(0x800 + at, 0);
    }
    pc.bus.write16(0x806, 0xfff0);
    pc.bus.write16(0x818, Eflags.CF | 2);
    pc.bus.write16(0x81a, 0x1234);
    pc.bus.write16(0x81e, 0x5555); // DS
    pc.bus.write16(0x822, 0x2000); // CS
    pc.bus.write16(0x826, 7); // DI
    pc.bus.write16(0x82c, 0x7000); // SP
    pc.bus.write16(0x834, 0xaaaa); // AX
    hidden(pc, 0x836, 0, 0x93);
    hidden(pc, 0x83c, 0x20000, 0x9b);
    hidden(pc, 0x842, 0, 0x93);
    hidden(pc, 0x848, 0x120000, 0x93);
    pc.bus.write32(0x85a, 0);
    pc.bus.write16(0x85e, 0x3ff);
    pc.memory(0x21234, "A2 10 00"); // mov [10h], al
    pc.code("0F 05").step(2);
    assertEquals(0xaa, pc.bus.ram[0x120010] & 0xff);
    assertEquals(0x5555, pc.cpu.segments[SegmentRegister.DS].selector);
    assertEquals(0x1237, pc.cpu.eip);
    assertEquals(7, pc.cpu.reg16(Cpu.EDI));
    assertEquals(0x7000, pc.cpu.reg16(Cpu.ESP));
    assertEquals(true, pc.cpu.flags.cf());
    assertEquals(0xfff0, pc.cpu.cr0);
    assertFalse(pc.cpu.protectedMode());
  }

  private static void hidden(TestPc pc, int at, int base, int rights) {
    pc.bus.write32(at, base | rights << 24);
    pc.bus.write16(at + 4, 0xffff);
  }

  @Test
  @DisplayName("386: a table at ES:EDI, from real mode into ring 3 of protected mode at once")
  void of386() {
    TestPc pc = new TestPc(CpuModel.I386).real();
    int[] table = new int[51];
    table[0] = Cpu.CR0_PE;
    table[1] = Eflags.ZF | 2;
    table[2] = 0x30000;
    for (int i = 0; i < 8; i++) {
      table[3 + i] = 0x100 + i; // EDI to EAX
    }
    table[12] = DebugRegisters.DR7_FIXED;
    table[19] = 0x1b; // CS
    for (int at = 30; at < 51; at += 3) {
      table[at] = 0x00c0f300;
      table[at + 2] = -1;
    }
    table[45] = 0x00c0fb00; // CS
    for (int i = 0; i < table.length; i++) {
      pc.bus.write32(0x5000 + 4 * i, table[i]);
    }
    pc.cpu.gpr[Cpu.EDI] = 0x5000;
    pc.memory(0x30000, "A3 00 60 20 00"); // mov [206000h], eax
    pc.code("0F 07").step(2);
    assertEquals(0x30005, pc.cpu.eip);
    assertEquals(0x1b, pc.cpu.cs.selector);
    assertEquals(3, pc.cpu.cpl);
    assertEquals(0x107, pc.bus.read32(0x206000));
    assertEquals(0x100, pc.cpu.gpr[Cpu.EDI]);
    assertEquals(0x103, pc.cpu.gpr[Cpu.ESP]);
  }

  @Test
  @DisplayName("each is undefined on all other models")
  void otherModels() {
    for (CpuModel model : CpuModel.values()) {
      if (model.isAtLeast(CpuModel.I80286)) {
        assertEquals(model != CpuModel.I80286, undefined(model, "0F 05"), model.id());
        assertEquals(model != CpuModel.I386, undefined(model, "0F 07"), model.id());
      }
    }
  }

  private static boolean undefined(CpuModel model, String code) {
    TestPc pc = new TestPc(model).real();
    pc.bus.write32(4 * CpuException.UD, HANDLER);
    return pc.code(code).step(1).cpu.eip == HANDLER;
  }
}
