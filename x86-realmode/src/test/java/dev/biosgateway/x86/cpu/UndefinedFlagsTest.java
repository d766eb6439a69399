package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.translate.TranslationPolicy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What instructions leave in the flags that the manual calls undefined, model by model, in both
 * tiers: OF, SF, ZF, AF, PF, CF by their first letters.
 */
class UndefinedFlagsTest {
  private static final int HANDLER = 0x600;
  private static final int TIMES = 20;

  private static String flags(int flags) {
    StringBuilder text = new StringBuilder();
    int[] bits = {Eflags.OF, Eflags.SF, Eflags.ZF, Eflags.AF, Eflags.PF, Eflags.CF};
    for (int n = 0; n < bits.length; n++) {
      text.append((flags & bits[n]) != 0 ? "OSZAPC".charAt(n) : '-');
    }
    return text.toString();
  }

  private static TestPc pc(CpuModel model, int ax, int cx, int dx, TranslationPolicy tier) {
    TestPc pc = new TestPc(model, tier).real();
    for (int v = 0; v < 8; v++) {
      pc.bus.write32(4 * v, HANDLER + v);
    }
    pc.cpu.setReg16(Cpu.EAX, ax);
    pc.cpu.setReg16(Cpu.ECX, cx);
    pc.cpu.setReg16(Cpu.EDX, dx);
    return pc;
  }

  /** Flags after the code, or as saved by the #DE that it raised. */
  private static String after(CpuModel model, String code, int ax, int cx, int dx, int before) {
    TestPc pc = pc(model, ax, cx, dx, TranslationPolicy.OFF);
    pc.cpu.flags.setArithmetic(before);
    pc.code(code).step(1);
    String stepped = flags(pc.cpu.flags.get());
    if (pc.cpu.eip != HANDLER) {
      assertEquals(stepped, translated(model, code, ax, cx, dx, before), "translated");
    }
    return stepped;
  }

  /** The same in a loop that is a region: BP counts, DI and SI hold AX and DX, BX the flags. */
  private static String translated(
      CpuModel model, String code, int ax, int cx, int dx, int before) {
    TestPc pc = pc(model, ax, cx, dx, TranslationPolicy.ALWAYS);
    pc.cpu.setReg16(Cpu.EDI, ax);
    pc.cpu.setReg16(Cpu.ESI, dx);
    pc.cpu.setReg16(Cpu.EBX, before | 2);
    pc.cpu.setReg16(Cpu.EBP, TIMES);
    int bytes = code.replace(" ", "").length() / 2;
    // again: mov ax, di; mov dx, si; push bx; popf; CODE; pushf; pop word [5000h]; dec bp; jnz
    String loop = "89F8 89F2 53 9D" + code + "9C 8F060050 4D 75%02X".formatted(-14 - bytes & 0xff);
    pc.code(loop);
    pc.interpreter.run(TIMES * 9);
    assertEquals(0, pc.cpu.reg16(Cpu.EBP), "the loop ends");
    return flags(pc.bus.read16(0x5000));
  }

