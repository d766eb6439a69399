package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Instruction;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.isa.Mnemonic.Trait;
import dev.biosgateway.x86.isa.OpcodeMaps;
import dev.biosgateway.x86.isa.Operand.Place;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A program of nested loops and subroutines with random instructions in them, some of which fault,
 * and stores into its own code. It never ends by itself; a handler at its beginning returns.
 */
final class LoopingProgram {
  /** Offset of the handler that counts in memory and returns. */
  static final int HANDLER = 4;

  private static final List<Instruction> ROWS =
      OpcodeMaps.rows().stream()
          .filter(r -> r.isIn(CpuModel.PENTIUM_PRO) && isCalm(r.mnemonic()))
          .toList();

  private final Random random;
  private final boolean code32;

  /** What is added to an offset in the program to write there through DS. */
  private final int writableAt;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Integer> subroutines = new ArrayList<>();
  private final List<Integer> patchable = new ArrayList<>();

  private LoopingProgram(Random random, boolean code32, int writableAt) {
    this.random = random;
    this.code32 = code32;
    this.writableAt = writableAt;
  }

  static byte[] of(Random random, boolean code32, int writableAt) {
    LoopingProgram p = new LoopingProgram(random, code32, writableAt);
    p.write();
    return p.out.toByteArray();
  }

  private static boolean isCalm(Mnemonic m) {
    return switch (m) {
      case CLI, IN, OUT, INS, OUTS, X87, MMX, FCMOVCC, FCOMI, WAIT, ENTER, LEAVE, POPA, RDPMC ->
          false;
      case LDS, LES, LFS, LGS, MOV_FROM_CR, MOV_FROM_DR, MOV_FROM_TR, CLTS, RDTSC -> false;
      default -> !m.is(Trait.ENDS_BLOCK) && !m.is(Trait.PRIVILEGED);
    };
  }

  private void write() {
    out.writeBytes(new byte[] {(byte) 0xeb, 0, (byte) 0x90, (byte) 0x90});
    // handler: inc byte [7000h] without a word about segments; iret
    bytes(
        code32
            ? new int[] {0xfe, 0x05, 0, 0x70, 0, 0, 0xcf}
            : new int[] {0xfe, 0x06, 0, 0x70, 0xcf});
    int routines = 1 + random.nextInt(3);
    for (int n = 0; n < routines; n++) {
      subroutines.add(out.size());
      straight(1 + random.nextInt(5));
      bytes(0xc3);
    }
    int begin = out.size();
    int loops = 1 + random.nextInt(3);
    for (int n = 0; n < loops; n++) {
      loop(0);
    }
    jump(begin);
    byte[] all = out.toByteArray();
    out.reset();
    all[1] = (byte) Math.min(127, begin - 2);
    if (begin - 2 > 127) {
      all[0] = (byte) 0xe9;
      all[1] = (byte) (begin - (code32 ? 5 : 3));
      all[2] = (byte) (begin - 3 >> 8);
    }
    out.writeBytes(all);
  }

  private void loop(int depth) {
    bytes(0xb9); // mov ecx, imm
    word(1 + random.nextInt(depth == 0 ? 60 : 12));
    int again = out.size();
    int parts = 1 + random.nextInt(4);
    for (int n = 0; n < parts; n++) {
      switch (random.nextInt(8)) {
        case 0 -> call();
        case 1 -> skip();
        case 2 -> {
          if (depth < 2) {
            bytes(0x51);
            loop(depth + 1);
            bytes(0x59);
          }
        }
        case 3 -> patch();
        default -> straight(1 + random.nextInt(6));
      }
    }
    int distance = again - (out.size() + 2);
    if (random.nextBoolean() && distance > -128) {
      bytes(0xe2, again - (out.size() + 2)); // loop
    } else {
      bytes(0x49, 0x0f, 0x85); // dec ecx; jnz
      word(again - (out.size() + (code32 ? 4 : 2)));
    }
  }

  private void call() {
    bytes(0xe8);
    int to = subroutines.get(random.nextInt(subroutines.size()));
    word(to - (out.size() + (code32 ? 4 : 2)));
  }

