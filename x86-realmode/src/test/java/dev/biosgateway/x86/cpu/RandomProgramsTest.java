package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.Checkpoint;
import dev.biosgateway.x86.cpu.Interpreter.Stop;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Instruction;
import dev.biosgateway.x86.isa.Mnemonic;
import dev.biosgateway.x86.isa.OpcodeMaps;
import dev.biosgateway.x86.isa.Operand.Place;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Programs of 50 to 500 instructions out of the table, and noise, in every mode. Property {@code
 * noise.instructions}: how many instructions of noise for each mode, 60,000 unless told; {@code
 * random.programs}: how many programs, 8 unless told.
 */
class RandomProgramsTest {
  private static final int NOISE = Integer.getInteger("noise.instructions", 60_000);
  private static final int PROGRAMS = Integer.getInteger("random.programs", 8);
  private static final int SLICE = 4000;

  /**
   * Bytes that an instruction of noise may cost on average. Most of it is executed once, so it is
   * all decoding: that of one block of up to 64 instructions for each.
   */
  private static final long DECODING = 16 << 10;

  private static final List<Instruction> ROWS =
      OpcodeMaps.rows().stream().filter(r -> r.isIn(CpuModel.PENTIUM_PRO)).toList();

  @ParameterizedTest(name = "{0}")
  @EnumSource(RandomMachine.Mode.class)
  @DisplayName("one run up to any instruction gives the state of as many single steps")
  void everyPrefix(RandomMachine.Mode mode) {
    for (int n = 0; n < PROGRAMS; n++) {
      long seed = 31L * n + mode.ordinal();
      int length = 50 + new Random(seed).nextInt(451);
      byte[] program = program(new Random(seed), length);
      List<List<Section>> single = new ArrayList<>();
      List<Long> retired = new ArrayList<>();
      TestPc stepping = RandomMachine.program(mode, new Random(seed), program);
      Stop stop = Stop.BUDGET;
      while (single.size() < length && stop == Stop.BUDGET) {
        stop = stepping.interpreter.run(1);
        single.add(state(stepping));
        retired.add(stepping.clock.retiredInstructions());
      }

      TestPc whole = RandomMachine.program(mode, new Random(seed), program);
      List<Section> begin = state(whole);
      Checkpoint memory = whole.bus.checkpoint();
      for (int k = 1; k <= single.size(); k++) {
        whole.bus.rewind(memory);
        whole.clock.restore(begin.get(1).rewind());
        whole.cpu.restore(begin.get(0).rewind());
        Stop last =
            whole.interpreter.run(retired.get(k - 1) + (k < single.size() ? 0 : more(stop)));
        assertEquals(k < single.size() ? Stop.BUDGET : stop, last);
        List<Section> now = state(whole);
        String at = "seed %d, instruction %d of %s".formatted(seed, k, mode);
        assertEquals(List.of(), single.get(k - 1).get(0).differences(now.get(0)), at);
        assertEquals(List.of(), single.get(k - 1).get(1).differences(now.get(1)), at);
      }
      assertArrayEquals(stepping.bus.ram, whole.bus.ram, "memory, seed " + seed);
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(RandomMachine.Mode.class)
  @DisplayName(
      "noise lets nothing out but stops, keeps its budget, and allocates for decoding only")
  void noise(RandomMachine.Mode mode) {
    long done = 0;
    long allocated = 0;
    for (long seed = 0; done < NOISE; seed++) {
      TestPc pc = RandomMachine.noise(mode, new Random(seed));
      long before = allocatedBytes();
      pc.interpreter.run(SLICE);
      allocated += allocatedBytes() - before;
      long retired = pc.clock.retiredInstructions();
      assertTrue(retired <= SLICE, "seed " + seed);
      done += Math.max(1, retired);
    }
    long each = allocated / done;
    boolean decodesOnly =
        TranslationPolicy.ofProperty(TranslationPolicy.OFF) == TranslationPolicy.OFF;
    assertTrue(!decodesOnly || each < DECODING, each + " bytes an instruction");
  }

  @Test
  @DisplayName("a loop that has been decoded allocates nothing")
  void steadyState() {
    TestPc pc = new TestPc().protect();
    pc.idtGate(0x40, 0x8e, TestPc.CODE0, 0x11000);
    // again: call f; mov [6000h], eax; push eax; pop ecx; int 40h; div 0 (#DE skips); jmp again
    pc.idtGate(CpuException.DE, 0x8e, TestPc.CODE0, 0x11100);
    pc.memory(0x11000, "40 CF").memory(0x11100, "83 04 24 02 CF");
    pc.code("E8 15 00 00 00 A3 00 60 00 00 50 59 CD 40 31 C9 F7 F1 D9 E8 DD D8 EB E8 90 90 C3");
    pc.cpu.fpu.initialize();
    for (int run = 0; run < 8; run++) {
      pc.interpreter.run(1_000_000); // a run ends anywhere, and the next begins a region there
    }
    long before = allocatedBytes();
    pc.interpreter.run(1_000_000);
    long allocated = allocatedBytes() - before;
    assertEquals(9_000_000, pc.clock.retiredInstructions());
    assertTrue(allocated < 100_000, allocated + " bytes");
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** A stop other than for the budget comes up in front of an instruction that is not counted. */
  private static int more(Stop stop) {
    return stop == Stop.BUDGET ? 0 : 1;
  }

  /** CPU and clock. What waits at the last boundary is looked after when a run begins. */
  private static List<Section> state(TestPc pc) {
    pc.interpreter.run(0);
    Section cpu = new Section(pc.cpu.sectionName());
    pc.cpu.save(cpu);
    Section clock = new Section(pc.clock.sectionName());
    pc.clock.save(clock);
    return List.of(cpu, clock);
  }

  // ---- programs

  private static byte[] program(Random random, int instructions) {
    byte[] code = new byte[16 * instructions];
    int at = 0;
    for (int n = 0; n < instructions; n++) {
      at = instruction(code, at, random);
    }
    return Arrays.copyOf(code, at);
  }

  /** A row with random operands: short branches, small counts, addresses in the first 32 KB. */
  private static int instruction(byte[] code, int from, Random random) {
    Instruction row = ROWS.get(random.nextInt(ROWS.size()));
    if (row.mnemonic() == Mnemonic.HLT || row.mnemonic() == Mnemonic.X87 && random.nextInt(4) > 0) {
      return from; // one ends a program, the others are a third of all rows
    }
    int at = from;
    if (random.nextInt(6) == 0) {
      code[at++] = (byte) (random.nextBoolean() ? 0x66 : 0x67);
    }
    if (row.mnemonic().is(Mnemonic.Trait.STRING) && random.nextBoolean()) {
      at = smallCount(code, at, random);
      code[at++] = (byte) (0xf2 + random.nextInt(2));
    }
    if (row.map() == Instruction.Map.TWO_BYTE) {
      code[at++] = 0x0f;
    }
    boolean inOpcode = row.operands().stream().anyMatch(o -> o.place() == Place.OPCODE_REGISTER);
    code[at++] = (byte) (row.opcode() + (inOpcode ? random.nextInt(8) : 0));
    if (row.hasModRm()) {
      int modrm = random.nextInt(256);
      while (!row.matches(modrm)) {
        modrm =
            row.digit() < 0 ? random.nextInt(256) : random.nextInt(256) & 0xc7 | row.digit() << 3;
      }
      code[at++] = (byte) modrm;
    }
    boolean branch = row.operands().stream().anyMatch(o -> o.place() == Place.RELATIVE);
    int tail = random.nextInt(branch ? 2 : 5);
    for (int i = 0; i < tail; i++) {
      code[at++] = (byte) (i == 1 ? random.nextInt(0x60) : random.nextInt(64) - 16);
    }
    return at;
  }

  private static int smallCount(byte[] code, int from, Random random) {
    int at = from;
    code[at++] = 0x6a; // push imm8; pop ecx
    code[at++] = (byte) random.nextInt(30);
    code[at++] = 0x59;
    return at;
  }
}
