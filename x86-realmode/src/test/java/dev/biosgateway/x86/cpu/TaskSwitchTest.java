package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.TestPc.CODE0;
import static dev.biosgateway.x86.cpu.TestPc.CODE3;
import static dev.biosgateway.x86.cpu.TestPc.DATA0;
import static dev.biosgateway.x86.cpu.TestPc.DATA3;
import static dev.biosgateway.x86.cpu.TestPc.FREE;
import static dev.biosgateway.x86.cpu.TestPc.TSS;
import static dev.biosgateway.x86.cpu.TestPc.TSS_SELECTOR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two tasks: the one of {@link TestPc} and one whose TSS is at 4000h. */
class TaskSwitchTest {
  private static final int OTHER = 0x4000;
  private static final int OTHER_SELECTOR = FREE;
  private static final int GATE = FREE + 8;
  private static final int AVAILABLE_32 = 0x89;
  private static final int AVAILABLE_16 = 0x81;
  private static final int TASK_GATE = 0x85;

  private final TestPc pc = new TestPc().protect();
  private final Cpu cpu = pc.cpu;

  @BeforeEach
  void secondTask() {
    // TR was loaded by hand: the table must say busy as LTR would.
    pc.bus.write8(TestPc.GDT + TSS_SELECTOR + 5, AVAILABLE_32 | 2);
    pc.descriptor(OTHER_SELECTOR, OTHER, 0x67, AVAILABLE_32, 0);
    pc.bus.write32(OTHER + 0x20, 0x30000);
    pc.bus.write32(OTHER + 0x24, Eflags.CF | 2);
    for (int r = 0; r < 8; r++) {
      pc.bus.write32(OTHER + 0x28 + 4 * r, 0x1000 * (r + 1));
    }
    segments(DATA0, CODE0, DATA0);
  }

  private void segments(int data, int code, int stack) {
    int[] selectors = {data, code, stack, data, data, data};
    for (int s = 0; s < 6; s++) {
      pc.bus.write32(OTHER + 0x48 + 4 * s, selectors[s]);
    }
  }

  private int typeOf(int selector) {
    return pc.bus.read8(TestPc.GDT + selector + 5);
  }

  @Test
  @DisplayName("JMP to a TSS saves all registers, loads all registers, and moves the busy bit")
  void jump() {
    cpu.gpr[Cpu.EBX] = 0xcafe;
    pc.code("EA 00 00 00 00 38 00").step(1);
    assertEquals(0x30000, cpu.eip);
    assertEquals(OTHER_SELECTOR, cpu.tr.selector);
    assertEquals(0x1000, cpu.gpr[Cpu.EAX]);
    assertEquals(0x8000, cpu.gpr[Cpu.EDI]);
    assertTrue(cpu.flags.cf());
    assertEquals(Cpu.CR0_TS, cpu.cr0 & Cpu.CR0_TS);
    assertEquals(AVAILABLE_32, typeOf(TSS_SELECTOR));
    assertEquals(AVAILABLE_32 | 2, typeOf(OTHER_SELECTOR));
    assertEquals(0x10007, pc.bus.read32(TSS + 0x20));
    assertEquals(0xcafe, pc.bus.read32(TSS + 0x34));
    assertEquals(CODE0, pc.bus.read16(TSS + 0x4c));
    assertEquals(0, cpu.flags.system & Eflags.NT);
  }

  @Test
  @DisplayName("CALL through a task gate nests, IRET goes back")
  void callAndReturn() {
    pc.gate(GATE, TASK_GATE, OTHER_SELECTOR, 0, 0);
    cpu.gpr[Cpu.EBX] = 0xcafe;
    pc.code("9A 00 00 00 00 40 00").memory(0x30000, "CF").step(1);
    assertEquals(Eflags.NT, cpu.flags.system & Eflags.NT);
    assertEquals(TSS_SELECTOR, pc.bus.read16(OTHER));
    assertEquals(AVAILABLE_32 | 2, typeOf(TSS_SELECTOR), "still busy");
    pc.step(1);
    assertEquals(0x10007, cpu.eip);
    assertEquals(TSS_SELECTOR, cpu.tr.selector);
    assertEquals(0xcafe, cpu.gpr[Cpu.EBX]);
    assertEquals(AVAILABLE_32, typeOf(OTHER_SELECTOR));
    assertEquals(0, pc.bus.read32(OTHER + 0x24) & Eflags.NT, "NT is saved clear");
    assertEquals(0x30001, pc.bus.read32(OTHER + 0x20));
  }

