package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.TestPc.CODE0;
import static dev.biosgateway.x86.cpu.TestPc.FREE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.isa.CpuModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control, debug and model-specific registers, CPUID, and the instructions on descriptors. */
class SystemRegistersTest {
  private static final int HANDLER = 0x20000;

  private final TestPc pc = new TestPc().protect();
  private final Cpu cpu = pc.cpu;

  /** The vector that the instruction raises, found by the handler it goes to; -1 for none. */
  private int vectorOf(String hex) {
    for (int v = 0; v < 32; v++) {
      pc.idtGate(v, 0x8e, CODE0, HANDLER + v);
    }
    pc.at(0x10000).code(hex).step(1);
    int at = cpu.eip - HANDLER;
    return at >= 0 && at < 32 ? at : -1;
  }

  @Test
  @DisplayName("CR0: PG without PE and NW without CD are #GP; ET is always set")
  void cr0() {
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.controlRegisters.writeCr0(Cpu.CR0_PG)));
    assertEquals(
        "#GP(0x0)", pc.raised(() -> cpu.controlRegisters.writeCr0(Cpu.CR0_PE | Cpu.CR0_NW)));
    cpu.controlRegisters.writeCr0(Cpu.CR0_PE);
    assertEquals(Cpu.CR0_PE | Cpu.CR0_ET, cpu.cr0);
  }

  @Test
  @DisplayName("CR4: a bit the model does not have is #GP, a model without CR4 has no CR4")
  void cr4() {
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.controlRegisters.writeCr4(1 << 9)));
    assertEquals("nothing", pc.raised(() -> cpu.controlRegisters.writeCr4(0x1ff)));
    TestPc old = new TestPc(CpuModel.I386).real();
    old.bus.write32(CpuException.UD * 4, 0x0600);
    old.code("0F 20 E0").step(1); // mov eax,cr4
    assertEquals(0x600, old.cpu.eip);
    TestPc pentium = new TestPc(CpuModel.PENTIUM);
    assertEquals(
        "#GP(0x0)", pentium.raised(() -> pentium.cpu.controlRegisters.writeCr4(Cpu.CR4_PAE)));
  }

  @Test
  @DisplayName("LMSW sets PE and never clears it")
  void lmsw() {
    TestPc real = new TestPc().real();
    real.cpu.gpr[Cpu.EAX] = Cpu.CR0_PE | Cpu.CR0_TS;
    real.code("0F 01 F0").step(1);
    assertTrue(real.cpu.protectedMode());
    cpu.gpr[Cpu.EAX] = 0;
    pc.code("0F 01 F0").step(1);
    assertTrue(cpu.protectedMode());
    assertEquals(0, cpu.cr0 & Cpu.CR0_TS);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "0F 20 C0",
        "0F 22 C0",
        "0F 23 C0",
        "0F 06",
        "0F 01 F0",
        "0F 01 10",
        "0F 01 38",
        "0F 00 D0",
        "0F 00 D8",
        "0F 09",
        "0F 30",
        "0F 32",
        "F4"
      })
  @DisplayName("ring 3 gets #GP from what is privileged")
  void privileged(String hex) {
    pc.ring3();
    assertEquals(CpuException.GP, vectorOf(hex));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"0F 20 C8", "0F 22 E8", "0F 20 F8", "0F AA", "0F 0B", "0F FF"})
  @DisplayName("registers and opcodes that do not exist are #UD")
  void undefined(String hex) {
    assertEquals(CpuException.UD, vectorOf(hex));
  }

  @Test
  @DisplayName(
      "SGDT, SLDT, STR and SMSW are open to ring 3, but need protected mode where tables do")
  void openToAll() {
    pc.ring3();
    pc.code("0F 00 C8").step(1); // str eax
    assertEquals(TestPc.TSS_SELECTOR, cpu.reg16(Cpu.EAX));
    TestPc real = new TestPc().real();
    real.bus.write32(CpuException.UD * 4, 0x0600);
    real.code("0F 00 C8").step(1);
    assertEquals(0x600, real.cpu.eip);
  }

  @Test
  @DisplayName("LGDT with a 16-bit operand takes 24 bits of the base, SGDT stores 32")
  void lgdt() {
    pc.memory(0x6000, "FF 03 44 33 22 11");
    pc.code("66 0F 01 15 00 60 00 00").step(1);
    assertEquals(0x223344, cpu.gdtrBase);
    assertEquals(0x3ff, cpu.gdtrLimit);
    pc.code("0F 01 15 00 60 00 00").step(1);
    assertEquals(0x11223344, cpu.gdtrBase);
    pc.code("66 0F 01 05 00 70 00 00").step(1);
    assertEquals(0x11223344, pc.bus.read32(0x7002));
  }

  @Test
  @DisplayName("LTR marks the TSS busy and refuses a busy one")
  void ltr() {
    pc.descriptor(FREE, 0x4000, 0x67, 0x89, 0);
    cpu.gpr[Cpu.EAX] = FREE;
    pc.code("0F 00 D8").step(1);
    assertEquals(0x4000, cpu.tr.base);
    assertEquals(0x8b, pc.bus.read8(TestPc.GDT + FREE + 5));
    assertEquals(CpuException.GP, vectorOf("0F 00 D8"));
  }

  @Test
  @DisplayName("LLDT wants an LDT of the GDT, or null for none")
  void lldt() {
    cpu.gpr[Cpu.EAX] = TestPc.TSS_SELECTOR;
    assertEquals(CpuException.GP, vectorOf("0F 00 D0"));
    cpu.gpr[Cpu.EAX] = 0;
    assertEquals(-1, vectorOf("0F 00 D0"));
    assertFalse(cpu.ldtr.usable);
  }

  @Test
  @DisplayName("LAR, LSL, VERR and VERW answer with ZF and never fault for a selector")
  void looking() {
    cpu.gpr[Cpu.ECX] = TestPc.DATA3;
    pc.code("0F 02 C1 0F 03 D1 0F 00 E1 0F 00 E9").step(1);
    assertTrue(cpu.flags.zf());
    assertEquals(0xf200, cpu.gpr[Cpu.EAX] & 0xff00);
    pc.step(1);
    assertEquals(-1, cpu.gpr[Cpu.EDX]);
    pc.step(2);
    assertTrue(cpu.flags.zf());
    cpu.gpr[Cpu.ECX] = CODE0;
    assertEquals(-1, vectorOf("0F 00 E9")); // verw
    assertFalse(cpu.flags.zf());
    cpu.gpr[Cpu.ECX] = 0x3f8;
    cpu.gpr[Cpu.EAX] = 77;
    assertEquals(-1, vectorOf("0F 02 C1"));
    assertFalse(cpu.flags.zf());
    assertEquals(77, cpu.gpr[Cpu.EAX]);
  }

  @Test
  @DisplayName("ARPL raises the RPL of a selector, and writes only then")
  void arpl() {
    cpu.gpr[Cpu.EAX] = 0x10;
    cpu.gpr[Cpu.ECX] = 3;
    pc.code("63 C8").step(1);
    assertEquals(0x13, cpu.gpr[Cpu.EAX]);
    assertTrue(cpu.flags.zf());
    pc.code("63 C8").step(1);
    assertFalse(cpu.flags.zf());
    pc.bus.write16(0x20010, 3);
    assertEquals(CpuException.GP, vectorOf("2E 63 0D 10 00 02 00"), "in a code segment");
    cpu.segments[SegmentRegister.ES].rights &= ~2;
    cpu.registersWritten(0);
    assertEquals(-1, vectorOf("26 63 0D 10 00 02 00"), "read-only, but there is nothing to change");
    pc.bus.write16(0x20010, 2);
    assertEquals(CpuException.GP, vectorOf("26 63 0D 10 00 02 00"), "read-only");
  }

  @Test
  @DisplayName("DR4 and DR5 are DR6 and DR7 until CR4.DE; fixed bits stay")
  void debugRegisters() {
    cpu.gpr[Cpu.EAX] = 0;
    pc.code("0F 23 F0 0F 21 E1 0F 23 F8 0F 21 EA").step(4);
    assertEquals(0xffff0ff0, cpu.gpr[Cpu.ECX]);
    assertEquals(0x400, cpu.gpr[Cpu.EDX]);
    cpu.controlRegisters.writeCr4(Cpu.CR4_DE);
    assertEquals(CpuException.UD, vectorOf("0F 21 E1"));
  }

  @Test
  @DisplayName("DR7.GD traps the next access to a debug register")
  void generalDetect() {
    cpu.gpr[Cpu.EAX] = 1 << 13;
    assertEquals(-1, vectorOf("0F 23 F8"));
    assertEquals(CpuException.DB, vectorOf("0F 21 C0"));
    assertEquals(1 << 13, cpu.dr[6] & 1 << 13);
    assertEquals(-1, vectorOf("0F 21 C0"), "the handler can read them");
  }

  @Test
  @DisplayName("CPUID names the model; a leaf too high answers as the highest")
  void cpuid() {
    cpu.gpr[Cpu.EAX] = 0;
    pc.code("0F A2").step(1);
    assertEquals(2, cpu.gpr[Cpu.EAX]);
    assertEquals("GenuineIntel", ascii(Cpu.EBX) + ascii(Cpu.EDX) + ascii(Cpu.ECX));
    cpu.gpr[Cpu.EAX] = 1;
    pc.code("0F A2").step(1);
    assertEquals(CpuModel.PENTIUM_PRO.signature(), cpu.gpr[Cpu.EAX]);
    assertEquals(CpuModel.PENTIUM_PRO.features(), cpu.gpr[Cpu.EDX]);
    cpu.gpr[Cpu.EAX] = 0x80000000;
    pc.code("0F A2").step(1);
    assertEquals(0x03020101, cpu.gpr[Cpu.EAX]);
  }

  private String ascii(int register) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      s.append((char) (cpu.gpr[register] >>> (8 * i) & 0xff));
    }
    return s.toString();
  }

  @Test
  @DisplayName("RDTSC follows virtual time; WRMSR sets it; CR4.TSD keeps it for ring 0")
  void timeStamp() {
    pc.code("0F 31 90 90 0F 31").step(1);
    int first = cpu.gpr[Cpu.EAX];
    pc.step(3);
    assertEquals(first + 30, cpu.gpr[Cpu.EAX], "three instructions of 10 ns");
    cpu.gpr[Cpu.ECX] = ModelSpecificRegisters.TSC;
    cpu.gpr[Cpu.EAX] = 1000;
    pc.at(0x10000).code("0F 30 0F 31").step(2);
    assertEquals(1010, cpu.gpr[Cpu.EAX]);
    assertEquals(0, cpu.gpr[Cpu.EDX]);
    cpu.controlRegisters.writeCr4(Cpu.CR4_TSD);
    pc.ring3();
    assertEquals(CpuException.GP, vectorOf("0F 31"));
  }

  @Test
  @DisplayName("an MSR that does not exist is #GP and recorded")
  void unknownMsr() {
    cpu.gpr[Cpu.ECX] = 0xc0000080;
    assertEquals(CpuException.GP, vectorOf("0F 32"));
    assertEquals("rdmsr 0xc0000080", pc.unmodelled.entries().iterator().next().what());
  }

  @Test
  @DisplayName("SYSENTER and SYSEXIT change rings by MSRs alone")
  void fastSystemCall() {
    cpu.msrs.write(ModelSpecificRegisters.SYSENTER_CS, CODE0);
    cpu.msrs.write(ModelSpecificRegisters.SYSENTER_ESP, 0x7000);
    cpu.msrs.write(ModelSpecificRegisters.SYSENTER_EIP, 0x30000);
    pc.memory(0x30000, "0F 35");
    cpu.gpr[Cpu.ECX] = 0x5000;
    cpu.gpr[Cpu.EDX] = 0x10010;
    pc.ring3().code("0F 34").step(1);
    assertEquals(0, cpu.cpl);
    assertEquals(0x30000, cpu.eip);
    assertEquals(0x7000, cpu.gpr[Cpu.ESP]);
    assertEquals(CODE0 + 8, cpu.ss.selector);
    pc.step(1);
    assertEquals(3, cpu.cpl);
    assertEquals(CODE0 + 16 | 3, cpu.cs.selector);
    assertEquals(0x10010, cpu.eip);
    cpu.msrs.write(ModelSpecificRegisters.SYSENTER_CS, 0);
    assertEquals(CpuException.GP, vectorOf("0F 34"));
  }

  @Test
  @DisplayName("BOUND is #BR outside, signed bounds")
  void bound() {
    pc.memory(0x6000, "FE FF FF FF 05 00 00 00");
    cpu.gpr[Cpu.EAX] = -2;
    assertEquals(-1, vectorOf("62 05 00 60 00 00"));
    cpu.gpr[Cpu.EAX] = 6;
    assertEquals(CpuException.BR, vectorOf("62 05 00 60 00 00"));
  }

  @Test
  @DisplayName("ports: IOPL or the permission map of the TSS, which two bytes are read of")
  void ioPermission() {
    pc.bus.write16(TestPc.TSS + 0x66, 0x68);
    pc.bus.write8(TestPc.TSS + 0x68 + 0x60 / 8, 0x02);
    pc.ring3();
    assertEquals("nothing", pc.raised(() -> cpu.ioPermission.check(0x60, 1)));
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.ioPermission.check(0x61, 1)));
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.ioPermission.check(0x60, 2)));
    cpu.tr.limit = 0x68 + 0x60 / 8;
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.ioPermission.check(0x60, 1)), "map ends");
    cpu.setFlags(Eflags.IOPL, Eflags.IOPL);
    assertEquals("nothing", pc.raised(() -> cpu.ioPermission.check(0x61, 1)));
  }
}
