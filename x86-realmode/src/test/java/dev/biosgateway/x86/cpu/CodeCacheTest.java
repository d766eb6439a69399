package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.translate.TranslationPolicy;
import org.junit.jupiter.api.Test;

/** What is decoded once is kept, as much as there is room for, until its bytes change. */
class CodeCacheTest {
  private static final int BEGIN = 0x110000;

  private final TestPc pc =
      new TestPc(CpuModel.PENTIUM_PRO, TranslationPolicy.OFF).protect().at(BEGIN);

  /** A circle of blocks, each of which counts one up in EAX. */
  private void circle(int blocks) {
    for (int k = 0; k < blocks; k++) {
      pc.bus.load(BEGIN + 3 * k, new byte[] {0x40, (byte) 0xeb, 0}); // inc eax; jmp to the next
    }
    pc.bus.write8(BEGIN + 3 * blocks, 0xe9); // jmp to the first
    pc.bus.write32(BEGIN + 3 * blocks + 1, -(3 * blocks + 5));
  }

  private int eaxAfterRounds(int rounds, int blocks) {
    pc.interpreter.run(rounds * (2L * blocks + 1));
    return pc.cpu.gpr[Cpu.EAX];
  }

  @Test
  void growsWithTheProgram() {
    int blocks = 20_000;
    circle(blocks);
    assertEquals(3 * blocks, eaxAfterRounds(3, blocks));
    int kept = 0;
    for (int k = 0; k < blocks; k++) {
      kept += pc.interpreter.hasRun(BEGIN + 3 * k, true) ? 1 : 0;
    }
    assertEquals(blocks, kept, 100, "blocks that need not be decoded again");
  }

  @Test
  void noticesWritesIntoProgramsThatDoNotFit() {
    int blocks = 150_000;
    circle(blocks);
    assertEquals(2 * blocks, eaxAfterRounds(2, blocks));
    pc.bus.write8(BEGIN, 0x48); // dec eax
    pc.bus.write8(BEGIN + 3 * (blocks - 1), 0x48);
    assertEquals(3 * blocks - 4, eaxAfterRounds(1, blocks));
  }
}
