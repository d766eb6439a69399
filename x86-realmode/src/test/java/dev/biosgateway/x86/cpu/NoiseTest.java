package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.cpu.Interpreter.Stop;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Memory full of noise, executed: real mode, flat protected mode, paging, rings 0 and 3. Nothing
 * but a {@link Stop} comes out, the budget is kept, and a run that is cut into pieces ends in the
 * same state as one that is not.
 */
class NoiseTest {
  private static final int SEEDS = 30;
  private static final int BUDGET = 4000;

  /** Opcodes that noise alone reaches seldom: moves, stack, strings, interrupts, returns. */
  private static final byte[] LIKELY = {
    0x00,
    0x40,
    0x50,
    0x58,
    0x74,
    (byte) 0x8b,
    (byte) 0x89,
    0x66,
    (byte) 0xf3,
    (byte) 0xa4,
    0x0f,
    (byte) 0xcd,
    (byte) 0xcf,
    0x03,
    (byte) 0x90
  };

  private static final byte[] NOISE = noise();

  private static byte[] noise() {
    Random random = new Random(1);
    byte[] bytes = new byte[1 << 20];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      int n = random.nextInt(24);
      bytes[i] = n < LIKELY.length ? LIKELY[n] : bytes[i];
    }
    return bytes;
  }

  private record Machine(PhysicalBus bus, VirtualClock clock, Cpu cpu, Interpreter interpreter) {
    Section state() {
      Section section = new Section(cpu.sectionName());
      cpu.save(section);
      return section;
    }
  }

  @ParameterizedTest
  @EnumSource(CpuModel.class)
  void noiseEndsInAStopAndTheSameOneHoweverItIsCut(CpuModel model) {
    for (int seed = 0; seed < SEEDS; seed++) {
      Machine whole = machine(model, seed);
      final Stop stop = whole.interpreter.run(BUDGET);
      long retired = whole.clock.retiredInstructions();
      assertTrue(retired <= BUDGET, "seed " + seed);

      Machine cut = machine(model, seed);
      Random random = new Random(seed);
      long left = BUDGET;
      Stop last = Stop.BUDGET;
      while (left > 0 && last == Stop.BUDGET) {
        long before = cut.clock.retiredInstructions();
        last = cut.interpreter.run(Math.min(left, 1 + random.nextInt(50)));
        left -= cut.clock.retiredInstructions() - before;
      }
      String at = "seed " + seed;
      assertEquals(retired, cut.clock.retiredInstructions(), at);
      assertEquals(whole.state().differences(cut.state()).toString(), "[]", at);
      assertArrayEquals(whole.bus.ram, cut.bus.ram, at);
      assertEquals(stop, last, at);
    }
  }

  private static Machine machine(CpuModel model, int seed) {
    Random random = new Random(seed);
    UnmodelledAccess unmodelled = new UnmodelledAccess();
    PhysicalBus bus = new PhysicalBus(1 << 20, unmodelled);
    VirtualClock clock = new VirtualClock(1);
    Cpu cpu = new Cpu(model, bus, new PortMap(unmodelled), clock, unmodelled);
    int turn = random.nextInt(NOISE.length);
    System.arraycopy(NOISE, turn, bus.ram, 0, NOISE.length - turn);
    System.arraycopy(NOISE, 0, bus.ram, NOISE.length - turn, turn);
    for (int r = 0; r < 8; r++) {
      cpu.gpr[r] = random.nextInt() >>> random.nextInt(32);
    }
    for (SegmentRegister s : cpu.segments) {
      s.base = random.nextInt(1 << 20) & ~15;
      s.selector = s.base >> 4;
    }
    cpu.eip = random.nextInt(1 << 16);
    boolean ring3 = false;
    if (model.isAtLeast(CpuModel.I386) && random.nextInt(3) > 0) {
      ring3 = random.nextInt(3) == 0;
      protect(cpu, random, ring3);
    }
    cpu.registersWritten(ring3 ? 3 : 0);
    cpu.setFlags(random.nextInt(), Eflags.ARITHMETIC | Eflags.TF | Eflags.IF | Eflags.DF);
    return new Machine(bus, clock, cpu, new Interpreter(cpu));
  }

  /** Flat protected mode with tables of noise, sometimes with pages of noise. */
  private static void protect(Cpu cpu, Random random, boolean ring3) {
    cpu.cr0 |= Cpu.CR0_PE;
    int dpl = ring3 ? 0x60 : 0;
    for (SegmentRegister s : cpu.segments) {
      s.base = 0;
      s.limit = -1;
      s.rights = 0xc093 | dpl;
      s.selector = ring3 ? 0x23 : 0x10;
    }
    cpu.cs.rights = 0xc09b | dpl;
    cpu.gdtrBase = random.nextInt(1 << 20);
    cpu.gdtrLimit = random.nextInt(0x10000);
    cpu.idtrBase = random.nextInt(1 << 20);
    cpu.idtrLimit = 0x7ff;
    cpu.eip = random.nextInt(1 << 20);
    if (random.nextBoolean()) {
      cpu.cr3 = random.nextInt(1 << 20) & ~0xfff;
      for (int i = 0; i < 1024; i++) {
        int table = random.nextInt(1 << 20) & ~0xfff;
        cpu.bus.write32(cpu.cr3 + 4 * i, table | (i == 0 ? 0x67 : 0x67 & random.nextInt(256)));
      }
      cpu.cr0 |= Cpu.CR0_PG;
    }
  }
}
