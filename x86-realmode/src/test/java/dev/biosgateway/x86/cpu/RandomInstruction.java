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
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Any row of the opcode maps that goes straight on, with random operands, as bytes. */
final class RandomInstruction {
  private final Random random;
  private final boolean code32;
  private final Decoder decoder;
  private final List<Instruction> rows;

  RandomInstruction(Random random, CpuModel model, boolean code32) {
    this.random = random;
    this.code32 = code32;
    this.decoder = new Decoder(model);
    this.rows =
        OpcodeMaps.rows().stream().filter(r -> r.isIn(model) && isCalm(r.mnemonic())).toList();
  }

  private static boolean isCalm(Mnemonic m) {
    return switch (m) {
      case CLI, IN, OUT, INS, OUTS, X87, MMX, FCMOVCC, FCOMI, WAIT, ENTER, LEAVE, POPA, RDPMC ->
          false;
      case LDS, LES, LFS, LGS, MOV_FROM_CR, MOV_FROM_DR, MOV_FROM_TR, CLTS, RDTSC -> false;
      default -> !m.is(Trait.ENDS_BLOCK) && !m.is(Trait.PRIVILEGED);
    };
  }

  /** One that seldom spoils the count of a loop or the stack pointer, and seldom divides. */
  byte[] next() {
    while (true) {
      byte[] code = any();
      byte[] padded = Arrays.copyOf(code, 20);
      Insn i = decoder.decode(k -> padded[k] & 0xff, code32);
      boolean known = i.row != Instruction.UNDEFINED && i.row != Instruction.TOO_LONG;
      if (i.length == code.length && known && isCalm(i.row.mnemonic()) && isSafe(i)) {
        return code;
      }
    }
  }

  private boolean isSafe(Insn i) {
    boolean spoils = i.memory != 0 && (i.dst == Cpu.ECX || i.dst == Cpu.ESP);
    boolean faults =
        switch (i.row.mnemonic()) {
          case DIV, IDIV, AAM, BOUND -> true;
          default -> false;
        };
    return (!spoils || random.nextInt(40) == 0) && (!faults || random.nextInt(5) == 0);
  }

  private byte[] any() {
    Instruction row = rows.get(random.nextInt(rows.size()));
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    if (random.nextInt(5) == 0) {
      code.write(0x66);
    }
    if (row.mnemonic().is(Trait.STRING) && random.nextInt(40) == 0) {
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
      int address = HotMachine.anyAddress(random);
      code.write(address);
      code.write(address >> 8);
      if (code32) {
        code.write(0);
        code.write(0);
      }
    }
  }
}
