package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.fpu.Fpu;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatingPointTest {
  private static final String WAIT = "9B";
  private static final String FNINIT = "DB E3";
  private static final String FLD1 = "D9 E8";
  private static final String FLDZ = "D9 EE";
  private static final String FDIVP = "DE F9";
  private static final String FNSTSW_AX = "DF E0";

  /** Unmasks division by zero and divides 1 by 0; six instructions. */
  private static final String DIVIDE_BY_ZERO =
      FNINIT + "D9 2E 00 50" + FLD1 + FLDZ + FDIVP; // fldcw [5000h]

  private static final int DIVISION_UNMASKED = 0x037b;
  private static final int HANDLER = 0x600;

  private final TestPc pc = new TestPc().real();
  private final Cpu cpu = pc.cpu;

  @ParameterizedTest(name = "{0} with CR0.EM, TS, MP = {1}: {2}")
  @CsvSource({
    "D9E8, 000, nothing",
    "D9E8, 100, #NM",
    "D9E8, 010, #NM",
    "D9E8, 001, nothing",
    "DFE0, 100, #NM",
    "DFE0, 010, #NM",
    "DBE3, 011, #NM",
    "9B,   100, nothing",
    "9B,   010, nothing",
    "9B,   001, nothing",
    "9B, 011, #NM"
  })
  @DisplayName("escapes and WAIT are #NM as table 2-2 of SDM vol. 3 says")
  void deviceNotAvailable(String code, String bits, String expected) {
    for (int vector = 0; vector < 32; vector++) {
      pc.bus.write32(4 * vector, HANDLER + vector);
    }
    cpu.cr0 |= bits.charAt(0) == '1' ? Cpu.CR0_EM : 0;
    cpu.cr0 |= bits.charAt(1) == '1' ? Cpu.CR0_TS : 0;
    cpu.cr0 |= bits.charAt(2) == '1' ? Cpu.CR0_MP : 0;
    pc.code(code).step(1);
    int afterwards = 0x7c00 + code.length() / 2;
    assertEquals(expected.equals("#NM") ? HANDLER + CpuException.NM : afterwards, cpu.eip);
  }

  @Nested
  class PendingErrors {
    @Test
    @DisplayName("with CR0.NE the next waiting instruction is #MF, others are not")
    void native_() {
      cpu.cr0 |= Cpu.CR0_NE;
      pc.bus.write32(4 * CpuException.MF, HANDLER);
      divideByZero(FNSTSW_AX + WAIT).step(2);
      assertEquals(HANDLER, cpu.eip);
      assertEquals(0x7c00 + 14, pc.stack16(0), "the WAIT is where the handler returns to");
      assertEquals(0x80, cpu.gpr[Cpu.EAX] & 0x80, "error summary");
    }

    @Test
    @DisplayName("without CR0.NE the CPU drives FERR# and waits for the interrupt")
    void throughPins() {
      List<Boolean> ferr = new java.util.ArrayList<>();
      cpu.pins.connectFerr(ferr::add);
      divideByZero(WAIT).step(1);
      assertEquals(List.of(false, true), ferr);
      assertEquals(Activity.HLT, cpu.activity);
      assertEquals(0x7c00 + 12, cpu.eip, "stopped in front of the instruction");
      assertEquals(Interpreter.Stop.HALTED, pc.interpreter.run(10));

      pc.bus.write32(4 * 0x75, HANDLER);
      pc.memory(HANDLER, "DB E2 CF"); // fnclex; iret
      cpu.interrupts.setAcknowledge(() -> 0x75);
      cpu.setFlags(Eflags.IF, Eflags.IF);
      cpu.pins.setIntr(true);
      pc.step(1);
      assertEquals(List.of(false, true, false), ferr, "FNCLEX lets go of FERR#");
      cpu.pins.setIntr(false);
      pc.step(2);
      assertEquals(0x7c00 + 13, cpu.eip, "returned to the WAIT, which is over now");
    }

    @Test
    @DisplayName("IGNNE# lets waiting instructions go on in spite of the error")
    void ignored() {
      cpu.pins.setIgnne(true);
      divideByZero(FLD1).step(1);
      assertEquals(0x7c00 + 14, cpu.eip);
      assertTrue(cpu.fpu.exceptionPending());
      assertEquals(Activity.ACTIVE, cpu.activity);
    }

    private TestPc divideByZero(String then) {
      pc.bus.write16(0x5000, DIVISION_UNMASKED);
      return pc.code(DIVIDE_BY_ZERO + then).step(5);
    }
  }

  @Test
  @DisplayName("a model without numeric unit leaves AX and memory alone, so that programs find out")
  void absent() {
    TestPc old = new TestPc(CpuModel.I386).real();
    assertNull(old.cpu.fpu);
    old.cpu.gpr[Cpu.EAX] = 0x5a5a;
    old.bus.write16(0x5000, 0x5a5a);
    old.code(FNINIT + FNSTSW_AX + "DD 3E 00 50").step(3); // fnstsw [5000h]
    assertEquals(0x5a5a, old.cpu.gpr[Cpu.EAX]);
    assertEquals(0x5a5a, old.bus.read16(0x5000));
    assertEquals(0x7c08, old.cpu.eip);
  }

  @Test
  @DisplayName("FCOMI is undefined before the P6")
  void olderModels() {
    TestPc old = new TestPc(CpuModel.PENTIUM).real();
    old.bus.write32(4 * CpuException.UD, HANDLER);
    old.code("DB F1").step(1);
    assertEquals(HANDLER, old.cpu.eip);
  }

  @Nested
  class Images {
    @Test
    @DisplayName("FNSTENV in real mode has 20-bit addresses and the opcode, then masks everything")
    void realMode() {
      cpu.segmentLoad.loadReal(cpu.segments[SegmentRegister.DS], 0x1234);
      pc.bus.write32(0x12340 + 0x5000, 0x3f800000); // 1.0
      cpu.fpu.initialize();
      cpu.fpu.setControlWord(DIVISION_UNMASKED);
      pc.code("D9 06 00 50  D9 36 00 60").step(2); // fld dword [5000h]; fnstenv [6000h]
      int at = 0x12340 + 0x6000;
      assertEquals(DIVISION_UNMASKED, pc.bus.read16(at));
      assertEquals(7 << 11, pc.bus.read16(at + 2), "TOP is 7");
      assertEquals(0x3fff, pc.bus.read16(at + 4), "R7 is valid, all others empty");
      assertEquals(0x7c00, pc.bus.read16(at + 6));
      assertEquals(0x0106, pc.bus.read16(at + 8), "opcode D9 06 without its five fixed bits");
      assertEquals(0x7340, pc.bus.read16(at + 10), "1234:5000 is linear 17340h");
      assertEquals(0x1000, pc.bus.read16(at + 12));
      assertEquals(0x037f, cpu.fpu.controlWord());
    }

    @Test
    @DisplayName("FNSAVE in 32-bit protected mode has selectors, and FRSTOR brings everything back")
    void protectedMode() {
      pc.protect();
      pc.bus.write32(0x15000, 0x40490fdb); // pi
      String load = "DB E3 D9 05 00 50 01 00 D9 EE"; // fninit; fld dword [15000h]; fldz
      pc.code(load + "DD 35 00 60 01 00 DD 25 00 60 01 00").step(4); // fnsave; frstor [16000h]
      assertEquals(0xffff037f, pc.bus.read32(0x16000));
      assertEquals(0xffff0000 | 6 << 11, pc.bus.read32(0x16004));
      assertEquals(0xffff1fff, pc.bus.read32(0x16008), "R7 valid, R6 zero");
      assertEquals(0x10008, pc.bus.read32(0x1600c), "the FLDZ");
      assertEquals(0x01ee0008, pc.bus.read32(0x16010), "opcode and selector of code");
      assertEquals(0x15000, pc.bus.read32(0x16014));
      assertEquals(0xffff0010, pc.bus.read32(0x16018));
      assertEquals(0x4000, pc.bus.read16(0x1601c + 18), "ST(1): exponent of pi");

      assertEquals(0, cpu.fpu.occupied(), "FNSAVE initializes");
      pc.step(1);
      assertEquals(6 << 11, cpu.fpu.statusWord());
      assertEquals(0xc0, cpu.fpu.occupied());
      assertEquals(0xc90fdb0000000000L, cpu.fpu.significand(1));
      assertEquals(0x10008, cpu.fpu.instructionPointer);
      assertEquals(0x1ee, cpu.fpu.opcode);
    }
  }

  @Test
  @DisplayName("a store that faults leaves stack and status as they were")
  void preciseStore() {
    pc.bus.write32(4 * CpuException.GP, HANDLER);
    pc.code(FNINIT + "D9 EB D9 1E FD FF").step(3); // fninit; fldpi; fstp dword [FFFDh]
    assertEquals(HANDLER, cpu.eip);
    assertFalse(cpu.fpu.isEmpty(0));
    assertEquals(7 << 11, cpu.fpu.statusWord(), "no #P: nothing was stored");
    assertEquals(0x7c02, cpu.fpu.instructionPointer, "the FLDPI");
  }

  @Test
  @DisplayName("the state of the unit is part of the CPU's section")
  void state() {
    pc.code(FNINIT + "D9 EB" + FLD1 + "D8 F1").step(4); // 1 / pi
    Section saved = new Section(cpu.sectionName());
    cpu.save(saved);
    Fpu fpu = cpu.fpu;
    long quotient = fpu.significand(0);
    fpu.reset();
    cpu.restore(saved.rewind());
    assertEquals(quotient, fpu.significand(0));
    Section again = new Section(cpu.sectionName());
    cpu.save(again);
    assertEquals(List.of(), saved.differences(again));
  }
}
