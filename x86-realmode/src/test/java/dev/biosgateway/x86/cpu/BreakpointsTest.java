package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.TestPc.CODE0;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.isa.CpuModel;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Debug exceptions: what the debug registers watch, single steps, ICEBP, and RF. */
class BreakpointsTest {
  private static final int HANDLER = 0x20000;
  private static final int START = 0x10000;
  private static final int BS = 1 << 14;

  private static final int EXECUTED = 0;
  private static final int WRITTEN = 1;
  private static final int PORT = 2;
  private static final int TOUCHED = 3;

  private final TestPc pc = new TestPc().protect();
  private final Cpu cpu = pc.cpu;

  @BeforeEach
  void handler() {
    pc.idtGate(CpuException.DB, 0x8e, CODE0, HANDLER);
    cpu.cr4 = Cpu.CR4_DE;
  }

  private void watch(int n, int address, int condition, int lengthField) {
    cpu.dr[n] = address;
    cpu.dr[7] |= 1 << 2 * n | (condition | lengthField << 2) << 16 + 4 * n;
    cpu.debug.review();
  }

  private boolean inHandler() {
    return cpu.eip == HANDLER;
  }

  private int pushedFlags() {
    return pc.stack32(2);
  }

  @Nested
  class OnInstructions {
    @Test
    @DisplayName("a fault before the instruction, RF = 0 in the image; RF = 1 lets it through once")
    void fault() {
      // or dword [esp+8], 10000h; iretd
      pc.memory(HANDLER, "81 4C 24 08 00 00 01 00 CF");
      watch(2, START + 1, EXECUTED, 0);
      pc.code("90 41 EB FC").step(2); // nop; inc ecx; jmp START
      assertTrue(inHandler());
      assertEquals(0, cpu.gpr[Cpu.ECX]);
      assertEquals(START + 1, pc.stack32(0));
      assertEquals(0, pushedFlags() & Eflags.RF);
      assertEquals(0xffff0ff4, cpu.dr[6]);
      pc.step(2);
      assertEquals(Eflags.RF, cpu.flags.get() & Eflags.RF);
      pc.step(1);
      assertEquals(1, cpu.gpr[Cpu.ECX]);
      assertEquals(0, cpu.flags.get() & Eflags.RF);
      pc.step(3);
      assertTrue(inHandler(), "the next time round it hits again");
    }

    @Test
    @DisplayName("it hits in the middle of a run, and the run counts it as one")
    void inRun() {
      watch(0, START + 5, EXECUTED, 0);
      pc.code("90 90 90 90 90 90 90").memory(HANDLER, "EB FE");
      pc.interpreter.run(8);
      assertTrue(inHandler());
      assertEquals(8, pc.clock.retiredInstructions(), "5 NOPs, the fault, 2 jumps");
    }

    @Test
    @DisplayName("an interrupt before the instruction that RF lets through keeps RF in its image")
    void interruptInBetween() {
      pc.idtGate(0x40, 0x8e, CODE0, HANDLER + 0x100);
      cpu.interrupts.setAcknowledge(() -> 0x40);
      cpu.pins.setIntr(true);
      watch(0, START + 0x10, EXECUTED, 0);
      // The image of a debugger's IRETD: RF and IF.
      pc.bus.write32(0x9000, START + 0x10);
      pc.bus.write32(0x9004, CODE0);
      pc.bus.write32(0x9008, Eflags.RF | Eflags.IF | 2);
      pc.code("CF").step(2);
      assertEquals(HANDLER + 0x100 + 2, cpu.eip, "the first instruction of the other handler");
      assertEquals(Eflags.RF, pushedFlags() & Eflags.RF);
    }

    @Test
    @DisplayName("none in the shadow of MOV SS")
    void shadow() {
      watch(0, START + 2, EXECUTED, 0);
      cpu.gpr[Cpu.EAX] = TestPc.DATA0;
      pc.code("8E D0 90 90").step(2);
      assertEquals(START + 3, cpu.eip);
    }

    @Test
    @DisplayName("the first byte counts, and prefixes belong to the instruction")
    void firstByte() {
      watch(0, START + 1, EXECUTED, 0);
      pc.code("66 90").step(1);
      assertEquals(START + 2, cpu.eip);
    }
  }

  @Nested
  class OnData {
    @ParameterizedTest(name = "R/W {0} LEN {1} at 5004h+{2}, {3}: {4}")
    @CsvSource({
      // length field 0: 1 byte, 1: 2 bytes, 3: 4 bytes
      "1, 0, 0, A2 04500000, true",
      "1, 0, 0, A0 04500000, false",
      "3, 0, 0, A0 04500000, true",
      "3, 0, 0, A0 05500000, false",
      "3, 0, 0, A1 01500000, true",
      "3, 0, 0, A1 00500000, false",
      "3, 1, 1, A0 04500000, true",
      "3, 1, 1, A0 06500000, false",
      "1, 3, 3, A2 04500000, true",
      "1, 3, 0, A2 07500000, true",
      "1, 3, 0, A2 08500000, false",
      "1, 0, 0, FE05 04500000, true",
      "3, 0, 0, 8D05 04500000, false",
      "1, 0, 0, 803D 0450000000, false",
      "3, 0, 0, 803D 0450000000, true"
    })
    @DisplayName("by length and kind of access")
    void matching(int condition, int lengthField, int offset, String code, boolean hits) {
      watch(3, 0x5004 + offset, condition, lengthField);
      pc.code(code).step(1);
      assertEquals(hits, inHandler());
      assertEquals(hits ? 8 : 0, cpu.dr[6] & 0xf);
      if (hits) {
        int length = HexFormat.of().parseHex(code.replace(" ", "")).length;
        assertEquals(START + length, pc.stack32(0), "a trap, after the instruction");
      }
    }

