package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.TestPc.CODE0;
import static dev.biosgateway.x86.cpu.TestPc.CODE3;
import static dev.biosgateway.x86.cpu.TestPc.DATA0;
import static dev.biosgateway.x86.cpu.TestPc.DATA3;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InterruptReturnTest {
  private final TestPc pc = new TestPc().protect();
  private final Cpu cpu = pc.cpu;

  private void frame32(int... values) {
    int top = 0x7000;
    cpu.gpr[Cpu.ESP] = top - 4 * values.length;
    for (int i = 0; i < values.length; i++) {
      pc.bus.write32(cpu.gpr[Cpu.ESP] + 4 * i, values[i]);
    }
  }

  private String iret() {
    return pc.raised(() -> cpu.interruptReturn.execute(true));
  }

  @Test
  @DisplayName("real mode: IRET undoes INT")
  void realMode() {
    TestPc real = new TestPc().real();
    real.bus.write32(0x60 * 4, 0x0500);
    real.memory(0x500, "F8 CF"); // clc; iret
    real.cpu.setFlags(Eflags.IF | Eflags.CF, Eflags.IF | Eflags.CF);
    real.code("CD 60").step(3);
    assertEquals(0x7c02, real.cpu.eip);
    assertEquals(0x7000, real.cpu.gpr[Cpu.ESP]);
    assertTrue(real.cpu.flags.cf());
    assertTrue(real.cpu.flags.interruptsEnabled());
  }

  @Test
  @DisplayName("real mode: IRETD keeps VM, VIF and VIP as they are")
  void realMode32() {
    TestPc real = new TestPc().real();
    real.cpu.gpr[Cpu.ESP] = 0x6000;
    real.bus.write32(0x6000, 0x1234);
    real.bus.write32(0x6004, 0x2000);
    real.bus.write32(0x6008, Eflags.VM | Eflags.VIF | Eflags.AC | Eflags.ID);
    real.code("66 CF").step(1);
    assertEquals(Eflags.AC | Eflags.ID | 2, real.cpu.flags.system);
    assertEquals(0x20000, real.cpu.cs.base);
  }

  @Test
  @DisplayName("to ring 3: stack, privilege and data segments follow")
  void toRing3() {
    frame32(0x30000, CODE3, Eflags.IF, 0x5000, DATA3);
    assertEquals("nothing", iret());
    assertEquals(3, cpu.cpl);
    assertEquals(0x5000, cpu.gpr[Cpu.ESP]);
    assertEquals(DATA3, cpu.ss.selector);
    assertTrue(cpu.flags.interruptsEnabled());
    assertFalse(cpu.segments[SegmentRegister.DS].usable);
  }

  @Test
  @DisplayName("ring 3 cannot change IOPL, nor IF without I/O privilege")
  void flagsByPrivilege() {
    pc.ring3();
    frame32(0x30000, CODE3, Eflags.IF | Eflags.IOPL | Eflags.CF);
    assertEquals("nothing", iret());
    assertEquals(Eflags.CF | 2, cpu.flags.get());
    cpu.setFlags(Eflags.IOPL, Eflags.IOPL);
    frame32(0x30000, CODE3, Eflags.IF);
    assertEquals("nothing", iret());
    assertEquals(Eflags.IF | Eflags.IOPL | 2, cpu.flags.get());
  }

  @Test
  @DisplayName("to virtual-8086 mode and, by an interrupt, back")
  void virtual8086() {
    pc.idtGate(0x21, 0xee, CODE0, 0x20000);
    frame32(0x100, 0x2000, Eflags.VM | Eflags.IOPL, 0x800, 0x4000, 1, 2, 3, 4);
    assertEquals("nothing", iret());
    assertTrue(cpu.virtual8086());
    assertEquals(3, cpu.cpl);
    assertEquals(0x20000, cpu.cs.base);
    assertEquals(0x40000, cpu.ss.base);
    assertEquals(0x10, cpu.segments[SegmentRegister.ES].base);
    assertEquals(0x40, cpu.segments[SegmentRegister.GS].base);
    pc.memory(0x20100, "CD 21").memory(0x20000, "CF").step(1);
    assertEquals(0x20000, cpu.eip);
    assertEquals(DATA0, cpu.ss.selector);
    pc.step(1);
    assertTrue(cpu.virtual8086());
    assertEquals(0x102, cpu.eip);
    assertEquals(3, cpu.segments[SegmentRegister.FS].selector);
  }

  @Test
  @DisplayName("VM in the image means nothing to a ring that is not 0")
  void vmNeedsRing0() {
    pc.ring3();
    frame32(0x30000, CODE3, Eflags.VM);
    assertEquals("nothing", iret());
    assertFalse(cpu.virtual8086());
  }

  @Test
  @DisplayName("inside virtual-8086 mode IOPL guards IRET")
  void guardedInVirtual8086() {
    pc.virtual8086(0);
    assertEquals("#GP(0x0)", iret());
    pc.virtual8086(3);
    pc.bus.write32(0x40800, 0x200);
    pc.bus.write16(0x40804, Eflags.CF);
    assertEquals("nothing", pc.raised(() -> cpu.interruptReturn.execute(false)));
    assertEquals(0x200, cpu.eip);
    assertEquals(3, cpu.flags.iopl());
  }

  @Test
  @DisplayName("a bad return selector is reported with the frame still on the stack")
  void badSelectors() {
    frame32(0x30000, DATA0, 0);
    int esp = cpu.gpr[Cpu.ESP];
    assertEquals("#GP(0x10)", iret());
    frame32(0x30000, 0, 0);
    assertEquals("#GP(0x0)", iret());
    frame32(0x30000, CODE3, 0, 0x5000, DATA0);
    assertEquals("#GP(0x10)", iret());
    assertEquals(esp - 8, cpu.gpr[Cpu.ESP]);
    assertEquals(CODE0, cpu.cs.selector);
  }
}