  @ParameterizedTest(name = "{0} [{1}]: AX {2} CX {3} DX {4}, {5}")
  @CsvSource({
    // code, bytes, ax, cx, dx, before, 8086, 80286, 386, pentiumpro
    "'shl al,1',    D0 E0, 0008, 0000, 0000, 000, ---A--, ---A--, ---A--, ------",
    "'shl al,1',    D0 E0, 0004, 0000, 0000, 000, ------, ------, ---A--, ------",
    "'shl al,cl',   D2 E0, 0001, 0010, 0000, 000, --Z-P-, --Z-P-, O-ZAPC, --Z-P-",
    "'shr al,1',    D0 E8, 0004, 0000, 0000, 000, ------, ---A--, ---A--, ------",
    "'shr al,cl',   D2 E8, 0080, 0018, 0000, 000, --Z-P-, --ZAP-, --ZAPC, --Z-P-",
    "'sar ax,1',    D1 F8, 0004, 0000, 0000, 000, ------, ---A--, ---A--, ------",
    "'rcl al,cl',   D2 D0, 0080, 0009, 0000, 001, -----C, -----C, -----C, -----C",
    "'rcl al,cl',   D2 D0, 0080, 0009, 0000, 000, O-----, O-----, O-----, ------",
    "'rcr al,cl',   D2 D8, 0040, 0012, 0000, 001, O----C, O----C, O----C, -----C",
    "'mul cl',      F6 E1, 00ff, 00ff, 0000, 000, OS---C, OS-A-C, O----C, O----C",
    "'mul cx',      F7 E1, 0003, 0002, 0000, 000, --Z-P-, --ZAP-, ----P-, ----P-",
    "'imul cl',     F6 E9, 00ff, 0001, 0000, 000, --ZAP-, -S-AP-, -S--P-, -S--P-",
    "'div cl',      F6 F1, 0950, 00ff, 0000, 000, -S-A-C, O--APC, ------, ------",
    "'div cl',      F6 F1, 0064, 0007, 0000, 8d5, -S-A-C, O--A-C, OSZAPC, OSZAPC",
    "'idiv cl',     F6 F9, 0064, 0007, 0000, 000, -S-A--, O--A-C, ------, ------",
    "'div cl by 0', F6 F1, 1234, 0000, 0000, 8d5, ----P-, ------, OSZAPC, OSZAPC",
    "'aaa',         37,    007b, 0000, 0000, 000, OS-APC, OS-APC, OS-APC, ---A-C",
    "'aas',         3F,    0680, 0000, 0000, 010, O--A-C, O--A-C, O--A-C, ---APC",
    "'daa',         27,    001a, 0000, 0000, 001, OS-A-C, OS-A-C, OS-A-C, -S-A-C",
    "'das',         2F,    0080, 0000, 0000, 010, O--A--, O--A--, O--A--, ---A--",
    "'aad',         D5 0A, 01f7, 0000, 0000, 000, ---A-C, O--A-C, ---A-C, ------"
  })
  @DisplayName("undefined flags by model")
  void byModel(
      String text,
      String code,
      String ax,
      String cx,
      String dx,
      String before,
      String of8086,
      String of286,
      String of386,
      String ofP6) {
    int a = Integer.parseInt(ax, 16);
    int c = Integer.parseInt(cx, 16);
    int d = Integer.parseInt(dx, 16);
    int f = Integer.parseInt(before, 16);
    assertEquals(
        of8086 + " " + of286 + " " + of386 + " " + ofP6,
        after(CpuModel.I8086, code, a, c, d, f)
            + " "
            + after(CpuModel.I80286, code, a, c, d, f)
            + " "
            + after(CpuModel.I386, code, a, c, d, f)
            + " "
            + after(CpuModel.PENTIUM_PRO, code, a, c, d, f),
        text);
  }

  @ParameterizedTest(name = "bt ax,{0}: {1} on a 386, {2} on a P6")
  @CsvSource({"0, -----C, O----C", "1, O-----, O-----", "2, O-----, O-----", "3, ------, O-----"})
  @DisplayName("OF after a bit test: of a rotate on a 386, as it was on a P6")
  void bitTest(int bit, String of386, String ofP6) {
    String code = "0F BA E0 0%d".formatted(bit);
    assertEquals(of386, after(CpuModel.I386, code, 1, 0, 0, Eflags.OF));
    assertEquals(ofP6, after(CpuModel.PENTIUM_PRO, code, 1, 0, 0, Eflags.OF));
  }

  @Test
  @DisplayName("the 286's IMUL with an immediate keeps the upper half in the flags")
  void truncatingProduct() {
    // imul ax, cx, 300h
    assertEquals("O--APC", after(CpuModel.I80286, "69 C1 00 03", 0, 0x100, 0, 0));
    assertEquals("O-Z-PC", after(CpuModel.I386, "69 C1 00 03", 0, 0x100, 0, 0));
  }

  @Test
  @DisplayName("the 286 lets an IDIV of bytes pass whose quotient overflows to -128")
  void overflowedQuotient() {
    TestPc pc = pc(CpuModel.I80286, 0x8c60, 0x67, 0, TranslationPolicy.OFF);
    pc.code("F6 F9").step(1);
    assertEquals("e080", "%04x".formatted(pc.cpu.reg16(Cpu.EAX)));
  }

  @Test
  @DisplayName("a lone base is scaled on the 386 only, POPAD there loads the upper half of ESP")
  void behaviourOf386() {
    for (CpuModel model : new CpuModel[] {CpuModel.I386, CpuModel.I486, CpuModel.PENTIUM_PRO}) {
      TestPc pc = new TestPc(model).real();
      pc.cpu.gpr[Cpu.EBX] = 0x11;
      pc.code("66 67 8D 44 A3 01").step(1); // lea eax, [ebx + 1] with SIB A3h: scale 4, no index
      boolean first = model == CpuModel.I386;
      assertEquals(first ? 0x45 : 0x12, pc.cpu.gpr[Cpu.EAX], model.id());
      pc.bus.write32(0x700c, 0xdeadbeef);
      pc.code("66 61").step(1); // popad
      assertEquals(first ? 0xdead7020 : 0x7020, pc.cpu.gpr[Cpu.ESP], model.id());
    }
  }
}