    @Test
    @DisplayName("pushes and pops are accesses")
    void stack() {
      watch(0, 0x8ffc, WRITTEN, 3);
      watch(1, 0x9000, TOUCHED, 3);
      pc.code("50").step(1);
      assertTrue(inHandler());
      assertEquals(1, cpu.dr[6] & 0xf);
      cpu.dr[6] = DebugRegisters.DR6_FIXED;
      cpu.gpr[Cpu.ESP] = 0x9000;
      pc.at(START).code("58").step(1);
      assertEquals(2, cpu.dr[6] & 0xf);
    }

    @Test
    @DisplayName("an instruction that faults after the access has no trap")
    void faulting() {
      pc.idtGate(CpuException.GP, 0x8e, CODE0, HANDLER + 0x100);
      pc.memory(HANDLER + 0x100, "90 90");
      watch(0, 0x5000, TOUCHED, 0);
      cpu.gpr[Cpu.ESI] = 0x5000;
      pc.load(cpu.segments[SegmentRegister.ES], CODE0); // not writable
      pc.code("A4").step(3);
      assertEquals(HANDLER + 0x102, cpu.eip);
      assertEquals(0, cpu.dr[6] & 0xf);
    }

    @Test
    @DisplayName("a repeated instruction traps after the pass, and goes on with RF set")
    void repeated() {
      watch(0, 0x5003, WRITTEN, 0);
      cpu.gpr[Cpu.EDI] = 0x5000;
      cpu.gpr[Cpu.ECX] = 10;
      pc.memory(HANDLER, "CF").code("F3 AA 90");
      pc.interpreter.run(4);
      assertTrue(inHandler());
      assertEquals(6, cpu.gpr[Cpu.ECX]);
      assertEquals(START, pc.stack32(0));
      assertEquals(Eflags.RF, pushedFlags() & Eflags.RF);
      pc.step(2);
      assertEquals(0, cpu.gpr[Cpu.ECX]);
      assertEquals(START + 2, cpu.eip);
    }

    @Test
    @DisplayName("MOV SS from watched memory traps after the next instruction")
    void shadow() {
      pc.bus.write16(0x5000, TestPc.DATA0);
      watch(0, 0x5000, TOUCHED, 1);
      pc.code("8E 15 00 50 00 00 90 90").step(1);
      assertFalse(inHandler());
      pc.step(1);
      assertTrue(inHandler());
      assertEquals(START + 7, pc.stack32(0));
    }

    @Test
    @DisplayName("addresses are linear: another segment base reaches the same breakpoint")
    void linear() {
      pc.descriptor(TestPc.FREE, 0x4000, 0xffff, TestPc.DATA, TestPc.BITS32);
      pc.load(cpu.segments[SegmentRegister.FS], TestPc.FREE);
      watch(0, 0x5000, WRITTEN, 0);
      pc.code("64 A2 00 10 00 00").step(1);
      assertTrue(inHandler());
    }
  }

  @Nested
  class OnPorts {
    @ParameterizedTest(name = "{0} with CR4.DE {1}: {2}")
    @CsvSource({
      "E461, true, true",
      "E660, true, true",
      "E560, true, true",
      "E662, true, false",
      "E55E, true, true",
      "E461, false, false"
    })
    @DisplayName("with CR4.DE, by overlap")
    void ports(String code, boolean extension, boolean hits) {
      cpu.cr4 = extension ? Cpu.CR4_DE : 0;
      watch(1, 0x60, PORT, 1);
      pc.code(code).step(1);
      assertEquals(hits, inHandler());
      assertEquals(hits ? 2 : 0, cpu.dr[6] & 0xf);
    }

    @Test
    @DisplayName("CR4.DE switches them on and off")
    void switched() {
      cpu.cr4 = 0;
      watch(1, 0x60, PORT, 0);
      assertFalse(cpu.debug.armed());
      cpu.controlRegisters.writeCr4(Cpu.CR4_DE);
      pc.code("6C").memory(0x5000, "00"); // insb
      cpu.gpr[Cpu.EDI] = 0x5000;
      cpu.gpr[Cpu.EDX] = 0x60;
      pc.step(1);
      assertTrue(inHandler());
    }
  }

