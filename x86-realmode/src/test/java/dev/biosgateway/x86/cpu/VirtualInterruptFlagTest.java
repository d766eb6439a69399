package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.TestPc.CODE0;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.x86.isa.CpuModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VIF and VIP in place of IF: CR4.VME in virtual-8086 mode, CR4.PVI in ring 3. */
class VirtualInterruptFlagTest {
  private static final int HANDLER = 0x20000;

  private final TestPc pc = new TestPc().protect();
  private final Cpu cpu = pc.cpu;

  @BeforeEach
  void handler() {
    pc.idtGate(CpuException.GP, 0x8e, CODE0, HANDLER);
  }

  private static int flags(String names) {
    int bits = 0;
    for (String name : names.split("\\+")) {
      bits |=
          switch (name) {
            case "IF" -> Eflags.IF;
            case "VIF" -> Eflags.VIF;
            case "VIP" -> Eflags.VIP;
            case "TF" -> Eflags.TF;
            case "IOPL3" -> Eflags.IOPL;
            case "CF" -> Eflags.CF;
            case "NT" -> Eflags.NT;
            case "-" -> 0;
            default -> throw new IllegalArgumentException(name);
          };
    }
    return bits;
  }

  /** What of IF, VIF, VIP and CF is set after the instruction, or {@code #GP}. */
  private String after(String code) {
    pc.code(code).step(1);
    if (cpu.eip == HANDLER) {
      return "#GP";
    }
    StringBuilder out = new StringBuilder();
    for (String name : new String[] {"IF", "VIF", "VIP", "CF", "NT"}) {
      if ((cpu.flags.get() & flags(name)) != 0) {
        out.append(out.length() == 0 ? "" : "+").append(name);
      }
    }
    return out.length() == 0 ? "-" : out.toString();
  }

  @Nested
  class Virtual8086 {
    @ParameterizedTest(name = "VME {0} IOPL {1}, {2} before, {3}: {4}")
    @CsvSource({
      // CLI and STI
      "true,  0, IF+VIF,  FA, IF",
      "true,  3, IF+VIF,  FA, VIF",
      "false, 0, IF,      FA, #GP",
      "true,  0, IF,      FB, IF+VIF",
      "true,  0, IF+VIP,  FB, #GP",
      "true,  3, VIP,     FB, IF+VIP",
      "false, 2, -,       FB, #GP"
    })
    void cliAndSti(boolean vme, int iopl, String before, String code, String expected) {
      cpu.cr4 = vme ? Cpu.CR4_VME : 0;
      pc.virtual8086(iopl);
      cpu.setFlags(flags(before), Eflags.IF | Eflags.VIF | Eflags.VIP);
      assertEquals(expected, after(code));
    }

    @ParameterizedTest(name = "VME {0} IOPL {1}, {2} before, POPF {3}: {4}")
    @CsvSource({
      "true,  0, IF,      IF+CF,  IF+VIF+CF",
      "true,  0, IF+VIF,  CF,     IF+CF",
      "true,  0, VIP,     IF,     #GP",
      "true,  0, -,       TF,     #GP",
      "true,  0, IF,      IOPL3,  IF",
      "true,  3, -,       IF,     IF",
      "false, 0, IF,      CF,     #GP"
    })
    void popfAndIret(boolean vme, int iopl, String before, String image, String expected) {
      for (boolean iret : new boolean[] {false, true}) {
        pc.protect();
        cpu.setFlags(0, ~0);
        cpu.cr4 = vme ? Cpu.CR4_VME : 0;
        pc.virtual8086(iopl);
        cpu.setFlags(flags(before), Eflags.IF | Eflags.VIF | Eflags.VIP);
        int top = 0x40800;
        if (iret) {
          pc.bus.write16(top, 0x200);
          pc.bus.write16(top + 2, 0x2000);
          top += 4;
        }
        pc.bus.write16(top, flags(image) | 2);
        assertEquals(expected, after(iret ? "CF" : "9D"), iret ? "IRET" : "POPF");
        assertEquals(expected.equals("#GP") ? 0 : iopl, cpu.flags.iopl() & (cpu.cpl == 0 ? 0 : 3));
      }
    }

