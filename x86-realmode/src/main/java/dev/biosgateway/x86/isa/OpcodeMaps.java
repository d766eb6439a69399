package dev.biosgateway.x86.isa;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The opcode maps of one processor model, put together from the rows of {@link OneByteMap}, {@link
 * TwoByteMap}, {@link EscapeMap} and {@link MmxMap} (SDM vol. 2D, appendix A), indexed for the
 * decoder. An entry is an {@link Instruction}, or an array of 256 of them by the ModR/M byte.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class OpcodeMaps {
  /** Entry of 0F in the one-byte map. */
  static final Object ESCAPE = new Object();

  private final Object[] oneByte = new Object[256];
  private final Object[] twoByte = new Object[256];

  private OpcodeMaps(CpuModel model) {
    for (Instruction row : rows()) {
      if (row.isIn(model)) {
        place(row.map() == Instruction.Map.ONE_BYTE ? oneByte : twoByte, row);
      }
    }
    complete(oneByte);
    complete(twoByte);
    if (model.isAtLeast(CpuModel.I80286)) {
      oneByte[0x0F] = ESCAPE;
    }
  }

  /** The maps of a model. */
  public static OpcodeMaps of(CpuModel model) {
    synchronized (Models.MAPS) {
      return Models.MAPS.computeIfAbsent(model, OpcodeMaps::new);
    }
  }

  /** All rows of all models, in the order of the maps. */
  public static List<Instruction> rows() {
    return Models.ROWS;
  }

  Object oneByte(int opcode) {
    return oneByte[opcode];
  }

  Object twoByte(int opcode) {
    return twoByte[opcode];
  }

  private static void place(Object[] map, Instruction row) {
    int first = row.opcode();
    boolean inOpcode =
        row.operands().stream().anyMatch(o -> o.place() == Operand.Place.OPCODE_REGISTER);
    for (int opcode = first; opcode <= (inOpcode ? first + 7 : first); opcode++) {
      if (!row.hasModRm()) {
        if (map[opcode] != null) {
          throw new IllegalStateException("two rows for one encoding: " + row + ", " + map[opcode]);
        }
        map[opcode] = row;
        continue;
      }
      if (map[opcode] == null) {
        map[opcode] = new Instruction[256];
      }
      Instruction[] byModRm = (Instruction[]) map[opcode];
      for (int modrm = 0; modrm < 256; modrm++) {
        if (row.matches(modrm)) {
          if (byModRm[modrm] != null) {
            throw new IllegalStateException(
                "two rows for one encoding: " + row + ", " + byModRm[modrm]);
          }
          byModRm[modrm] = row;
        }
      }
    }
  }

  private static void complete(Object[] map) {
    for (int i = 0; i < map.length; i++) {
      if (map[i] == null) {
        map[i] = Instruction.UNDEFINED;
      } else if (map[i] instanceof Instruction[] byModRm) {
        for (int k = 0; k < byModRm.length; k++) {
          if (byModRm[k] == null) {
            byModRm[k] = Instruction.UNDEFINED;
          }
        }
      }
    }
  }

  /** Built once, when first needed; the maps of a model when the first such processor is. */
  private static final class Models {
    static final List<Instruction> ROWS = collect();

    /** Guarded by itself. */
    static final Map<CpuModel, OpcodeMaps> MAPS = new EnumMap<>(CpuModel.class);

    private static List<Instruction> collect() {
      List<Instruction> all = new ArrayList<>();
      all.addAll(OneByteMap.rows());
      all.addAll(TwoByteMap.rows());
      all.addAll(EscapeMap.rows());
      all.addAll(MmxMap.rows());
      return List.copyOf(all);
    }
  }
}
