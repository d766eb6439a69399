package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.TestPc.CODE0;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.isa.CpuModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** #AC (SDM vol. 3, table 6-7): the requirements are what an AMD Zen did in user mode. */
class AlignmentCheckTest {
  private static final int HANDLER = 0x20000;
  private static final int START = 0x10000;
  private static final int AT = 0x6000;

  private final TestPc pc = new TestPc(CpuModel.PENTIUM_MMX).protect();
  private final Cpu cpu = pc.cpu;

  @BeforeEach
  void checking() {
    pc.idtGate(CpuException.AC, 0x8e, CODE0, HANDLER);
    cpu.controlRegisters.writeCr0(cpu.cr0 & ~(Cpu.CR0_CD | Cpu.CR0_NW) | Cpu.CR0_AM);
    pc.ring3();
    cpu.setFlags(Eflags.AC, Eflags.AC);
    cpu.fpu.initialize();
  }

  private boolean faults(String code, int address) {
    cpu.gpr[Cpu.EDI] = address;
    pc.at(START).code(code).step(1);
    return cpu.eip == HANDLER;
  }

  @ParameterizedTest(name = "{0} at +{1}: {2}")
  @CsvSource({
    "8B07, 1, true", // mov eax, [edi]
    "8B07, 2, true",
    "8B07, 4, false",
    "8907, 2, true",
    "668B07, 2, false",
    "668B07, 1, true",
    "8A07, 1, false",
    "660107, 1, true",
    "0FAB07, 2, true", // bts [edi], eax
    "660FAB07, 2, false",
    "FF37, 2, true", // push dword [edi]
    "8D07, 1, false", // lea
    "0F6F07, 4, true", // movq mm0, [edi]
    "0F6F07, 8, false",
    "0F6007, 4, false", // punpcklbw
    "0F6007, 2, true",
    "D907, 2, true", // fld dword
    "DD07, 4, true", // fld qword
    "DB2F, 8, false", // fld tword
    "DB2F, 4, true",
    "DF27, 4, true", // fbld
    "D92F, 1, true", // fldcw
    "D937, 4, false", // fnstenv
    "D937, 2, true",
    "66D937, 2, false",
    "66D937, 1, true",
    "DD37, 4, false", // fnsave
    "DD37, 2, true",
    "66DD37, 2, false",
    "DD27, 4, false", // frstor
    "DD27, 2, true",
    "66DD27, 2, false",
    "66DD27, 1, true",
    "0FC70F, 4, true", // cmpxchg8b
    "0FC70F, 8, false",
    "0FB407, 2, true", // lfs
    "660FB407, 1, true",
    // The manual's own advice for SGDT: two bytes off a doubleword (SDM vol. 3, 3.5.1).
    "0F0107, 2, false",
    "0F0107, 4, true",
    "A5, 2, true", // movsd, ESI aligned
    "F3AB, 2, true"
  })
  @DisplayName("by instruction")
  void requirements(String code, int offset, boolean expected) {
    cpu.gpr[Cpu.ESI] = AT;
    cpu.gpr[Cpu.ECX] = 2;
    assertEquals(expected, faults(code, AT + offset));
  }

  @Test
  @DisplayName("the fault has error code 0, and the instruction has not happened")
  void fault() {
    cpu.gpr[Cpu.EAX] = -1;
    assertTrue(faults("8907", AT + 1));
    assertEquals(0, pc.stack32(0));
    assertEquals(START, pc.stack32(1));
    assertEquals(0, pc.bus.read32(AT));
  }

  @Test
  @DisplayName("a misaligned stack faults on PUSH, near CALL and far CALL")
  void stack() {
    for (String code : new String[] {"50", "E8 00 00 00 00", "9A 00 00 02 00 1B 00"}) {
      pc.protect().ring3();
      cpu.gpr[Cpu.ESP] = 0x5002;
      assertTrue(faults(code, 0), code);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"AM", "AC", "CPL"})
  @DisplayName("CR0.AM, EFLAGS.AC and CPL 3 are all needed; then accesses are fast again")
  void conditions(String missing) {
    switch (missing) {
      case "AM" -> cpu.controlRegisters.writeCr0(cpu.cr0 & ~Cpu.CR0_AM);
      case "AC" -> cpu.setFlags(0, Eflags.AC);
      default -> {
        pc.protect();
        cpu.setCpl(0);
      }
    }
    assertEquals(1L << 32, cpu.segments[SegmentRegister.DS].readableBytes);
    assertEquals(false, faults("8B07", AT + 1));
  }

  @Test
  @DisplayName("POPF switches it on for the next instruction; the handler in ring 0 is free of it")
  void switchedByProgram() {
    cpu.setFlags(0, Eflags.AC);
    pc.bus.write32(0x5000, Eflags.AC | 2);
    cpu.gpr[Cpu.EDI] = AT + 1;
    pc.memory(HANDLER, "8B 07 90").code("9D 8B 07").step(2);
    assertEquals(HANDLER, cpu.eip);
    pc.step(2);
    assertEquals(HANDLER + 3, cpu.eip);
  }

  @Test
  @DisplayName("it comes before the page fault of the same access")
  void beforePageFault() {
    pc.idtGate(CpuException.PF, 0x8e, CODE0, HANDLER + 0x100);
    for (int i = 0; i < 1024; i++) {
      pc.bus.write32(0x301000 + 4 * i, i == AT >> 12 ? 0 : i << 12 | 7);
    }
    pc.bus.write32(0x300000, 0x301007);
    cpu.controlRegisters.writeCr3(0x300000);
    cpu.controlRegisters.writeCr0(cpu.cr0 | Cpu.CR0_PG);
    assertTrue(faults("8B07", AT + 1));
    pc.ring3();
    cpu.setFlags(Eflags.AC, Eflags.AC);
    faults("8B07", AT);
    assertEquals(HANDLER + 0x100, cpu.eip);
  }
}
