package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.x86.state.Section;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random bytes as code, data, descriptors and gates. Whatever they do, the CPU ends in a state that
 * does not depend on how the run was cut into pieces, and no Java exception comes out of it.
 */
class NoiseTest {
  private static final int PROGRAMS = 30;
  private static final int INSTRUCTIONS = 2000;

  private enum Mode {
    REAL,
    RING0,
    RING0_PAGED,
    RING0_PAE,
    RING3,
    RING3_PAGED,
    VIRTUAL8086
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Mode.class)
  @DisplayName("one run, and the same in single instructions, end in the same state")
  void piecesMakeTheWhole(Mode mode) {
    for (int program = 0; program < PROGRAMS; program++) {
      long seed = mode.ordinal() * 1000L + program;
      TestPc whole = machine(mode, new Random(seed));
      TestPc pieces = machine(mode, new Random(seed));
      Interpreter.Stop stop = whole.interpreter.run(INSTRUCTIONS);
      long count = whole.clock.retiredInstructions();
      Random cut = new Random(seed);
      while (pieces.clock.retiredInstructions() < count) {
        long left = count - pieces.clock.retiredInstructions();
        pieces.interpreter.run(cut.nextBoolean() ? 1 : Math.min(left, cut.nextInt(50)));
      }
      assertEquals(stop, pieces.interpreter.run(stop == Interpreter.Stop.BUDGET ? 0 : 1));
      assertEquals(List.of(), state(whole).differences(state(pieces)), "seed " + seed);
      assertArrayEquals(whole.bus.ram, pieces.bus.ram, "memory, seed " + seed);
    }
  }

  private static Section state(TestPc pc) {
    // What waits at the last boundary is looked after when a run begins.
    pc.interpreter.run(0);
    Section s = new Section("cpu");
    pc.cpu.save(s);
    return s;
  }

  private static TestPc machine(Mode mode, Random random) {
    TestPc pc = new TestPc();
    byte[] noise = new byte[0x110000];
    random.nextBytes(noise);
    pc.bus.load(0, noise);
    if (mode == Mode.REAL) {
      pc.real().at(random.nextInt(0x10000));
    } else {
      tables(pc, random);
      pc.protect();
      if (mode == Mode.RING3 || mode == Mode.RING3_PAGED) {
        pc.ring3();
      }
      paging(pc, mode, random);
      pc.at(0x10000 + random.nextInt(0x100000));
      if (mode == Mode.VIRTUAL8086) {
        pc.virtual8086(random.nextInt(4));
      }
    }
    for (int r = 0; r < 8; r++) {
      if (r != Cpu.ESP) {
        pc.cpu.gpr[r] = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(0x20000);
      }
    }
    int some = Eflags.ARITHMETIC | Eflags.DF | Eflags.IF;
    pc.cpu.setFlags(random.nextInt(), random.nextInt(4) == 0 ? some | Eflags.TF : some);
    return pc;
  }

  /** Mostly sensible gates to places all over the noise, and descriptors of all kinds. */
  private static void tables(TestPc pc, Random random) {
    int[] types = {0x8e, 0x8f, 0xee, 0xef, 0x86, 0xe7, 0x85};
    for (int v = 0; v < 256; v++) {
      int type = types[random.nextInt(random.nextInt(3) == 0 ? types.length : 4)];
      int selector = random.nextInt(10) == 0 ? random.nextInt(0x100) : TestPc.CODE0;
      pc.idtGate(v, type, selector, 0x10000 + random.nextInt(0x100000));
    }
    for (int s = TestPc.FREE; s < 0x200; s += 8) {
      anyDescriptor(pc, s, random);
    }
    for (int s = 4; s < 0x80; s += 8) {
      anyDescriptor(pc, s, random);
    }
  }

  private static void anyDescriptor(TestPc pc, int selector, Random random) {
    int present = random.nextInt(3) > 0 ? 0x80 : 0;
    pc.descriptor(
        selector,
        random.nextInt(0x100000),
        random.nextInt(0x100000),
        random.nextInt(256) | present,
        random.nextInt(16));
  }

  /**
   * Identity for 4 MB (2 MB with PAE), repeated over all addresses; some pages with less rights.
   */
  private static void paging(TestPc pc, Mode mode, Random random) {
    if (mode == Mode.RING0_PAE) {
      for (int i = 0; i < 512; i++) {
        pc.bus.write32(0x302000 + 8 * i, i << 12 | rights(random));
        pc.bus.write32(0x301000 + 8 * i, random.nextBoolean() ? 0x302007 : 0x87);
      }
      for (int i = 0; i < 4; i++) {
        pc.bus.write32(0x300000 + 8 * i, 0x301001);
      }
      pc.cpu.controlRegisters.writeCr4(Cpu.CR4_PAE);
    } else if (mode == Mode.RING0_PAGED || mode == Mode.RING3_PAGED) {
      for (int i = 0; i < 1024; i++) {
        pc.bus.write32(0x301000 + 4 * i, i << 12 | rights(random));
        pc.bus.write32(0x300000 + 4 * i, 0x301007);
      }
    } else {
      return;
    }
    pc.cpu.controlRegisters.writeCr3(0x300000);
    pc.cpu.controlRegisters.writeCr0(pc.cpu.cr0 | Cpu.CR0_PG);
  }

  private static int rights(Random random) {
    return random.nextInt(50) == 0 ? random.nextInt(8) : 7;
  }
}
