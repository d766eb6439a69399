package dev.biosgateway.x86.isa;

import static dev.biosgateway.x86.isa.Operand.*;

import java.util.ArrayList;
import java.util.List;

/** The MMX instructions in the two-byte map, with groups 12 to 14 (SDM vol. 2D, table ). */
final class MmxMap {
  private MmxMap() {}

  // spotless:off
  static List<Instruction> rows() {
    List<Instruction> rows = new ArrayList<>();
    packed(rows, 0x60, Qd, "punpcklbw", "punpcklwd", "punpckldq");
    packed(rows, 0x63, Qq, "packsswb", "pcmpgtb", "pcmpgtw", "pcmpgtd", "packuswb", "punpckhbw", "punpckhwd", "punpckhdq", "packssdw");
    rows.add(row(0x6E, "movd", Pq, Ed));
    rows.add(row(0x6F, "movq", Pq, Qq));

    shifts(rows, 0x71, "psrlw", "psraw", "psllw");
    shifts(rows, 0x72, "psrld", "psrad", "pslld");
    shifts(rows, 0x73, "psrlq", null,    "psllq");
    packed(rows, 0x74, Qq, "pcmpeqb", "pcmpeqw", "pcmpeqd");
    rows.add(row(0x77, "emms"));
    rows.add(row(0x7E, "movd", Ed, Pq));
    rows.add(row(0x7F, "movq", Qq, Pq));

    packed(rows, 0xD1, Qq, "psrlw", "psrld", "psrlq", null, "pmullw", null, null, "psubusb", "psubusw", null, "pand", "paddusb", "paddusw", null, "pandn");
    packed(rows, 0xE1, Qq, "psraw", "psrad", null, null, "pmulhw", null, null, "psubsb", "psubsw", null, "por", "paddsb", "paddsw", null, "pxor");
    packed(rows, 0xF1, Qq, "psllw", "pslld", "psllq", null, "pmaddwd", null, null, "psubb", "psubw", "psubd", null, "paddb", "paddw", "paddd");
    return rows;
  }
  // spotless:on

  /** Neighbours in the map, all with an MMX register as destination. */
  private static void packed(List<Instruction> rows, int first, Operand source, String... names) {
    for (int i = 0; i < names.length; i++) {
      if (names[i] != null) {
        rows.add(row(first + i, names[i], Pq, source));
      }
    }
  }

  /** Shifts by an immediate: /2 right, /4 right with sign, /6 left. */
  private static void shifts(List<Instruction> rows, int opcode, String... names) {
    for (int i = 0; i < names.length; i++) {
      if (names[i] != null) {
        Instruction shift = row(opcode, names[i], Nq, Ib);
        rows.add(shift.digit(2 + 2 * i).form(Instruction.Form.REGISTER));
      }
    }
  }

  private static Instruction row(int opcode, String name, Operand... operands) {
    return Instruction.row(Instruction.Map.TWO_BYTE, opcode, Mnemonic.MMX, operands)
        .named(name)
        .feature(CpuModel.Feature.MMX);
  }
}
