package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.Checkpoint;
import dev.biosgateway.x86.cpu.Interpreter.Stop;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random programs of the shape of hot code ({@link HotProgramWriter}), with faults, stores and DMA
 * into their own code, traps, rollbacks and interrupts at random instants, on the interpreter and
 * on the translator side by side: the same state, TLB included, the same time and count whenever
 * one looks, devices that were asked the same at the same instants, the same memory. A program with
 * which it is not so is made as small as it gets, and shown.
 *
 * <p>Property {@code translated.seconds}: how long each mode is tried, 2 seconds unless told;
 * {@code translated.seed}: the first seed, 1 unless told.
 */
class TranslatedProgramsTest {
  private static final int SECONDS = Integer.getInteger("translated.seconds", 2);
  private static final long SEED = Long.getLong("translated.seed", 1);
  private static final int INSTRUCTIONS = 20_000;
  private static final Duration TO_SHRINK = Duration.ofSeconds(30);

  @ParameterizedTest(name = "{0}")
  @EnumSource(RandomMachine.Mode.class)
  @DisplayName("translated programs are where the interpreter is, whenever one looks")
  void side(RandomMachine.Mode mode) {
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    long seed = SEED;
    long runs = 0;
    long instructions = 0;
    do {
      Pair pair = new Pair(mode, program(mode, seed), seed);
      String difference = pair.difference();
      assertEquals("", difference, () -> smallest(pair));
      runs += pair.translated.pc.translator.metrics().runs();
      instructions += pair.plain.pc.clock.retiredInstructions();
      seed++;
    } while (System.nanoTime() < end);
    System.out.printf(
        "%s: seeds %d to %d, %,d instructions, %,d runs of regions, no difference%n",
        mode, SEED, seed - 1, instructions, runs);
    assertTrue(runs > 0 || mode == RandomMachine.Mode.RING0_BREAKPOINTS, "nothing translated");
  }

  private static HotProgram program(RandomMachine.Mode mode, long seed) {
    Random random = new Random(seed * 0x9e3779b97f4a7c15L + mode.ordinal());
    return HotProgramWriter.any(random, HotMachine.dialect(mode, random));
  }

  /** What is left of a program when nothing can be left out without the difference going away. */
  private static String smallest(Pair pair) {
    HotProgram program = pair.program;
    String difference = pair.difference;
    long end = System.nanoTime() + TO_SHRINK.toNanos();
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (HotProgram candidate : program.smaller()) {
        if (System.nanoTime() > end) {
          break;
        }
        Pair other = new Pair(pair.mode, candidate, pair.seed);
        String now = other.difference();
        if (!now.isEmpty()) {
          program = candidate;
          difference = now;
          smaller = true;
          break;
        }
      }
    }
    return "%s, seed %d, %s, %s:%n%s%n%s"
        .formatted(
            pair.mode,
            pair.seed,
            program.dialect().model(),
            policy(pair.seed),
            program.listing(),
            difference);
  }

  private static TranslationPolicy policy(long seed) {
    return switch ((int) (seed & 7)) {
      case 0, 1 -> TranslationPolicy.HOT_AT_ONCE;
      case 2 -> TranslationPolicy.HOT;
      default -> TranslationPolicy.ALWAYS;
    };
  }

  /** Two machines that are alike but for who runs the program. */
  private static final class Pair {
    final RandomMachine.Mode mode;
    final HotProgram program;
    final long seed;
    final HotMachine plain;
    final HotMachine translated;
    String difference;

    Pair(RandomMachine.Mode mode, HotProgram program, long seed) {
      this.mode = mode;
      this.program = program;
      this.seed = seed;
      TranslationPolicy policy = policy(seed);
      int heat = policy == TranslationPolicy.ALWAYS ? 0 : 12;
      plain = HotMachine.of(mode, program, seed, TranslationPolicy.OFF, 0);
      translated = HotMachine.of(mode, program, seed, policy, heat);
    }

    /** Runs both; empty when they are alike from beginning to end. */
    String difference() {
      Random random = new Random(seed);
      difference = "";
      boolean goesOn = true;
      while (goesOn && plain.pc.clock.retiredInstructions() < INSTRUCTIONS) {
        int budget = 1 + random.nextInt(random.nextInt(8) == 0 ? 20 : 4000);
        switch (random.nextInt(12)) {
          case 0 -> goesOn = probed(budget);
          case 1 -> goesOn = rolledBack(budget, 1 + random.nextInt(2000));
          default -> goesOn = run(budget);
        }
      }
      if (difference.isEmpty()) {
        int at = Arrays.mismatch(plain.pc.bus.ram, translated.pc.bus.ram);
        difference = at == -1 ? "" : "memory at %x".formatted(at);
      }
      return difference;
    }

    private boolean run(int budget) {
      long before = plain.pc.clock.retiredInstructions();
      Stop expected;
      Stop found;
      long left;
      do {
        left = before + budget - plain.pc.clock.retiredInstructions();
        expected = plain.pc.interpreter.run(left);
        found = translated.pc.interpreter.run(left);
      } while (expected == Stop.TRAP && found == Stop.TRAP && left > 0);
      String what =
          expected == found ? "" : "stop: expected %s, found %s ".formatted(expected, found);
      List<Section> one = plain.sections();
      List<Section> other = translated.sections();
      for (int k = 0; k < one.size(); k++) {
        if (!one.get(k).equals(other.get(k))) {
          what += one.get(k).differences(other.get(k));
        }
      }
      if (plain.heard() != translated.heard()) {
        what += "a device or a trap heard something else, or at another instant";
      }
      if (!what.isEmpty()) {
        difference =
            "between instructions %d and %d: %s"
                .formatted(before, plain.pc.clock.retiredInstructions(), what);
      }
      return what.isEmpty() && (expected == Stop.BUDGET || expected == Stop.TRAP);
    }

    /** While somebody listens, everything is interpreted. */
    private boolean probed(int budget) {
      Probe probe = new Probe() {};
      plain.pc.cpu.probe = probe;
      translated.pc.cpu.probe = probe;
      boolean goesOn = run(budget / 8 + 1);
      plain.pc.cpu.probe = null;
      translated.pc.cpu.probe = null;
      return goesOn;
    }

    /** Memory goes back to what it was, the processor does not. */
    private boolean rolledBack(int budget, int more) {
      Checkpoint one = plain.pc.bus.checkpoint();
      Checkpoint other = translated.pc.bus.checkpoint();
      boolean goesOn = run(budget);
      plain.pc.bus.rewind(one);
      translated.pc.bus.rewind(other);
      goesOn = goesOn && run(more);
      plain.pc.bus.rollback(one);
      translated.pc.bus.rollback(other);
      return goesOn;
    }
  }
}
