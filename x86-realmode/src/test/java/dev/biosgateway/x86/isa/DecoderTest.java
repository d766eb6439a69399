package dev.biosgateway.x86.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DecoderTest {
  private static Insn decode(CpuModel model, boolean code32, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return new Decoder(model).decode(i -> bytes[i] & 0xff, code32);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "16 | 00 c3                   | add bl, al",
        "16 | 66 05 78 56 34 12       | add eax, 0x12345678",
        "32 | 83 c0 fe                | add eax, 0xfffffffe",
        "16 | 8b 46 fe                | mov ax, word [bp-2]",
        "16 | 26 8b 46 fe             | mov ax, word [es:bp-2]",
        "32 | 8b 44 8d 10             | mov eax, dword [ebp+ecx*4+0x10]",
        "32 | 8b 04 25 44 33 22 11    | mov eax, dword [0x11223344]",
        "32 | 67 8b 47 7f             | mov eax, dword [bx+0x7f]",
        "16 | 67 8b 04 24             | mov ax, word [esp]",
        "16 | f3 a5                   | rep movsw",
        "16 | f2 ae                   | repne scasb",
        "16 | 26 66 f3 a7             | repe es cmpsd",
        "16 | f0 0f b1 0e 34 12       | lock cmpxchg word [0x1234], cx",
        "16 | ea 5b e0 00 f0          | jmp 0xf000:0xe05b",
        "32 | ff 2d 00 10 00 00       | jmp far [0x1000]",
        "16 | 74 fe                   | jz short 0x100",
        "32 | e8 fb ff ff ff          | call near 0x100",
        "16 | c8 10 00 03             | enter 0x10, 3",
        "16 | 90                      | nop",
        "16 | d9 c1                   | fld st1",
        "32 | 0f 20 c0                | mov eax, cr0",
        "32 | 0f c7 0e                | cmpxchg8b qword [esi]",
        "32 | 0f 44 c1                | cmovz eax, ecx"
      })
  void decodesAndPrints(int bits, String hex, String text) {
    boolean code32 = bits == 32;
    Insn insn = decode(CpuModel.PENTIUM_PRO, code32, hex);
    assertEquals(text, Disassembler.text(insn, 0x100, code32));
    assertEquals(hex.replace(" ", "").length() / 2, insn.length);
  }

  @Test
  void fifteenBytesAreAnInstructionAndSixteenAreNot() {
    String prefixes = "66".repeat(14);
    assertEquals(15, decode(CpuModel.PENTIUM_PRO, false, prefixes + "90").length);
    Insn tooLong = decode(CpuModel.PENTIUM_PRO, false, prefixes + "6690");
    assertSame(Instruction.TOO_LONG, tooLong.row);
    assertEquals(17, decode(CpuModel.I8086, false, "26".repeat(16) + "90").length);
  }

  @Test
  void asksForNoByteThatTheInstructionDoesNotHave() {
    byte[] bytes = {(byte) 0xb8, 0x34};
    CodeSource ends =
        i -> {
          if (i >= bytes.length) {
            throw new IllegalStateException("byte " + i);
          }
          return bytes[i] & 0xff;
        };
    Decoder decoder = new Decoder(CpuModel.PENTIUM_PRO);
    Exception e = assertThrows(IllegalStateException.class, () -> decoder.decode(ends, false));
    assertEquals("byte 2", e.getMessage());
    bytes[0] = (byte) 0xb0;
    assertEquals(2, decoder.decode(ends, false).length);
  }

  @ParameterizedTest
  @CsvSource({
    "f090",
    "f08bc1",
    "f03907",
    "f00fa307",
    "f0d007",
    "0f0f",
    "0fff",
    "fed0",
    "8fc8",
    "8dc0",
    "c4c0",
    "62c0",
    "0fba00",
    "0fc7c8"
  })
  void whatTheManualReservesIsUndefined(String hex) {
    Insn insn = decode(CpuModel.PENTIUM_PRO, true, hex + "000000000000");
    assertSame(Instruction.UNDEFINED, insn.row);
  }

  @Test
  void modelsHaveTheInstructionsOfTheirTime() {
    assertSame(Instruction.UNDEFINED, decode(CpuModel.PENTIUM, true, "0f44c1").row);
    assertSame(Instruction.UNDEFINED, decode(CpuModel.I386, true, "0fc8").row);
    assertEquals(Mnemonic.BSWAP, decode(CpuModel.I486, true, "0fc8").row.mnemonic());
    assertEquals(Mnemonic.POP_SEGMENT, decode(CpuModel.I8086, false, "0f").row.mnemonic());
    assertEquals(Mnemonic.JCC, decode(CpuModel.I8086, false, "6005").row.mnemonic());
    assertEquals(Mnemonic.PUSHA, decode(CpuModel.I80286, false, "60").row.mnemonic());
    assertEquals(Mnemonic.MOV_FROM_TR, decode(CpuModel.I486, true, "0f24f0").row.mnemonic());
    assertSame(Instruction.UNDEFINED, decode(CpuModel.PENTIUM, true, "0f24f0").row);
  }

  @ParameterizedTest
  @EnumSource(CpuModel.class)
  void everyByteStringDecodesAndPrints(CpuModel model) {
    Decoder decoder = new Decoder(model);
    Random random = new Random(1);
    byte[] bytes = new byte[64];
    for (int n = 0; n < 50_000; n++) {
      random.nextBytes(bytes);
      Insn insn = decoder.decode(i -> bytes[i] & 0xff, (n & 1) != 0 && model != CpuModel.I8086);
      assertTrue(insn.length >= 1);
      assertTrue(model.lengthLimit() == 0 || insn.length <= model.lengthLimit());
      assertFalse(Disassembler.text(insn, 0, (n & 1) != 0).isEmpty());
    }
  }

  @Test
  void rowsSayWhatTheyDo() {
    Instruction jbe = decode(CpuModel.PENTIUM_PRO, false, "7600").row;
    assertEquals(FlagBits.CF | FlagBits.ZF, jbe.flagsRead());
    assertTrue(jbe.mnemonic().is(Mnemonic.Trait.ENDS_BLOCK));
    assertFalse(jbe.touchesMemory());
    Instruction push = decode(CpuModel.PENTIUM_PRO, false, "50").row;
    assertTrue(push.touchesMemory() && push.canFault());
    assertFalse(decode(CpuModel.PENTIUM_PRO, false, "8d07").row.touchesMemory());
  }
}
