package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.SegmentRegister.DS;
import static dev.biosgateway.x86.cpu.SegmentRegister.ES;
import static dev.biosgateway.x86.cpu.SegmentRegister.SS;
import static dev.biosgateway.x86.cpu.TestPc.BITS16;
import static dev.biosgateway.x86.cpu.TestPc.BITS32;
import static dev.biosgateway.x86.cpu.TestPc.CODE;
import static dev.biosgateway.x86.cpu.TestPc.CONFORMING;
import static dev.biosgateway.x86.cpu.TestPc.DATA;
import static dev.biosgateway.x86.cpu.TestPc.EXECUTE_ONLY;
import static dev.biosgateway.x86.cpu.TestPc.EXPAND_DOWN;
import static dev.biosgateway.x86.cpu.TestPc.FREE;
import static dev.biosgateway.x86.cpu.TestPc.PAGES32;
import static dev.biosgateway.x86.cpu.TestPc.READ_ONLY;
import static dev.biosgateway.x86.cpu.TestPc.RING3;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SegmentLoadTest {
  private final TestPc pc = new TestPc().protect();
  private final Cpu cpu = pc.cpu;

  private String load(int segment, int selector) {
    return pc.raised(() -> cpu.segmentLoad.load(segment, selector));
  }

  @Test
  @DisplayName("real mode: base is the selector times 16, the limit stays")
  void realMode() {
    TestPc real = new TestPc().real();
    real.cpu.segmentLoad.load(ES, 0xb800);
    assertEquals(0xb8000, real.cpu.segments[ES].base);
    assertEquals(0xffff, real.cpu.segments[ES].limit);
  }

  @Test
  @DisplayName("unreal mode: a limit of 4 GB from protected mode survives loads in real mode")
  void unrealMode() {
    pc.bus.write8(0x300123, 0x42);
    cpu.segmentLoad.load(DS, TestPc.DATA0);
    cpu.controlRegisters.writeCr0(cpu.cr0 & ~Cpu.CR0_PE);
    cpu.segmentLoad.load(DS, 0x10);
    assertEquals(0x42, cpu.loadStore.load8(DS, 0x300023));
  }

  @Test
  @DisplayName("hidden parts survive a GDT that is gone, and the next load finds it gone")
  void tablesGone() {
    cpu.gdtrBase = 0;
    cpu.gdtrLimit = 0;
    assertEquals("nothing", pc.raised(() -> cpu.loadStore.load32(DS, 0x300000)));
    assertEquals("#GP(0x10)", load(DS, TestPc.DATA0));
  }

  @Test
  @DisplayName("a load takes base, limit with granularity and rights, and sets the accessed bit")
  void hiddenPart() {
    pc.descriptor(FREE, 0x12345678, 0x00345, DATA, PAGES32);
    assertEquals("nothing", load(ES, FREE));
    assertEquals(0x12345678, cpu.segments[ES].base);
    assertEquals(0x345fff, cpu.segments[ES].limit);
    assertEquals(0xc093, cpu.segments[ES].rights);
    assertEquals(0x93, pc.bus.read8(TestPc.GDT + FREE + 5));
  }

  @Test
  @DisplayName("selectors from the LDT, and beyond the end of either table")
  void tables() {
    pc.descriptor(0x0c, 0x5000, 0xff, DATA, BITS32);
    assertEquals("nothing", load(ES, 0x0c));
    assertEquals(0x5000, cpu.segments[ES].base);
    assertEquals("#GP(0x84)", load(ES, 0x84));
    assertEquals("#GP(0x400)", load(ES, 0x400));
    cpu.ldtr.usable = false;
    assertEquals("#GP(0xc)", load(ES, 0x0f));
  }

  @Test
  @DisplayName("a null selector can be loaded but not used; not at all into SS")
  void nullSelector() {
    assertEquals("nothing", load(ES, 3));
    assertEquals(3, cpu.segments[ES].selector);
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.loadStore.load8(ES, 0)));
    assertEquals("#GP(0x0)", load(SS, 0));
  }

  @Test
  @DisplayName("data registers take readable segments only, SS writable data of its ring only")
  void types() {
    pc.descriptor(FREE, 0, 0xffff, EXECUTE_ONLY, BITS32);
    assertEquals("#GP(0x38)", load(DS, FREE));
    pc.descriptor(FREE, 0, 0xffff, CODE, BITS32);
    assertEquals("nothing", load(DS, FREE));
    assertEquals("#GP(0x38)", load(SS, FREE));
    pc.descriptor(FREE, 0, 0xffff, READ_ONLY, BITS32);
    assertEquals("nothing", load(DS, FREE));
    assertEquals("#GP(0x38)", load(SS, FREE));
    assertEquals("#GP(0x28)", load(DS, TestPc.TSS_SELECTOR));
    assertEquals("#GP(0x20)", load(SS, TestPc.DATA3));
  }

  @Test
  @DisplayName("CPL and RPL must both be inside DPL, but for conforming code")
  void privileges() {
    pc.ring3();
    assertEquals("#GP(0x10)", load(DS, TestPc.DATA0));
    pc.descriptor(FREE, 0, 0xffff, CONFORMING, BITS32);
    assertEquals("nothing", load(DS, FREE | 3));
  }

  @Test
  @DisplayName("not present: #NP for data, #SS for the stack, and nothing has changed")
  void notPresent() {
    pc.descriptor(FREE, 0, 0xffff, DATA & ~0x80, BITS32);
    int before = cpu.ss.selector;
    assertEquals("#NP(0x38)", load(DS, FREE));
    assertEquals("#SS(0x38)", load(SS, FREE));
    assertEquals(before, cpu.ss.selector);
    assertFalse((pc.bus.read8(TestPc.GDT + FREE + 5) & 1) != 0, "accessed bit");
  }

  @Test
  @DisplayName("read-only and execute-only segments guard their bytes")
  void accessTypes() {
    pc.descriptor(FREE, 0, 0xffff, READ_ONLY, BITS32);
    load(DS, FREE);
    assertEquals("nothing", pc.raised(() -> cpu.loadStore.load8(DS, 0)));
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.loadStore.store8(DS, 0, 0)));
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.loadStore.store8(SegmentRegister.CS, 0, 0)));
  }

  @Test
  @DisplayName("expand-down segments begin above their limit and end at 64 KB or 4 GB")
  void expandDown() {
    pc.descriptor(FREE, 0, 0x0fff, EXPAND_DOWN, BITS16);
    load(DS, FREE);
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.loadStore.load8(DS, 0xfff)));
    assertEquals("nothing", pc.raised(() -> cpu.loadStore.load32(DS, 0x1000)));
    assertEquals("nothing", pc.raised(() -> cpu.loadStore.load32(DS, 0xfffc)));
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.loadStore.load32(DS, 0xfffd)));
    pc.descriptor(FREE, 0, 0x0fff, EXPAND_DOWN | RING3, BITS32);
    load(DS, FREE);
    assertEquals("nothing", pc.raised(() -> cpu.loadStore.load32(DS, 0x100000)));
  }

  @Test
  @DisplayName("an access over the end of the segment faults, with the vector of its register")
  void limits() {
    pc.descriptor(FREE, 0, 0x0fff, DATA, BITS32);
    load(DS, FREE);
    load(SS, FREE);
    assertEquals("nothing", pc.raised(() -> cpu.loadStore.load32(DS, 0xffc)));
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.loadStore.load32(DS, 0xffd)));
    assertEquals("#SS(0x0)", pc.raised(() -> cpu.loadStore.store16(SS, 0xfff, 0)));
  }

  @Test
  @DisplayName("LDS changes neither register when the selector is bad")
  void ldsIsAllOrNothing() {
    pc.memory(0x6000, "78 56 34 12 F8 03");
    cpu.gpr[Cpu.EBX] = 7;
    pc.idtGate(CpuException.GP, 0x8e, TestPc.CODE0, 0x20000);
    pc.code("C5 1D 00 60 00 00").step(1); // lds ebx,[6000h]
    assertEquals(0x20000, cpu.eip, "at the #GP handler");
    assertEquals(7, cpu.gpr[Cpu.EBX]);
    assertEquals(TestPc.DATA0, cpu.segments[DS].selector);
  }

  @Test
  @DisplayName("POP DS reads a word and moves ESP by the operand size")
  void popSegment() {
    cpu.gpr[Cpu.ESP] = 0x6000;
    pc.memory(0x6000, "10 00 FF FF");
    pc.code("1F").step(1);
    assertEquals(TestPc.DATA0, cpu.segments[DS].selector);
    assertEquals(0x6004, cpu.gpr[Cpu.ESP]);
  }

  @Test
  @DisplayName("MOV CS is an undefined opcode")
  void movToCs() {
    pc.idtGate(CpuException.UD, 0x8e, TestPc.CODE0, 0x20000);
    pc.code("8E C8").step(1);
    assertEquals(0x20000, cpu.eip);
  }
}
