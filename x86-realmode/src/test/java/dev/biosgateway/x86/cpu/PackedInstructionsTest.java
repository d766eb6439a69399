package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.isa.CpuModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MMX: results against silicon, and how the registers are shared with the x87 unit. */
class PackedInstructionsTest {
  private static final int HANDLER = 0x600;
  private static final String FNINIT = "DB E3";
  private static final String FLD1 = "D9 E8";
  private static final String EMMS = "0F 77";

  private final TestPc pc = new TestPc(CpuModel.PENTIUM_MMX).real();
  private final Cpu cpu = pc.cpu;

  @Test
  @DisplayName("every operation gives what silicon gave, from register and from memory")
  void silicon() throws IOException {
    int cases = 0;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                PackedInstructionsTest.class.getResourceAsStream("mmx-silicon.txt"),
                StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.startsWith("#")) {
          check(line.split(" "));
          cases++;
        }
      }
    }
    assertEquals(52 * 8, cases);
  }

  private void check(String[] of) {
    long first = Long.parseUnsignedLong(of[1], 16);
    long second = Long.parseUnsignedLong(of[2], 16);
    assertEquals(of[3], "%016x".formatted(execute(of[0], first, second)), String.join(" ", of));
    boolean immediate = of[0].length() == 8;
    if (!immediate) {
      pc.bus.write32(0x5000, (int) second);
      pc.bus.write32(0x5004, (int) (second >>> 32));
      String fromMemory = of[0].substring(0, 4) + "06 00 50";
      assertEquals(of[3], "%016x".formatted(execute(fromMemory, first, ~second)), fromMemory);
    }
  }

  private long execute(String code, long first, long second) {
    cpu.fpu.setMmx(0, first);
    cpu.fpu.setMmx(1, second);
    pc.at(0x7c00).code(code).step(1);
    return cpu.fpu.mmx(0);
  }

  @Test
  @DisplayName("MOVD and MOVQ to and from registers and memory")
  void moves() {
    cpu.gpr[Cpu.EAX] = 0x89abcdef;
    cpu.fpu.setMmx(2, -1);
    pc.code("0F 6E D0  0F 7E D1  0F 7F 16 00 50  0F 7E 16 08 50  0F 6F 3E 00 50  0F 7F FC").step(6);
    assertEquals(0x89abcdefL, cpu.fpu.mmx(2), "the upper half is cleared");
    assertEquals(0x89abcdef, cpu.gpr[Cpu.ECX]);
    assertEquals(0x89abcdef, pc.bus.read32(0x5000));
    assertEquals(0, pc.bus.read32(0x5004));
    assertEquals(0x89abcdef, pc.bus.read32(0x5008));
    assertEquals(0x89abcdefL, cpu.fpu.mmx(7));
    assertEquals(0x89abcdefL, cpu.fpu.mmx(4));
  }

  @Test
  @DisplayName("MMn is Rn, not ST(n); any MMX instruction fills the tags and sets TOP to 0")
  void sharedRegisters() {
    pc.code(FNINIT + FLD1 + FLD1 + "0F 7E D8 0F EF DB" + EMMS).step(3);
    assertEquals(6 << 11, cpu.fpu.statusWord());
    assertEquals(0x8000000000000000L, cpu.fpu.mmx(7), "the significand of the first 1");
    pc.step(1); // movd eax, mm3: reading is enough
    assertEquals(0, cpu.fpu.statusWord());
    assertEquals(0xff, cpu.fpu.occupied());
    assertEquals(0x3fff, cpu.fpu.signExp(7), "a read leaves exponents alone");
    pc.step(1); // pxor mm3, mm3
    assertEquals(0xffff, cpu.fpu.signExp(3));
    pc.step(1);
    assertEquals(0, cpu.fpu.occupied());
    assertEquals(0xffff, cpu.fpu.signExp(3), "EMMS changes tags only");
  }

  @ParameterizedTest(name = "{0} with CR0.EM, TS = {1}: vector {2}")
  @CsvSource({"0F77, 10, 6", "0FEFC0, 11, 6", "0F77, 01, 7", "0F6F060050, 01, 7"})
  @DisplayName("CR0.EM is #UD, CR0.TS is #NM")
  void notAvailable(String code, String bits, int vector) {
    pc.bus.write32(4 * vector, HANDLER);
    cpu.cr0 |= bits.charAt(0) == '1' ? Cpu.CR0_EM : 0;
    cpu.cr0 |= bits.charAt(1) == '1' ? Cpu.CR0_TS : 0;
    pc.code(code).step(1);
    assertEquals(HANDLER, cpu.eip);
  }

  @Test
  @DisplayName("an exception left pending by the x87 unit comes first")
  void pendingException() {
    cpu.cr0 |= Cpu.CR0_NE;
    pc.bus.write32(4 * CpuException.MF, HANDLER);
    pc.bus.write16(0x5000, 0x037b);
    // fninit; fldcw [5000h]; fld1; fldz; fdivp; pxor mm0,mm0
    pc.code(FNINIT + "D9 2E 00 50" + FLD1 + "D9 EE DE F9 0F EF C0").step(6);
    assertEquals(HANDLER, cpu.eip);
    assertTrue(cpu.fpu.occupied() != 0xff, "the MMX instruction has not happened");
  }

  @Test
  @DisplayName("an operand that faults leaves tags and TOP as they were")
  void precise() {
    pc.bus.write32(4 * CpuException.GP, HANDLER);
    pc.code(FNINIT + FLD1 + "0F 6F 06 FA FF").step(3); // movq mm0, [FFFAh]
    assertEquals(HANDLER, cpu.eip);
    assertEquals(0x80, cpu.fpu.occupied());
    assertEquals(7 << 11, cpu.fpu.statusWord());
    pc.at(0x7c00).code("0F 60 06 FA FF").step(1);
    assertEquals(0x7c05, cpu.eip, "PUNPCKL reads four bytes only");
  }

  @Test
  @DisplayName("models without MMX raise #UD, the Pentium Pro among them")
  void otherModels() {
    for (CpuModel model : CpuModel.values()) {
      TestPc other = new TestPc(model).real();
      other.bus.write32(4 * CpuException.UD, HANDLER);
      other.code(EMMS).step(1);
      boolean undefined = model.trapsUndefined() && model != CpuModel.PENTIUM_MMX;
      assertEquals(undefined, other.cpu.eip == HANDLER, model.id());
    }
  }
}