  @Test
  @DisplayName("a task can be in another ring, with its own LDT")
  void ring3Task() {
    segments(DATA3, CODE3, DATA3);
    pc.bus.write16(OTHER + 0x60, TestPc.LDT_SELECTOR);
    pc.code("EA 00 00 00 00 38 00").step(1);
    assertEquals(3, cpu.cpl);
    assertEquals(TestPc.LDT_SELECTOR, cpu.ldtr.selector);
  }

  @Test
  @DisplayName("a 16-bit TSS has words, and no FS and GS")
  void format16() {
    pc.descriptor(OTHER_SELECTOR, OTHER, 0x2b, AVAILABLE_16, 0);
    int[] words = {0x4321, 2, 1, 2, 3, 4, 0x6000, 6, 7, 8, DATA0, CODE0, DATA0, DATA0, 0};
    for (int i = 0; i < words.length; i++) {
      pc.bus.write16(OTHER + 0x0e + 2 * i, words[i]);
    }
    pc.code("EA 00 00 00 00 38 00").step(1);
    assertEquals(0x4321, cpu.eip);
    assertEquals(1, cpu.reg16(Cpu.EAX));
    assertEquals(0x6000, cpu.reg16(Cpu.ESP));
    assertEquals(0, cpu.segments[SegmentRegister.FS].selector);
  }

  @Test
  @DisplayName("a busy TSS cannot be entered, a short one is #TS, an absent one #NP")
  void checks() {
    assertEquals("#GP(0x28)", pc.raised(() -> cpu.farTransfer.jump(TSS_SELECTOR, 0, true)));
    pc.descriptor(OTHER_SELECTOR, OTHER, 0x66, AVAILABLE_32, 0);
    assertEquals("#TS(0x38)", pc.raised(() -> cpu.farTransfer.jump(OTHER_SELECTOR, 0, true)));
    pc.descriptor(OTHER_SELECTOR, OTHER, 0x67, AVAILABLE_32 & ~0x80, 0);
    assertEquals("#NP(0x38)", pc.raised(() -> cpu.farTransfer.jump(OTHER_SELECTOR, 0, true)));
    assertEquals(TSS_SELECTOR, cpu.tr.selector);
  }

  @Test
  @DisplayName("a bad segment of the new task is #TS at the new task's first instruction")
  void faultInNewTask() {
    segments(0x3f8, CODE0, DATA0);
    pc.idtGate(CpuException.TS, 0x8e, CODE0, 0x20000);
    pc.code("EA 00 00 00 00 38 00").step(1);
    assertEquals(0x20000, cpu.eip);
    assertEquals(OTHER_SELECTOR, cpu.tr.selector);
    assertEquals(0x3f8, pc.stack32(0));
    assertEquals(0x30000, pc.stack32(1));
  }

  @Test
  @DisplayName("a switch clears the local breakpoint enables, and leaves the global ones")
  void localBreakpoints() {
    cpu.dr[7] |= 0x355;
    cpu.dr[0] = 0x30000;
    cpu.debug.review();
    pc.code("EA 00 00 00 00 38 00").step(2);
    assertEquals(0x600, cpu.dr[7]);
    assertEquals(0x30002, cpu.eip, "the instruction of the new task has no breakpoint any more");
  }

  @Test
  @DisplayName("the T bit traps before the first instruction of the new task")
  void trapBit() {
    pc.bus.write16(OTHER + 0x64, 1);
    pc.idtGate(CpuException.DB, 0x8e, CODE0, 0x20000);
    pc.code("EA 00 00 00 00 38 00").step(1);
    assertEquals(0x20000, cpu.eip);
    assertEquals(0x30000, pc.stack32(0));
    assertEquals(1 << 15, cpu.dr[6] & 1 << 15);
  }

  @Test
  @DisplayName("IRET with NT and a link to a task that is not busy is #TS")
  void badLink() {
    pc.bus.write16(TSS, OTHER_SELECTOR);
    cpu.setFlags(Eflags.NT, Eflags.NT);
    assertEquals("#TS(0x38)", pc.raised(() -> cpu.interruptReturn.execute(true)));
  }
}
