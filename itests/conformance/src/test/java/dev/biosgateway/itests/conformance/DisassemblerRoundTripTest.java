package dev.biosgateway.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.host.Nasm;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Disassembler;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Instruction;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.isa.OpcodeMaps;
import dev.biosgateway.x86.isa.Operand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every row of the table, in many forms: bytes to text, text through NASM to bytes, and those back
 * to the same text. Each instruction has a slot of its own, so that branches know where they are.
 */
class DisassemblerRoundTripTest {
  private static final int ORIGIN = 0x1000;
  private static final int SLOT = 32;
  private static final int SLOTS = 1500;
  private static final int SAMPLES = 24;

  @TempDir Path folder;

  private record Sample(byte[] bytes, String text) {}

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nasmReadsWhatTheDisassemblerWrites(boolean code32) throws Exception {
    // Between them these two have every row that has a text of its own.
    check(CpuModel.PENTIUM_PRO, code32);
    check(CpuModel.PENTIUM_MMX, code32);
  }

  private void check(CpuModel model, boolean code32) throws Exception {
    Decoder decoder = new Decoder(model);
    List<Sample> batch = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    TreeSet<String> rows = new TreeSet<>();
    TreeSet<String> covered = new TreeSet<>();
    Random random = new Random(code32 ? 32 : 16);
    for (Instruction row : OpcodeMaps.rows()) {
      if (!row.isIn(model)) {
        continue;
      }
      rows.add(row.toString());
      for (int n = 0; n < SAMPLES; n++) {
        byte[] bytes = encode(row, random, n);
        Insn insn = decoder.decode(i -> bytes[i] & 0xff, code32);
        assertEquals(row, insn.row, () -> Arrays.toString(bytes));
        if (hasNoSyntax(insn)) {
          continue;
        }
        int eip = ORIGIN + batch.size() * SLOT;
        String text = Disassembler.text(insn, eip, code32);
        batch.add(new Sample(Arrays.copyOf(bytes, insn.length), text));
        covered.add(row.toString());
        if (batch.size() == SLOTS) {
          check(decoder, batch, code32, wrong);
        }
      }
    }
    check(decoder, batch, code32, wrong);
    assertTrue(wrong.isEmpty(), () -> wrong.size() + " differ:\n" + String.join("\n", wrong));
    assertEquals(rows, covered);
  }

  /** What NASM cannot write: BSWAP of 16 bits, and MOVZX and MOVSX of 16 bits to 16 bits. */
  private static boolean hasNoSyntax(Insn insn) {
    return insn.operandSize == 16
        && switch (insn.row.mnemonic()) {
          case BSWAP -> true;
          case MOVZX, MOVSX -> insn.row.operands().get(1) == Operand.Ew;
          default -> false;
        };
  }

  /** Bytes of a row: prefixes by sample number, random ModR/M that fits, random rest. */
  private static byte[] encode(Instruction row, Random random, int sample) {
    byte[] bytes = new byte[SLOT];
    random.nextBytes(bytes);
    int at = 0;
    boolean sized = row.mnemonic() != Mnemonic.X87 && row.mnemonic() != Mnemonic.MMX;
    if ((sample & 1) != 0 && sized) {
      bytes[at++] = 0x66;
    }
    if ((sample & 2) != 0) {
      bytes[at++] = 0x67;
    }
    if (row.map() == Instruction.Map.TWO_BYTE) {
      bytes[at++] = 0x0f;
    }
    boolean inOpcode =
        row.operands().stream().anyMatch(o -> o.place() == Operand.Place.OPCODE_REGISTER);
    bytes[at++] = (byte) (row.opcode() + (inOpcode ? random.nextInt(8) : 0));
    if (row.hasModRm()) {
      bytes[at] = (byte) modRm(row, random, sample);
    }
    return bytes;
  }

  private static int modRm(Instruction row, Random random, int sample) {
    while (true) {
      int modrm = random.nextInt(256);
      if (row.digit() >= 0) {
        modrm = modrm & 0xc7 | row.digit() << 3;
      }
      Operand.Place other = row.operands().isEmpty() ? null : otherPlace(row);
      int reg = modrm >> 3 & 7;
      // Registers that do not exist have no name to assemble.
      boolean named =
          other != Operand.Place.SEGMENT_REGISTER || reg < 6 && (reg != 1 || !writesSegment(row));
      named &= other != Operand.Place.CONTROL_REGISTER || reg == 0 || reg >= 2 && reg <= 4;
      named &= other != Operand.Place.DEBUG_REGISTER || reg < 4 || reg > 5;
      boolean onlyRegister =
          other == Operand.Place.CONTROL_REGISTER || other == Operand.Place.DEBUG_REGISTER;
      if (named && row.matches(modrm) && (!onlyRegister || modrm >= 0xc0)) {
        return modrm;
      }
    }
  }

  private static boolean writesSegment(Instruction row) {
    return row.mnemonic() == Mnemonic.MOV_TO_SEGMENT;
  }

  private static Operand.Place otherPlace(Instruction row) {
    return row.operands().stream()
        .map(Operand::place)
        .filter(
            p ->
                p == Operand.Place.SEGMENT_REGISTER
                    || p == Operand.Place.CONTROL_REGISTER
                    || p == Operand.Place.DEBUG_REGISTER)
        .findAny()
        .orElse(null);
  }

  private void check(Decoder decoder, List<Sample> batch, boolean code32, List<String> wrong)
      throws IOException, InterruptedException {
    StringBuilder source = new StringBuilder();
    source.append("bits ").append(code32 ? 32 : 16).append("\norg 0x1000\n");
    for (Sample sample : batch) {
      source.append(sample.text).append("\nalign ").append(SLOT).append(", nop\n");
    }
    Path file = folder.resolve("batch.asm");
    Files.writeString(file, source);
    byte[] image = Nasm.assemble(file, "-w-all");
    for (int n = 0; n < batch.size(); n++) {
      Sample sample = batch.get(n);
      int slot = n * SLOT;
      Insn again = decoder.decode(i -> image[slot + i] & 0xff, code32);
      String text = Disassembler.text(again, ORIGIN + slot, code32);
      if (!text.equals(sample.text)) {
        byte[] assembled = Arrays.copyOfRange(image, slot, slot + again.length);
        wrong.add(hex(sample.bytes) + " " + sample.text + " -> " + hex(assembled) + " " + text);
      }
    }
    batch.clear();
  }

  private static String hex(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) {
      out.append(String.format("%02x", b));
    }
    return out.toString();
  }
}