  @Nested
  class SingleStep {
    @Test
    @DisplayName("TF traps after the instruction that follows the POPF which set it")
    void popf() {
      pc.bus.write32(0x9000, Eflags.TF | 2);
      pc.code("9D 90 90").step(1);
      assertFalse(inHandler());
      pc.step(1);
      assertTrue(inHandler());
      assertEquals(START + 2, pc.stack32(0));
      assertEquals(BS, cpu.dr[6] & BS);
      assertEquals(0, cpu.flags.get() & Eflags.TF);
      assertEquals(Eflags.TF, pushedFlags() & Eflags.TF);
    }

    @Test
    @DisplayName("each pass of REP is a step")
    void repeated() {
      pc.memory(HANDLER, "CF");
      cpu.setFlags(Eflags.TF, Eflags.TF);
      cpu.gpr[Cpu.EDI] = 0x5000;
      cpu.gpr[Cpu.ECX] = 3;
      pc.code("F3 AA 90");
      pc.interpreter.run(1);
      assertTrue(inHandler());
      assertEquals(2, cpu.gpr[Cpu.ECX]);
      assertEquals(START, pc.stack32(0));
      assertEquals(Eflags.RF, pushedFlags() & Eflags.RF);
      pc.interpreter.run(2);
      assertEquals(1, cpu.gpr[Cpu.ECX]);
      pc.interpreter.run(2);
      assertEquals(START + 2, pc.stack32(0), "the last one ends the instruction");
      assertEquals(0, pushedFlags() & Eflags.RF);
    }

    @Test
    @DisplayName("INT n runs its handler without steps; none follows MOV SS")
    void intAndMovSs() {
      pc.idtGate(0x40, 0x8e, CODE0, HANDLER + 0x100);
      pc.memory(HANDLER + 0x100, "90 90");
      cpu.setFlags(Eflags.TF, Eflags.TF);
      pc.code("CD 40").step(3);
      assertEquals(HANDLER + 0x102, cpu.eip);
      cpu.gpr[Cpu.ESP] = 0x9000;
      cpu.gpr[Cpu.EAX] = TestPc.DATA0;
      cpu.setFlags(Eflags.TF, Eflags.TF);
      pc.at(START).code("8E D0 90").step(1);
      assertEquals(START + 2, cpu.eip);
      pc.step(1);
      assertTrue(inHandler());
      assertEquals(START + 3, pc.stack32(0));
    }

    @Test
    @DisplayName("a trap of the host in front of an instruction is not a step")
    void hostTrap() {
      cpu.setFlags(Eflags.TF, Eflags.TF);
      pc.code("90 90");
      pc.interpreter.setTrap(START, c -> Trap.Outcome.STOP);
      assertEquals(Interpreter.Stop.TRAP, pc.interpreter.run(1));
      assertEquals(START, cpu.eip);
      pc.interpreter.run(1);
      assertTrue(inHandler());
      assertEquals(START + 1, pc.stack32(0));
    }

    @Test
    @DisplayName("in real mode and in virtual-8086 mode too")
    void otherModes() {
      TestPc real = new TestPc(CpuModel.I8086).real();
      real.bus.write32(4, 0x600);
      real.cpu.setFlags(Eflags.TF, Eflags.TF);
      real.code("90").step(1);
      assertEquals(0x600, real.cpu.eip);
      assertEquals(0x7c01, real.stack16(0));
      pc.virtual8086(0);
      cpu.setFlags(Eflags.TF, Eflags.TF);
      pc.code("90").step(1);
      assertTrue(inHandler());
      assertFalse(cpu.virtual8086());
      assertEquals(0x101, pc.stack32(0));
    }
  }

  @Test
  @DisplayName("ICEBP goes to vector 1 from any ring, and leaves DR6 alone")
  void icebp() {
    pc.ring3().code("F1").step(1);
    assertTrue(inHandler());
    assertEquals(START + 1, pc.stack32(0));
    assertEquals(DebugRegisters.DR6_FIXED, cpu.dr[6]);
  }

  @Test
  @DisplayName("general detect is a fault: RF = 1 in the image, the MOV has not happened")
  void generalDetect() {
    cpu.dr[7] |= 1 << 13;
    pc.code("0F 23 C0").step(1);
    assertTrue(inHandler());
    assertEquals(START, pc.stack32(0));
    assertEquals(Eflags.RF, pushedFlags() & Eflags.RF);
  }

  @Test
  @DisplayName("with no breakpoint enabled nothing is slower: no attention, no close look")
  void freeWhenOff() {
    watch(0, 0x5000, TOUCHED, 0);
    assertEquals(0, cpu.ss.readableBytes);
    cpu.gpr[Cpu.EAX] = 0;
    pc.code("0F 23 F8 90 90 90").step(2); // mov dr7, eax
    assertFalse(cpu.attention);
    assertEquals(1L << 32, cpu.ss.readableBytes);
  }

  @Test
  @DisplayName("a restored state has its breakpoints armed again")
  void restored() {
    watch(0, 0x5000, TOUCHED, 0);
    dev.biosgateway.x86.state.Section saved = new dev.biosgateway.x86.state.Section("cpu");
    cpu.save(saved);
    cpu.reset();
    assertFalse(cpu.debug.armed());
    cpu.restore(saved.rewind());
    pc.code("A0 00 50 00 00").step(1);
    assertTrue(inHandler());
  }
}
