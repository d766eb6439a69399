package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.cpu.Interpreter.Stop;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random programs of loops and calls, with faults, stores into their own code and interrupts at
 * random instants, on the interpreter and on the translator side by side: the same state, time and
 * count whenever one looks, the same memory at the end.
 *
 * <p>Property {@code translated.seconds}: how long each mode is tried, 2 seconds unless told;
 * {@code translated.seed}: the first seed, 1 unless told.
 */
class TranslatedProgramsTest {
  private static final int SECONDS = Integer.getInteger("translated.seconds", 2);
  private static final long SEED = Long.getLong("translated.seed", 1);
  private static final int INSTRUCTIONS = 30_000;

  @ParameterizedTest(name = "{0}")
  @EnumSource(RandomMachine.Mode.class)
  @DisplayName("translated programs are where the interpreter is, whenever one looks")
  void side(RandomMachine.Mode mode) {
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    long seed = SEED;
    long translated = 0;
    do {
      translated += compare(mode, seed++);
    } while (System.nanoTime() < end);
    System.out.printf("%s: seeds %d to %d, %d runs of regions%n", mode, SEED, seed - 1, translated);
    assertTrue(
        translated > 0 || mode == RandomMachine.Mode.RING0_BREAKPOINTS, "nothing translated");
  }

  private static long compare(RandomMachine.Mode mode, long seed) {
    TranslationPolicy policy =
        seed % 4 == 0 ? TranslationPolicy.HOT_AT_ONCE : TranslationPolicy.ALWAYS;
    TestPc plain = pc(mode, seed, TranslationPolicy.OFF);
    TestPc translated = pc(mode, seed, policy);
    Random random = new Random(seed);
    Interrupts one = new Interrupts(plain, seed);
    Interrupts other = new Interrupts(translated, seed);
    one.schedule();
    other.schedule();
    Stop stop = Stop.BUDGET;
    for (int done = 0; done < INSTRUCTIONS && stop == Stop.BUDGET; ) {
      int budget = 1 + random.nextInt(random.nextInt(8) == 0 ? 20 : 4000);
      String at = "%s, seed %d, %d to %d instructions".formatted(mode, seed, done, done + budget);
      stop = plain.interpreter.run(budget);
      assertEquals(stop, translated.interpreter.run(budget), at);
      List<Section> expected = state(plain);
      List<Section> found = state(translated);
      for (int k = 0; k < expected.size(); k++) {
        assertEquals(List.of(), expected.get(k).differences(found.get(k)), at);
      }
      done += budget;
    }
    assertEquals(
        -1,
        Arrays.mismatch(plain.bus.ram, translated.bus.ram),
        mode + ", first address of memory that differs, seed " + seed);
    return translated.translator.metrics().runs();
  }

  private static TestPc pc(RandomMachine.Mode mode, long seed, TranslationPolicy policy) {
    boolean code32 =
        switch (mode) {
          case REAL, PROTECTED_16, VIRTUAL8086, VIRTUAL8086_VME, VIRTUAL8086_PAGED -> false;
          default -> true;
        };
    Random random = new Random(seed);
    byte[] program = LoopingProgram.of(random, code32, code32 ? RandomMachine.CODE : 0x100);
    TestPc pc = new TestPc(CpuModel.PENTIUM_PRO, policy);
    RandomMachine.program(pc, mode, random, program);
    int handler = RandomMachine.CODE + LoopingProgram.HANDLER;
    for (int v = 0; v < 256; v++) {
      boolean chaos = random.nextInt(6) == 0;
      if (mode == RandomMachine.Mode.REAL && !chaos) {
        pc.bus.write32(4 * v, pc.cpu.cs.selector << 16 | LoopingProgram.HANDLER);
      } else if (mode != RandomMachine.Mode.REAL && v >= 32) {
        pc.idtGate(v, 0x8e, TestPc.CODE0, handler);
      }
    }
    return pc;
  }

  private static List<Section> state(TestPc pc) {
    pc.interpreter.run(0);
    List<Section> out = new ArrayList<>();
    Section cpu = new Section(pc.cpu.sectionName());
    pc.cpu.save(cpu);
    out.add(cpu);
    Section clock = new Section(pc.clock.sectionName());
    pc.clock.save(clock);
    out.add(clock);
    return out;
  }

  /** INTR at random instants. */
  private static final class Interrupts extends Event {
    private final TestPc pc;
    private final Random random;

    Interrupts(TestPc pc, long seed) {
      super("interrupts");
      this.pc = pc;
      this.random = new Random(seed ^ 0x5555);
      pc.cpu.pins.setInterruptAcknowledge(
          () -> {
            pc.cpu.pins.setIntr(false);
            return 0x40;
          });
    }

    void schedule() {
      pc.clock.schedule(this, pc.clock.nanos() + 10L * (1 + random.nextInt(2000)));
    }

    @Override
    protected void fire(long due) {
      pc.cpu.pins.setIntr(true);
      schedule();
    }
  }
}
