package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.isa.CpuModel;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tells the processors apart, by the manuals' compatibility chapters (SDM vol. 3, 22). */
class ProcessorModelsTest {
  private static final int HANDLER = 0x600;

  /** Real mode, with a handler for every exception at 600h + vector. */
  private static TestPc real(CpuModel model) {
    TestPc pc = new TestPc(model).real();
    for (int v = 0; v < 32; v++) {
      pc.bus.write32(4 * v, HANDLER + v);
    }
    return pc;
  }

  /** The vector the code raises, -1 for none. */
  private static int vectorOf(CpuModel model, String code) {
    TestPc pc = real(model).code(code).step(1);
    int at = pc.cpu.eip - HANDLER;
    return at >= 0 && at < 32 ? at : -1;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // model, CS:IP, CS base, FLAGS, CR0, EDX
    "I8086,       ffff:0000, 000ffff0, f002, 00000000, 0000",
    "I80286,      f000:fff0, 00ff0000, 0002, 0000fff0, 0000",
    "I386,        f000:fff0, ffff0000, 0002, 00000000, 0308",
    "I486,        f000:fff0, ffff0000, 0002, 60000010, 0435",
    "PENTIUM,     f000:fff0, ffff0000, 0002, 60000010, 0525",
    "PENTIUM_MMX, f000:fff0, ffff0000, 0002, 60000010, 0543",
    "PENTIUM_PRO, f000:fff0, ffff0000, 0002, 60000010, 0619"
  })
  @DisplayName("state after RESET#")
  void reset(CpuModel model, String at, String base, String flags, String cr0, String edx) {
    Cpu cpu = new TestPc(model).cpu;
    assertEquals(at, "%04x:%04x".formatted(cpu.cs.selector, cpu.eip));
    assertEquals(base, "%08x".formatted(cpu.cs.base));
    assertEquals(flags, "%04x".formatted(cpu.flags.get()));
    assertEquals(cr0, "%08x".formatted(cpu.cr0));
    assertEquals(edx, "%04x".formatted(cpu.gpr[Cpu.EDX]));
  }

  @ParameterizedTest(name = "{0}: PUSH SP stores {1}, POPF F000h reads {2}, SHL by 33 gives {3}")
  @CsvSource({
    "I8086,       6ffe, f000, 0000",
    "I80286,      7000, 0000, 0002",
    "I386,        7000, 7000, 0002",
    "PENTIUM_PRO, 7000, 7000, 0002"
  })
  @DisplayName("the classic ways of programs to tell processors apart")
  void detection(CpuModel model, String pushed, String flags, String shifted) {
    TestPc pc = real(model).code("54").step(1);
    assertEquals(pushed, "%04x".formatted(pc.stack16(0)));
    pc = real(model);
    pc.bus.write16(0x7000, 0xf000);
    pc.code("9D 9C").step(2);
    assertEquals(flags, "%04x".formatted(pc.stack16(0) & 0xf000));
    pc = real(model);
    pc.cpu.setReg16(Cpu.EAX, 1);
    pc.cpu.setReg8(Cpu.ECX, 33);
    pc.code("D3 E0").step(1);
    assertEquals(shifted, "%04x".formatted(pc.cpu.reg16(Cpu.EAX)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "I386, 40000, false",
    "I486, 40000, true",
    "I386, 200000, false",
    "I486, 200000, true"
  })
  @DisplayName("EFLAGS.AC came with the 486, EFLAGS.ID with CPUID")
  void flagBits(CpuModel model, String bit, boolean there) {
    TestPc pc = real(model);
    pc.bus.write32(0x7000, Integer.parseInt(bit, 16));
    pc.code("66 9D 66 9C").step(2);
    assertEquals(there, (pc.stack32(0) & Integer.parseInt(bit, 16)) != 0);
  }

  @ParameterizedTest(name = "{0} is undefined before {1}")
  @CsvSource({
    "0F01E0, I80286", // smsw ax
    "660190, I386",
    "0FBEC0, I386", // movsx
    "0F20C0, I386", // mov eax, cr0
    "0F21C0, I386", // mov eax, dr0
    "F1, I386", // int1: goes to its own vector then
    "8CE0, I386", // mov ax, fs
    "0FC8, I486", // bswap
    "0FB1C8, I486", // cmpxchg
    "0FC1C8, I486", // xadd
    "0F08, I486", // invd
    "0F013E0050, I486", // invlpg
    "0FA2, I486", // cpuid
    "0F20E0, I486", // mov eax, cr4
    "0F31, PENTIUM", // rdtsc
    "0FC70E0050, PENTIUM", // cmpxchg8b
    "0F33, PENTIUM_MMX", // rdpmc
    "0F32, PENTIUM", // rdmsr
    "0F30, PENTIUM", // wrmsr
    "0F44C1, PENTIUM_PRO", // cmovz
    "0F35, PENTIUM_PRO", // sysexit: in real mode another exception
    "DBF1, PENTIUM_PRO", // fcomi
    "0F1F00, PENTIUM_PRO" // nop
  })
  @DisplayName("instructions begin with a model")
  void since(String code, CpuModel first) {
    for (CpuModel model : CpuModel.values()) {
      boolean fpuMissing = code.startsWith("DB") && model.features() == 0;
      if (model == CpuModel.I8086 || fpuMissing) {
        continue; // traps nothing; has no unit that could find it undefined
      }
      assertEquals(!model.isAtLeast(first), vectorOf(model, code) == CpuException.UD, model.id());
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"0FA6C8", "0FA7C8", "0F01F8", "0FAA", "0F24D0", "0F10C0", "0FC7C8"})
  @DisplayName(
      "XBTS, IBTS, INVLPG of a register, RSM outside SMM, TR2, UMOV: on no model since 286")
  void nowhere(String code) {
    for (CpuModel model : CpuModel.values()) {
      if (model != CpuModel.I8086) {
        assertEquals(CpuException.UD, vectorOf(model, code), model.id());
      }
    }
  }

  @ParameterizedTest(name = "TR{0}: {1} to {2}")
  @CsvSource({"3, I486, I486", "5, I486, I486", "6, I386, I486", "7, I386, I486", "2, , "})
  @DisplayName("test registers were on the 386 and 486 only")
  void testRegisters(int register, CpuModel first, CpuModel last) {
    for (CpuModel model : CpuModel.values()) {
      if (!model.isAtLeast(CpuModel.I80286)) {
        continue;
      }
      boolean there = first != null && model.isAtLeast(first) && last.isAtLeast(model);
      TestPc pc = real(model);
      pc.cpu.gpr[Cpu.EAX] = 0x12345678;
      String modrm = "%02X".formatted(0xc0 | register << 3);
      pc.code("0F 26 " + modrm + "0F 24" + "%02X".formatted(0xc1 | register << 3)).step(2);
      assertEquals(there ? 0x12345678 : 0, pc.cpu.gpr[Cpu.ECX], model.id());
    }
  }

  @ParameterizedTest
  @EnumSource(CpuModel.class)
  @DisplayName("instructions of more than 10 (286) or 15 bytes are #GP, the 8086 has no limit")
  void length(CpuModel model) {
    int limit = model == CpuModel.I80286 ? 10 : 15;
    assertEquals(-1, vectorOf(model, "2E".repeat(limit - 1) + "90"));
    int expected = model == CpuModel.I8086 ? -1 : CpuException.GP;
    assertEquals(expected, vectorOf(model, "2E".repeat(limit) + "90"));
  }

  @Nested
  class Offsets {
    @ParameterizedTest
    @EnumSource(CpuModel.class)
    @DisplayName(
        "a word at FFFF wraps on the 8086, is interrupt 13 on the 286, #GP or #SS since the 386")
    void wordAtTheEnd(CpuModel model) {
      TestPc pc = real(model);
      pc.cpu.segmentLoad.loadReal(pc.cpu.segments[SegmentRegister.DS], 0x2000);
      pc.cpu.setReg16(Cpu.EAX, 0x1234);
      pc.code("A3 FF FF A1 FF FF 01 06 FF FF").step(1);
      if (model != CpuModel.I8086) {
        assertEquals(HANDLER + CpuException.GP, pc.cpu.eip);
        int stack = model == CpuModel.I80286 ? CpuException.GP : CpuException.SS;
        assertEquals(stack, vectorOf(model, "36 A3 FF FF"));
        return;
      }
      assertEquals(0x34, pc.bus.read8(0x2ffff));
      assertEquals(0x12, pc.bus.read8(0x20000));
      pc.cpu.setReg16(Cpu.EAX, 0);
      pc.step(2);
      assertEquals(0x1234, pc.cpu.reg16(Cpu.EAX));
      assertEquals(0x68, pc.bus.read8(0x2ffff));
      assertEquals(0x24, pc.bus.read8(0x20000));
    }

    @Test
    @DisplayName("8086: INT and IRET with SP = 5 go around the end of the stack segment")
    void frame() {
      TestPc pc = real(CpuModel.I8086);
      pc.cpu.segmentLoad.loadReal(pc.cpu.ss, 0x3000);
      pc.cpu.gpr[Cpu.ESP] = 5;
      pc.bus.write32(4 * 0x21, 0x5000);
      pc.memory(0x5000, "CF").code("CD 21").step(1);
      assertEquals(0xffff, pc.cpu.reg16(Cpu.ESP));
      assertEquals(0x02, pc.bus.read8(0x3ffff));
      assertEquals(0x7c, pc.bus.read8(0x30000));
      pc.step(1);
      assertEquals(0x7c02, pc.cpu.eip);
      assertEquals(5, pc.cpu.reg16(Cpu.ESP));
    }

    @Test
    @DisplayName(
        "8086: IP goes from FFFF to 0, in the middle of an instruction too; the 286 faults")
    void instructionPointer() {
      TestPc pc = real(CpuModel.I8086);
      pc.cpu.segmentLoad.loadReal(pc.cpu.cs, 0x2000);
      pc.bus.load(0x20000, new byte[] {0x12, (byte) 0x90, (byte) 0x90});
      pc.bus.load(0x2fffc, new byte[] {(byte) 0x90, (byte) 0x90, (byte) 0xb8, 0x34});
      pc.at(0xfffc);
      pc.interpreter.run(4);
      assertEquals(0x1234, pc.cpu.reg16(Cpu.EAX));
      pc.interpreter.run(1);
      assertEquals(3, pc.cpu.eip);
      assertEquals(5, pc.clock.retiredInstructions());

      TestPc later = real(CpuModel.I80286);
      later.cpu.segmentLoad.loadReal(later.cpu.cs, 0x2000);
      later.bus.load(0x2ffff, new byte[] {(byte) 0x90});
      later.at(0xffff).step(2);
      assertEquals(HANDLER + CpuException.GP, later.cpu.eip);
    }
  }

  @Nested
  class AddressLines {
    @ParameterizedTest(name = "{0}: FFFF:0010 is {1}")
    @CsvSource({"I8086, 000000", "I80286, 100000", "PENTIUM_PRO, 100000"})
    @DisplayName("the 8086 has 20, whatever the A20 gate")
    void twenty(CpuModel model, String expected) {
      TestPc pc = real(model);
      pc.bus.setA20(true);
      pc.cpu.segmentLoad.loadReal(pc.cpu.segments[SegmentRegister.DS], 0xffff);
      pc.cpu.setReg8(0, 0x5a);
      pc.code("A2 10 00").step(1);
      assertEquals(0x5a, pc.bus.ram[Integer.parseInt(expected, 16)]);
    }

    @Test
    @DisplayName("the 286 has 24, and its descriptors no fourth word")
    void twentyFour() {
      TestPc pc = new TestPc(CpuModel.I80286).protect();
      pc.descriptor(TestPc.FREE, 0x12ffff00, 0xfffff, TestPc.DATA, TestPc.PAGES32);
      pc.bus.write32(TestPc.GDT + TestPc.FREE + 4, 0x12c992ff);
      pc.cpu.segmentLoad.load(SegmentRegister.DS, TestPc.FREE);
      assertEquals(0xffff00, pc.cpu.segments[SegmentRegister.DS].base);
      assertEquals(0xffff, pc.cpu.segments[SegmentRegister.DS].limit);
      pc.cpu.loadStore.store8(SegmentRegister.DS, 0x110, 0x77);
      assertEquals(0x77, pc.bus.ram[0x10], "wraps at 16 MB");
      assertEquals(0x12c993ff, pc.bus.read32(TestPc.GDT + TestPc.FREE + 4), "only accessed is set");
    }
  }

  @Nested
  class The8086 {
    private final TestPc pc = real(CpuModel.I8086);
    private final Cpu cpu = pc.cpu;

    @Test
    @DisplayName("a divide error returns behind the division; -128 does not fit")
    void divide() {
      cpu.setReg16(Cpu.EAX, 0x1234);
      pc.code("F6 F1").step(1); // div cl, which is 0
      assertEquals(HANDLER, cpu.eip);
      assertEquals(0x7c02, pc.stack16(0));
      for (CpuModel model : new CpuModel[] {CpuModel.I8086, CpuModel.I80286}) {
        TestPc other = real(model);
        other.cpu.setReg16(Cpu.EAX, -128);
        other.cpu.setReg8(Cpu.ECX, 1);
        other.code("F6 F9").step(1);
        assertEquals(model == CpuModel.I8086, other.cpu.eip == HANDLER, model.id());
      }
      assertEquals(0x7c00, real(CpuModel.I80286).code("F6 F1").step(1).stack16(0));
    }

    @Test
    @DisplayName("decimal adjustment carries nothing into AH, and looks at 9Fh once AF is set")
    void decimal() {
      assertEquals(0x0005, adjusted(CpuModel.I8086, "37", 0xffff, Eflags.AF)); // aaa
      assertEquals(0x0105, adjusted(CpuModel.I80286, "37", 0xffff, Eflags.AF));
      assertEquals(0xff0a, adjusted(CpuModel.I8086, "3F", 0, Eflags.AF)); // aas
      assertEquals(0xfe0a, adjusted(CpuModel.I80286, "3F", 0, Eflags.AF));
      assertEquals(0xa0, adjusted(CpuModel.I8086, "27", 0x9a, Eflags.AF)); // daa
      assertEquals(0x00, adjusted(CpuModel.I8086, "27", 0x9a, 0));
      assertEquals(0x00, adjusted(CpuModel.I80286, "27", 0x9a, Eflags.AF));
      assertEquals(0x98, adjusted(CpuModel.I8086, "2F", 0x9e, Eflags.AF)); // das
      assertEquals(0x38, adjusted(CpuModel.I80286, "2F", 0x9e, Eflags.AF));
    }

    private int adjusted(CpuModel model, String code, int ax, int flags) {
      TestPc other = real(model);
      other.cpu.setReg16(Cpu.EAX, ax);
      other.cpu.flags.set(flags);
      return other.code(code).step(1).cpu.reg16(Cpu.EAX);
    }

    @Test
    @DisplayName("a repeat prefix turns the sign of IDIV's quotient")
    void repeatedDivision() {
      cpu.setReg16(Cpu.EAX, 7);
      cpu.setReg8(Cpu.ECX, 2);
      pc.code("F3 F6 F9").step(1); // rep idiv cl
      assertEquals(0x01fd, cpu.reg16(Cpu.EAX));
    }

    @Test
    @DisplayName("undocumented encodings: POP CS, MOV CS, SALC, SETMO, Jcc at 60h, RET at C0h")
    void undocumented() {
      cpu.flags.setCarry(true);
      pc.code("D6 D0 F1 D2 F2 0C 00").step(3); // salc; setmo cl, 1; setmo dl, cl
      assertEquals(0xff, cpu.reg8(0));
      assertEquals(0xff, cpu.reg8(1));
      assertEquals(0xff, cpu.reg8(2));
      assertFalse(cpu.flags.cf());
      assertTrue(cpu.flags.sf());
      pc.at(0x7c00).code("60 10").step(1); // jo: OF is clear
      assertEquals(0x7c02, cpu.eip);
      pc.at(0x7c00).code("61 10").step(1); // jno
      assertEquals(0x7c12, cpu.eip);
      pc.bus.write16(0x7000, 0x1000);
      pc.at(0x7c00).code("0F").step(1);
      assertEquals(0x1000, cpu.cs.selector);
      assertEquals(0x7c01, cpu.eip);
      cpu.setReg16(Cpu.EAX, 0x2000);
      pc.code("8E C8").step(1);
      assertEquals(0x2000, cpu.cs.selector);
      cpu.gpr[Cpu.ESP] = 0x6ffe;
      pc.bus.write16(0x6ffe, 0x1234);
      pc.code("C1").step(1);
      assertEquals(0x1234, cpu.eip);
    }

    @Test
    @DisplayName("C0 and C1 return near, C8 and C9 far, with and without bytes to release")
    void returns() {
      String[] codes = {"C0 04 00", "C1", "C8 04 00", "C9"};
      int[] released = {6, 2, 8, 4};
      for (int i = 0; i < codes.length; i++) {
        cpu.segmentLoad.loadReal(cpu.cs, 0);
        cpu.gpr[Cpu.ESP] = 0x6000;
        pc.bus.write32(0x6000, 0x3000_1234);
        pc.at(0x7c00).code(codes[i]).step(1);
        assertEquals(0x1234, cpu.eip, codes[i]);
        assertEquals(i < 2 ? 0 : 0x3000, cpu.cs.selector, codes[i]);
        assertEquals(0x6000 + released[i], cpu.reg16(Cpu.ESP), codes[i]);
      }
    }

    @Test
    @DisplayName("a count in CL is not masked: the passes of ROL and RCL go on to 255")
    void counts() {
      cpu.setReg8(Cpu.ECX, 0xff);
      cpu.setReg16(Cpu.EAX, 0x8001);
      cpu.flags.setCarry(false);
      pc.code("D3 C0 D3 D0").step(1); // rol ax, cl: 255 = 15 modulo 16
      assertEquals(0xc000, cpu.reg16(Cpu.EAX));
      cpu.setReg16(Cpu.EAX, 0x8001);
      cpu.flags.setCarry(true);
      pc.step(1); // rcl ax, cl: 255 = 0 modulo 17
      assertEquals(0x8001, cpu.reg16(Cpu.EAX));
      assertTrue(cpu.flags.cf());
    }

    @Test
    @DisplayName(
        "F1 is LOCK; reg fields that mean nothing are not looked at; the rest does nothing")
    void aliases() {
      cpu.setReg16(Cpu.EAX, 5);
      pc.code("F1 40 8F C1 C7 FA 34 12 8C E3").memory(0x7000, "78 56").step(4);
      assertEquals(6, cpu.reg16(Cpu.EAX));
      assertEquals(0x5678, cpu.reg16(Cpu.ECX));
      assertEquals(0x1234, cpu.reg16(Cpu.EDX));
      assertEquals(cpu.segments[SegmentRegister.ES].selector, cpu.reg16(Cpu.EBX));
      pc.code("FE F8").step(1);
      assertEquals(0x7c0c, cpu.eip);
      assertEquals(1, pc.unmodelled.entries().size());
    }
  }

  @ParameterizedTest(name = "{0}: SI {1}, DI {2}, CX {3}")
  @CsvSource({
    "F3 A5, 0001, 2000, 0006", // movs, from DS:FFFF
    "F3 AD, 0001, 2000, 0006", // lods
    "F3 6F, 0001, 2000, 0006", // outs
    "F3 A7, 0001, 2002, 0006", // cmps has been to ES:DI first
    "F3 AB, ffff, 0001, 0005", // stos, to ES:FFFF
    "F3 6D, ffff, 0001, 0005", // ins
    "F3 AF, ffff, 0001, 0006" // scas
  })
  @DisplayName("286: a string instruction at the end of its segment leaves pointers that moved on")
  void overrun(String code, String si, String di, String cx) {
    TestPc pc = real(CpuModel.I80286);
    boolean source = di.startsWith("2");
    pc.cpu.segmentLoad.loadReal(pc.cpu.segments[SegmentRegister.DS], 0x2000);
    pc.cpu.segmentLoad.loadReal(pc.cpu.segments[SegmentRegister.ES], 0x3000);
    pc.cpu.setReg16(Cpu.ESI, 0xffff);
    pc.cpu.setReg16(Cpu.EDI, source ? 0x2000 : 0xffff);
    pc.cpu.setReg16(Cpu.ECX, 7);
    pc.code(code).step(1);
    assertEquals(HANDLER + CpuException.GP, pc.cpu.eip);
    assertEquals(si, "%04x".formatted(pc.cpu.reg16(Cpu.ESI)));
    assertEquals(di, "%04x".formatted(pc.cpu.reg16(Cpu.EDI)));
    assertEquals(cx, "%04x".formatted(pc.cpu.reg16(Cpu.ECX)));
  }

  @Test
  @DisplayName("286: POP to the end of a segment keeps its SP; an escape is looked at, too")
  void overrunOfPop() {
    TestPc pc = real(CpuModel.I80286);
    int sp = pc.cpu.reg16(Cpu.ESP);
    pc.code("8F 06 FF FF").step(1);
    assertEquals(HANDLER + CpuException.GP, pc.cpu.eip);
    assertEquals(sp + 2 - 6, pc.cpu.reg16(Cpu.ESP));
    assertEquals(CpuException.GP, vectorOf(CpuModel.I80286, "D8 06 FF FF"));
    assertEquals(-1, vectorOf(CpuModel.I80286, "D8 06 FD FF"));
  }

  @Test
  @DisplayName("286: SGDT leaves ones in the sixth byte, SMSW reads ones above the four bits")
  void details286() {
    TestPc pc = real(CpuModel.I80286);
    pc.cpu.gdtrBase = 0x123456;
    pc.code("0F 01 06 00 50 0F 01 E0").step(2);
    assertEquals(0xff123456, pc.bus.read32(0x5002));
    assertEquals(0xfff0, pc.cpu.reg16(Cpu.EAX));
    assertEquals(CpuException.GP, gateVector(0x8e));
    assertEquals(0x20, gateVector(0x86));
  }

  /** Where INT 20h goes through a gate of that type on a 286: 20h, or the exception instead. */
  private static int gateVector(int type) {
    TestPc pc = new TestPc(CpuModel.I80286).protect();
    pc.idtGate(0x20, type, TestPc.CODE0, 0x5020);
    pc.idtGate(CpuException.GP, 0x86, TestPc.CODE0, 0x5000 + CpuException.GP);
    pc.at(0x4000).code("CD 20").step(1);
    return pc.cpu.eip - 0x5000;
  }

  @ParameterizedTest(name = "{0}: leaf {1}, features {2}")
  @CsvSource({
    "I486,        1, 00000003",
    "PENTIUM,     1, 000001bf",
    "PENTIUM_MMX, 1, 008001bf",
    "PENTIUM_PRO, 2, 0000f9ff"
  })
  @DisplayName("CPUID: highest leaf, signature, features")
  void cpuid(CpuModel model, int highest, String features) {
    TestPc pc = real(model).code("66 31 C0 0F A2").step(2);
    assertEquals(highest, pc.cpu.gpr[Cpu.EAX]);
    assertEquals(0x756e6547, pc.cpu.gpr[Cpu.EBX]);
    pc.at(0x7c00).code("66 B8 01 00 00 00 0F A2").step(2);
    assertEquals(model.signature(), pc.cpu.gpr[Cpu.EAX]);
    assertEquals(features, "%08x".formatted(pc.cpu.gpr[Cpu.EDX]));
  }

  @Test
  @DisplayName("a host can answer CPUID, RDMSR and WRMSR in place of the model")
  void identity() {
    TestPc pc = real(CpuModel.PENTIUM_PRO);
    long[] written = new long[1];
    pc.cpu.setIdentity(
        new ProcessorIdentity() {
          @Override
          public void cpuid(int leaf, int subleaf, int[] answer) {
            answer[3] |= leaf == 1 ? 1 << 30 : 0;
            if (leaf == 0x40000000) {
              answer[0] = subleaf;
            }
          }

          @Override
          public OptionalLong readMsr(int number) {
            return number == 0x8b ? OptionalLong.of(0x1_0000_0002L) : OptionalLong.empty();
          }

          @Override
          public boolean writeMsr(int number, long value) {
            written[0] = value;
            return number == 0x4000_0000;
          }
        });
    Cpu cpu = pc.cpu;
    cpu.gpr[Cpu.EAX] = 1;
    pc.code("0F A2").step(1);
    assertEquals(CpuModel.PENTIUM_PRO.features() | 1 << 30, cpu.gpr[Cpu.EDX]);
    cpu.gpr[Cpu.EAX] = 0x40000000;
    cpu.gpr[Cpu.ECX] = 77;
    pc.at(0x7c00).step(1);
    assertEquals(77, cpu.gpr[Cpu.EAX]);
    cpu.gpr[Cpu.ECX] = 0x8b;
    pc.at(0x7c00).code("0F 32").step(1);
    assertEquals(2, cpu.gpr[Cpu.EAX]);
    assertEquals(1, cpu.gpr[Cpu.EDX]);
    cpu.gpr[Cpu.ECX] = 0x4000_0000;
    pc.at(0x7c00).code("0F 30").step(1);
    assertEquals(0x1_0000_0002L, written[0]);
    assertEquals(0x7c02, cpu.eip);
    cpu.gpr[Cpu.ECX] = 0x4000_0001;
    pc.at(0x7c00).step(1);
    assertEquals(HANDLER + CpuException.GP, cpu.eip, "the model's answer");
  }
}
