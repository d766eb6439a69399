package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.cpu.GuestAssembler.Dialect;
import dev.biosgateway.x86.cpu.HotProgram.Call;
import dev.biosgateway.x86.cpu.HotProgram.Counting;
import dev.biosgateway.x86.cpu.HotProgram.Loop;
import dev.biosgateway.x86.cpu.HotProgram.Part;
import dev.biosgateway.x86.cpu.HotProgram.Patch;
import dev.biosgateway.x86.cpu.HotProgram.Straight;
import dev.biosgateway.x86.cpu.HotProgram.Table;
import dev.biosgateway.x86.cpu.HotProgram.Target;
import dev.biosgateway.x86.cpu.HotProgram.Unless;
import dev.biosgateway.x86.cpu.HotProgram.Way;
import dev.biosgateway.x86.isa.CpuModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Thinks up a {@link HotProgram}. */
final class HotProgramWriter {
  private static final int MAX_DEPTH = 3;
  private static final int TARGETS = 4;

  private final Random random;
  private final Dialect dialect;
  private final RandomInstruction anything;
  private final int routines;

  /** How many of a hundred instructions are any at all, and not of an idiom. */
  private final int strange;

  /** Whether the program stores into itself. */
  private final boolean patches;

  private int targets;
  private int counters;

  private HotProgramWriter(Random random, Dialect dialect) {
    this.random = random;
    this.dialect = dialect;
    this.anything = new RandomInstruction(random, dialect.model(), dialect.code32());
    this.routines = 1 + random.nextInt(3);
    this.strange = random.nextInt(3) * 40;
    this.patches = random.nextInt(3) == 0;
  }

  static HotProgram any(Random random, Dialect dialect) {
    HotProgramWriter writer = new HotProgramWriter(random, dialect);
    List<List<Part>> routines = new ArrayList<>();
    for (int n = 0; n < writer.routines; n++) {
      routines.add(writer.straight(5));
    }
    List<Part> loops = new ArrayList<>();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      loops.add(writer.loop(0));
    }
    return new HotProgram(dialect, routines, loops);
  }

  private Part loop(int depth) {
    int most = depth == 0 ? 110 : 12;
    Counting[] ways = Counting.values();
    boolean memory = depth == 0 || random.nextInt(3) == 0;
    Counting counting = ways[random.nextInt(memory ? ways.length : 3)];
    int counter = HotMachine.COUNTERS + 4 * (counters++ & 63);
    return new Loop(1 + random.nextInt(most), counting, counter, body(depth));
  }

  private List<Part> body(int depth) {
    List<Part> out = new ArrayList<>();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      switch (random.nextInt(9)) {
        case 0 -> out.add(new Call(random.nextInt(routines), way()));
        case 1, 2 -> out.add(new Unless(random.nextInt(16), straight(3)));
        case 3 -> {
          if (depth < MAX_DEPTH) {
            out.add(loop(depth + 1));
          }
        }
        case 4 -> {
          if (patches) {
            out.add(new Target(targets++, random.nextInt(256)));
            out.add(patch());
          }
        }
        case 5 -> {
          if (depth < MAX_DEPTH && random.nextInt(2) == 0) {
            out.add(table(depth));
          }
        }
        default -> out.addAll(straight(6));
      }
    }
    return out;
  }

  private Part table(int depth) {
    List<List<Part>> cases = new ArrayList<>();
    for (int n = random.nextBoolean() ? 2 : 4; n > 0; n--) {
      cases.add(random.nextInt(4) == 0 ? body(depth + 1) : straight(3));
    }
    return new Table(cases);
  }

  private Way way() {
    Way[] all = Way.values();
    return random.nextBoolean() ? Way.DIRECT : all[random.nextInt(all.length)];
  }

  private Part patch() {
    int number = random.nextInt(Math.min(targets, TARGETS));
    boolean wide = random.nextInt(4) == 0;
    int width = !wide ? 8 : dialect.model().isAtLeast(CpuModel.I386) ? 32 : 16;
    return new Patch(targets - 1 - number, width, random.nextBoolean());
  }

  private List<Part> straight(int most) {
    List<Part> out = new ArrayList<>();
    for (int n = 1 + random.nextInt(most); n > 0; n--) {
      boolean any = random.nextInt(100) < strange;
      out.add(new Straight(any ? anything.next() : HotIdiom.any(random, dialect)));
    }
    return out;
  }
}
