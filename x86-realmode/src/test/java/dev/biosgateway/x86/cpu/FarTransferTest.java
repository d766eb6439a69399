package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.SegmentRegister.DS;
import static dev.biosgateway.x86.cpu.SegmentRegister.ES;
import static dev.biosgateway.x86.cpu.SegmentRegister.FS;
import static dev.biosgateway.x86.cpu.TestPc.BITS16;
import static dev.biosgateway.x86.cpu.TestPc.BITS32;
import static dev.biosgateway.x86.cpu.TestPc.CODE;
import static dev.biosgateway.x86.cpu.TestPc.CODE0;
import static dev.biosgateway.x86.cpu.TestPc.CODE3;
import static dev.biosgateway.x86.cpu.TestPc.CONFORMING;
import static dev.biosgateway.x86.cpu.TestPc.DATA0;
import static dev.biosgateway.x86.cpu.TestPc.DATA3;
import static dev.biosgateway.x86.cpu.TestPc.FREE;
import static dev.biosgateway.x86.cpu.TestPc.PAGES32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FarTransferTest {
  private static final int CALL_GATE_32 = 0x8c;
  private static final int CALL_GATE_16 = 0x84;
  private static final int FOR_RING3 = 0x60;

  private final TestPc pc = new TestPc().protect();
  private final Cpu cpu = pc.cpu;

  private String jump(int selector, int offset) {
    return pc.raised(() -> cpu.farTransfer.jump(selector, offset, true));
  }

  private String call(int selector, int offset) {
    return pc.raised(() -> cpu.farTransfer.call(selector, offset, true));
  }

  @Test
  @DisplayName("real mode: CALL F000:1234 and RETF, words on the stack")
  void realCallAndReturn() {
    TestPc real = new TestPc().real();
    real.code("9A 34 12 00 F0").memory(0xf1234, "CB").step(1);
    assertEquals(0xf0000, real.cpu.cs.base);
    assertEquals(0x1234, real.cpu.eip);
    assertEquals(0x7c05, real.stack16(0));
    assertEquals(0, real.stack16(1));
    real.step(1);
    assertEquals(0x7c05, real.cpu.eip);
    assertEquals(0x7000, real.cpu.gpr[Cpu.ESP]);
  }

  @Test
  @DisplayName("real mode: an offset beyond the limit of CS is #GP")
  void realLimit() {
    TestPc real = new TestPc().real();
    assertEquals("#GP(0x0)", real.raised(() -> real.cpu.farTransfer.jump(0, 0x10000, true)));
  }

  @Test
  @DisplayName("JMP to a 16-bit code segment: base, D bit and the accessed bit")
  void jumpTo16Bit() {
    pc.descriptor(FREE, 0x20000, 0xffff, CODE, BITS16);
    assertEquals("nothing", jump(FREE, 0x100));
    assertFalse(cpu.cs.big());
    assertEquals(0x20000, cpu.cs.base);
    assertEquals(0x9b, pc.bus.read8(TestPc.GDT + FREE + 5));
  }

  @Test
  @DisplayName("code segments: ring, type, presence and limit are checked, in this order")
  void codeChecks() {
    assertEquals("#GP(0x0)", jump(0, 0));
    assertEquals("#GP(0x400)", jump(0x400, 0));
    assertEquals("#GP(0x10)", jump(DATA0, 0));
    assertEquals("#GP(0x18)", jump(CODE3, 0));
    pc.descriptor(FREE, 0, 0xff, CODE & ~0x80, BITS32);
    assertEquals("#NP(0x38)", jump(FREE, 0x100));
    pc.descriptor(FREE, 0, 0xff, CODE, BITS32);
    assertEquals("#GP(0x0)", jump(FREE, 0x100));
    assertEquals(CODE0, cpu.cs.selector);
  }

  @Test
  @DisplayName("conforming code of an inner ring runs in the caller's ring")
  void conforming() {
    pc.descriptor(FREE, 0, 0xfffff, CONFORMING, PAGES32);
    pc.ring3();
    assertEquals("nothing", jump(FREE, 0x1234));
    assertEquals(FREE | 3, cpu.cs.selector);
    assertEquals(3, cpu.cpl);
  }

  @Test
  @DisplayName("a call gate to ring 0 copies its parameters to the stack of the TSS")
  void callGateInward() {
    pc.gate(FREE, CALL_GATE_32 | FOR_RING3, CODE0, 0x22000, 2);
    pc.ring3();
    cpu.gpr[Cpu.ESP] = 0x5000;
    pc.bus.write32(0x5000, 0x11111111);
    pc.bus.write32(0x5004, 0x22222222);
    assertEquals("nothing", call(FREE | 3, 0xdead));
    assertEquals(0x22000, cpu.eip);
    assertEquals(0, cpu.cpl);
    assertEquals(0x8000 - 24, cpu.gpr[Cpu.ESP]);
    assertEquals(0x10000, pc.stack32(0));
    assertEquals(CODE3, pc.stack32(1));
    assertEquals(0x11111111, pc.stack32(2));
    assertEquals(0x22222222, pc.stack32(3));
    assertEquals(0x5000, pc.stack32(4));
    assertEquals(DATA3, pc.stack32(5));
  }

  @Test
  @DisplayName("RETF n to ring 3 releases on both stacks and takes inner data segments away")
  void returnOutward() {
    pc.descriptor(FREE, 0, 0xfffff, CONFORMING, PAGES32);
    cpu.segmentLoad.load(ES, FREE);
    cpu.segmentLoad.load(FS, DATA3);
    cpu.gpr[Cpu.ESP] = 0x8000 - 24;
    int[] frame = {0x30000, CODE3, 1, 2, 0x5000, DATA3};
    for (int i = 0; i < frame.length; i++) {
      pc.bus.write32(0x8000 - 24 + 4 * i, frame[i]);
    }
    pc.code("CA 08 00").step(1); // retf 8
    assertEquals(0x30000, cpu.eip);
    assertEquals(3, cpu.cpl);
    assertEquals(0x5008, cpu.gpr[Cpu.ESP]);
    assertFalse(cpu.segments[DS].usable, "ring 0 data");
    assertEquals(0, cpu.segments[DS].selector);
    assertTrue(cpu.segments[ES].usable, "conforming code");
    assertTrue(cpu.segments[FS].usable, "ring 3 data");
  }

  @Test
  @DisplayName("a call gate to the same ring pushes in the size of the gate")
  void callGateSameRing() {
    pc.gate(FREE, CALL_GATE_16, CODE0, 0x1234, 0);
    assertEquals("nothing", call(FREE, 0));
    assertEquals(0x1234, cpu.eip);
    assertEquals(0x9000 - 4, cpu.gpr[Cpu.ESP]);
  }

  @Test
  @DisplayName("JMP through a gate stays in its ring")
  void jumpThroughGate() {
    pc.gate(FREE, CALL_GATE_32 | FOR_RING3, CODE0, 0x22000, 0);
    assertEquals("nothing", jump(FREE, 0));
    pc.ring3();
    assertEquals("#GP(0x8)", jump(FREE | 3, 0));
  }

  @Test
  @DisplayName("the gate's DPL, presence and target are checked")
  void gateChecks() {
    pc.gate(FREE, CALL_GATE_32, CODE0, 0, 0);
    pc.ring3();
    assertEquals("#GP(0x38)", call(FREE | 3, 0));
    pc.gate(FREE, CALL_GATE_32 & ~0x80 | FOR_RING3, CODE0, 0, 0);
    assertEquals("#NP(0x38)", call(FREE | 3, 0));
    pc.gate(FREE, CALL_GATE_32 | FOR_RING3, 0, 0, 0);
    assertEquals("#GP(0x0)", call(FREE | 3, 0));
    pc.gate(FREE, CALL_GATE_32 | FOR_RING3, DATA0, 0, 0);
    assertEquals("#GP(0x10)", call(FREE | 3, 0));
    assertEquals("#GP(0x30)", call(TestPc.LDT_SELECTOR | 3, 0));
  }

  @Test
  @DisplayName("an inner stack that is too small is #SS with its selector; nothing has changed")
  void innerStackTooSmall() {
    pc.descriptor(FREE + 8, 0, 0x0f, TestPc.DATA, BITS32);
    pc.innerStack(0, FREE + 8, 0x10);
    pc.gate(FREE, CALL_GATE_32 | FOR_RING3, CODE0, 0x22000, 3);
    pc.ring3();
    assertEquals("#SS(0x40)", call(FREE | 3, 0));
    assertEquals(CODE3, cpu.cs.selector);
    assertEquals(0x5000, cpu.gpr[Cpu.ESP]);
    assertEquals(3, cpu.cpl);
  }

  @Test
  @DisplayName("RETF checks what it finds on the stack before it changes anything")
  void returnChecks() {
    pc.ring3();
    cpu.gpr[Cpu.ESP] = 0x6000;
    pc.bus.write32(0x6004, CODE0);
    assertEquals("#GP(0x8)", pc.raised(() -> cpu.farTransfer.farReturn(0, true)), "inward");
    pc.protect();
    cpu.gpr[Cpu.ESP] = 0x6000;
    pc.bus.write32(0x6004, CODE3);
    pc.bus.write32(0x600c, DATA0);
    assertEquals("#GP(0x10)", pc.raised(() -> cpu.farTransfer.farReturn(0, true)), "ring 0 stack");
    pc.bus.write32(0x6004, 0);
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.farTransfer.farReturn(0, true)), "null");
    assertEquals(0x6000, cpu.gpr[Cpu.ESP]);
  }

  @Test
  @DisplayName("protected to real mode and back, as a trampoline does it")
  void downAndUp() {
    pc.descriptor(FREE, 0x10000, 0xffff, CODE, BITS16);
    pc.descriptor(FREE + 8, 0x10000, 0xffff, TestPc.DATA, BITS16);
    cpu.gpr[Cpu.EAX] = cpu.cr0;
    // jmp 38:0007
    pc.code("EA 07 00 00 00 38 00");
    // mov bx,40h; mov ss,bx; and al,0FEh; mov cr0,eax; jmp 1000:0016
    pc.memory(0x10007, "BB 40 00 8E D3 24 FE 0F 22 C0 EA 16 00 00 10");
    // mov ds,cx; or al,1; mov cr0,eax; jmp dword 08:00010030
    pc.memory(0x10016, "8E D9 0C 01 0F 22 C0 66 EA 30 00 01 00 08 00");
    cpu.gpr[Cpu.ECX] = 0xb800;
    pc.step(6);
    assertFalse(cpu.protectedMode());
    assertEquals(0x1000, cpu.cs.selector);
    assertEquals(0x10000, cpu.cs.base);
    pc.step(1);
    assertEquals(0xb8000, cpu.segments[DS].base);
    pc.step(3);
    assertTrue(cpu.protectedMode());
    assertTrue(cpu.cs.big());
    assertEquals(0x10030, cpu.eip);
  }
}