  /** A branch over a few instructions. */
  private void skip() {
    ByteArrayOutputStream before = new ByteArrayOutputStream();
    before.writeBytes(out.toByteArray());
    int condition = random.nextInt(16);
    out.write(0x70 | condition);
    out.write(0);
    int from = out.size();
    straight(1 + random.nextInt(3));
    byte[] all = out.toByteArray();
    all[from - 1] = (byte) (all.length - from);
    out.reset();
    out.writeBytes(all);
  }

  /** A store into the immediate of an instruction somewhere. */
  private void patch() {
    int at = out.size();
    bytes(0xb0 + 3, random.nextInt(256)); // mov bl, imm
    patchable.add(at + 1);
    if (random.nextInt(4) > 0) {
      return;
    }
    int target = writableAt + patchable.get(random.nextInt(patchable.size()));
    bytes(0x88, code32 ? 0x05 : 0x06); // mov [target], al
    word(target);
  }

  private void straight(int count) {
    for (int n = 0; n < count; n++) {
      instruction();
    }
  }

  private void instruction() {
    while (true) {
      byte[] code = any();
      byte[] padded = java.util.Arrays.copyOf(code, 20);
      Insn i = new Decoder(CpuModel.PENTIUM_PRO).decode(k -> padded[k] & 0xff, code32);
      boolean spoils =
          i.memory != 0 && (i.dst == Cpu.ECX || i.dst == Cpu.ESP) && random.nextInt(40) > 0;
      boolean faults =
          (i.row.mnemonic() == Mnemonic.DIV
                  || i.row.mnemonic() == Mnemonic.IDIV
                  || i.row.mnemonic() == Mnemonic.AAM
                  || i.row.mnemonic() == Mnemonic.BOUND)
              && random.nextInt(5) > 0;
      boolean known = i.row != Instruction.UNDEFINED && i.row != Instruction.TOO_LONG;
      if (i.length == code.length && known && !spoils && !faults && isCalm(i.row.mnemonic())) {
        out.writeBytes(code);
        return;
      }
    }
  }

  private byte[] any() {
    Instruction row = ROWS.get(random.nextInt(ROWS.size()));
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    boolean other = random.nextInt(5) == 0;
    if (other) {
      code.write(0x66);
    }
    if (row.mnemonic().is(Trait.STRING) && random.nextInt(3) == 0) {
      code.write(0xf2 + random.nextInt(2));
    }
    if (row.map() == Instruction.Map.TWO_BYTE) {
      code.write(0x0f);
    }
    boolean inOpcode = row.operands().stream().anyMatch(o -> o.place() == Place.OPCODE_REGISTER);
    code.write(row.opcode() + (inOpcode ? random.nextInt(8) : 0));
    if (row.hasModRm()) {
      modrm(code, row);
    }
    int tail = random.nextInt(5);
    for (int k = 0; k < tail; k++) {
      code.write(random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(32));
    }
    return code.toByteArray();
  }

  private void modrm(ByteArrayOutputStream code, Instruction row) {
    int modrm = random.nextInt(256);
    if (random.nextBoolean()) {
      modrm = modrm & 0x38 | (code32 ? 5 : 6); // an absolute address
    }
    if (row.digit() >= 0) {
      modrm = modrm & 0xc7 | row.digit() << 3;
    }
    code.write(modrm);
    if ((modrm & 0xc7) == (code32 ? 5 : 6)) {
      int address = random.nextInt(0x6000);
      code.write(address);
      code.write(address >> 8);
      if (code32) {
        code.write(0);
        code.write(0);
      }
    }
  }

  private void jump(int to) {
    bytes(0xe9);
    word(to - (out.size() + (code32 ? 4 : 2)));
  }

  private void bytes(int... values) {
    for (int value : values) {
      out.write(value);
    }
  }

  /** Two bytes, or four. */
  private void word(int value) {
    bytes(value, value >> 8);
    if (code32) {
      bytes(value >> 16, value >> 24);
    }
  }
}