    @Test
    @DisplayName("PUSHF shows VIF as IF, and IOPL 3; with 32 bits it is #GP")
    void pushf() {
      cpu.cr4 = Cpu.CR4_VME;
      pc.virtual8086(1);
      cpu.setFlags(Eflags.VIF, Eflags.IF | Eflags.VIF);
      pc.code("9C").step(1);
      assertEquals(Eflags.IF | Eflags.IOPL, pc.stack16(0) & (Eflags.IF | Eflags.IOPL));
      assertEquals("#GP", after("66 9C"));
    }

    @Test
    @DisplayName("a redirected INT clears VIF and pushes it as IF")
    void redirected() {
      cpu.cr4 = Cpu.CR4_VME;
      pc.bus.write16(TestPc.TSS + 0x66, 0x68 + 0x20);
      pc.bus.write32(0x21 * 4, 0x2000_0040);
      pc.virtual8086(0);
      cpu.setFlags(Eflags.VIF | Eflags.IF, Eflags.IF | Eflags.VIF);
      assertEquals("IF", after("CD 21"));
      assertEquals(0x40, cpu.eip);
      assertEquals(Eflags.IF | Eflags.IOPL, pc.stack16(2) & (Eflags.IF | Eflags.IOPL));
    }
  }

  @Nested
  class Protected {
    @ParameterizedTest(name = "PVI {0} IOPL {1}, {2} before, {3}: {4}")
    @CsvSource({
      "true,  0, IF+VIF,  FA, IF",
      "true,  0, IF,      FB, IF+VIF",
      "true,  0, IF+VIP,  FB, #GP",
      "true,  3, IF,      FA, -",
      "false, 0, IF,      FA, #GP",
      "false, 2, -,       FB, #GP"
    })
    @DisplayName("CLI and STI in ring 3")
    void cliAndSti(boolean pvi, int iopl, String before, String code, String expected) {
      cpu.cr4 = pvi ? Cpu.CR4_PVI : 0;
      pc.ring3();
      cpu.setFlags(flags(before) | iopl << 12, Eflags.IOPL | Eflags.IF | Eflags.VIF | Eflags.VIP);
      assertEquals(expected, after(code));
    }

    @Test
    @DisplayName("only ring 3 has it; PUSHF and POPF do not know it")
    void others() {
      cpu.cr4 = Cpu.CR4_PVI;
      pc.ring3();
      cpu.setFlags(Eflags.VIF, Eflags.IF | Eflags.VIF);
      pc.code("9C").step(1);
      assertEquals(0, pc.stack32(0) & Eflags.IF);
      pc.bus.write32(cpu.gpr[Cpu.ESP], Eflags.IF | 2);
      assertEquals("VIF", after("9D"));
      cpu.setCpl(2);
      assertEquals("#GP", after("FA"));
    }

    @Test
    @DisplayName("IRETD in ring 0 loads VIF and VIP")
    void iret() {
      pc.bus.write32(0x9000, 0x10100);
      pc.bus.write32(0x9004, TestPc.CODE3);
      pc.bus.write32(0x9008, Eflags.VIF | Eflags.VIP | Eflags.IF | 2);
      pc.bus.write32(0x900c, 0x5000);
      pc.bus.write32(0x9010, TestPc.DATA3);
      assertEquals("IF+VIF+VIP", after("CF"));
    }
  }

  @Test
  @DisplayName("models without VME have neither CR4 bits nor flags")
  void olderModel() {
    TestPc old = new TestPc(CpuModel.I386).real();
    old.cpu.setFlags(~0, ~0);
    assertEquals(0, old.cpu.flags.get() & (Eflags.VIF | Eflags.VIP | Eflags.ID | Eflags.AC));
  }
}
