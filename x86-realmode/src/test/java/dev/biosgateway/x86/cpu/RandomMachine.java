package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import java.util.Random;

/** A {@link TestPc} in some mode, with tables, registers and memory that a seed decides about. */
final class RandomMachine {
  /** How the processor is running when the program begins. */
  enum Mode {
    REAL,
    PROTECTED_16,
    RING0,
    RING0_BREAKPOINTS,
    RING0_PAGED,
    RING0_PAE,
    RING3,
    RING3_PAGED,
    RING3_ALIGNED,
    VIRTUAL8086,
    VIRTUAL8086_VME,
    VIRTUAL8086_PAGED
  }

  static final int CODE = 0x10000;
  static final int CODE_SIZE = 0x100000;
  private static final int PAGE_TABLES = 0x300000;

  private RandomMachine() {}

  /** Memory from 0 to 110000h full of noise, the tables in it mostly sensible. */
  static TestPc noise(Mode mode, Random random) {
    TestPc pc = new TestPc(CpuModel.PENTIUM_PRO);
    byte[] noise = new byte[CODE + CODE_SIZE];
    random.nextBytes(noise);
    pc.bus.load(0, noise);
    enter(pc, mode, random, CODE_SIZE);
    return pc;
  }

  /** The machine with a program at CS:EIP; interrupts and exceptions lead into the program too. */
  static TestPc program(Mode mode, Random random, byte[] program) {
    return program(new TestPc(CpuModel.PENTIUM_PRO), mode, random, program);
  }

  /** The same on a machine that is there, and has not run yet. */
  static TestPc program(TestPc pc, Mode mode, Random random, byte[] program) {
    byte[] data = new byte[CODE];
    random.nextBytes(data);
    pc.bus.load(0, data);
    enter(pc, mode, random, program.length);
    int at =
        switch (mode) {
          case REAL, VIRTUAL8086, VIRTUAL8086_VME, VIRTUAL8086_PAGED -> pc.cpu.cs.base;
          default -> CODE;
        };
    pc.bus.load(at, program);
    pc.at(at - pc.cpu.cs.base);
    if (mode == Mode.REAL) {
      for (int v = 0; v < 256; v++) {
        int offset = random.nextInt(program.length);
        pc.bus.write32(4 * v, pc.cpu.cs.selector << 16 | offset);
      }
    }
    if (at != CODE) {
      pc.bus.load(CODE, program); // for what leaves virtual-8086 mode
    }
    return pc;
  }

  private static void enter(TestPc pc, Mode mode, Random random, int codeSize) {
    if (mode == Mode.REAL) {
      pc.real();
      pc.cpu.segmentLoad.loadReal(pc.cpu.cs, 0x1000);
      pc.at(random.nextInt(Math.min(codeSize, 0x10000)));
    } else {
      tables(pc, random, codeSize);
      pc.protect();
      inMode(pc, mode, random);
      paging(pc, mode, random);
    }
    for (int r = 0; r < 8; r++) {
      if (r != Cpu.ESP) {
        pc.cpu.gpr[r] = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(0x8000);
      }
    }
    int some = Eflags.ARITHMETIC | Eflags.DF | Eflags.IF;
    pc.cpu.setFlags(random.nextInt(), random.nextInt(8) == 0 ? some | Eflags.TF : some);
  }

  private static void inMode(TestPc pc, Mode mode, Random random) {
    pc.at(CODE + random.nextInt(0x1000));
    switch (mode) {
      case PROTECTED_16 -> {
        pc.descriptor(TestPc.FREE, 0, 0xfffff, TestPc.CODE, 0x8);
        pc.load(pc.cpu.cs, TestPc.FREE);
      }
      case RING3, RING3_PAGED -> pc.ring3();
      case RING3_ALIGNED -> {
        pc.ring3();
        pc.cpu.cr0 |= Cpu.CR0_AM;
        pc.cpu.setFlags(Eflags.AC, Eflags.AC);
      }
      case RING0_BREAKPOINTS -> {
        pc.cpu.cr4 = Cpu.CR4_DE;
        for (int n = 0; n < 4; n++) {
          pc.cpu.dr[n] = random.nextInt(random.nextBoolean() ? 0x8000 : CODE + 0x2000);
        }
        pc.cpu.dr[7] = random.nextInt() & 0xffff00ff | DebugRegisters.DR7_FIXED | 1;
        pc.cpu.debug.review();
      }
      case VIRTUAL8086, VIRTUAL8086_PAGED -> pc.virtual8086(random.nextInt(4));
      case VIRTUAL8086_VME -> {
        pc.cpu.controlRegisters.writeCr4(Cpu.CR4_VME);
        pc.virtual8086(random.nextInt(4));
      }
      case REAL, RING0, RING0_PAGED, RING0_PAE -> {
        // As protect() left it.
      }
    }
  }

  /** Mostly sensible gates into the code, and descriptors of all kinds. */
  private static void tables(TestPc pc, Random random, int codeSize) {
    int[] types = {0x8e, 0x8f, 0xee, 0xef, 0x86, 0xe7, 0x85};
    for (int v = 0; v < 256; v++) {
      int type = types[random.nextInt(random.nextInt(3) == 0 ? types.length : 4)];
      int selector = random.nextInt(10) == 0 ? random.nextInt(0x100) : TestPc.CODE0;
      pc.idtGate(v, type, selector, CODE + random.nextInt(codeSize));
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
   * Identity for 4 MB (2 MB with PAE), repeated over all addresses; some pages with fewer rights.
   */
  private static void paging(TestPc pc, Mode mode, Random random) {
    switch (mode) {
      case RING0_PAE -> {
        for (int i = 0; i < 512; i++) {
          pc.bus.write32(PAGE_TABLES + 0x2000 + 8 * i, i << 12 | rights(random));
          int directory = random.nextBoolean() ? PAGE_TABLES + 0x2007 : 0x87;
          pc.bus.write32(PAGE_TABLES + 0x1000 + 8 * i, directory);
        }
        for (int i = 0; i < 4; i++) {
          pc.bus.write32(PAGE_TABLES + 8 * i, PAGE_TABLES + 0x1001);
        }
        pc.cpu.controlRegisters.writeCr4(Cpu.CR4_PAE);
      }
      case RING0_PAGED, RING3_PAGED, VIRTUAL8086_PAGED -> {
        for (int i = 0; i < 1024; i++) {
          pc.bus.write32(PAGE_TABLES + 0x1000 + 4 * i, i << 12 | rights(random));
          pc.bus.write32(PAGE_TABLES + 4 * i, PAGE_TABLES + 0x1007);
        }
      }
      case REAL,
          PROTECTED_16,
          RING0,
          RING0_BREAKPOINTS,
          RING3,
          RING3_ALIGNED,
          VIRTUAL8086,
          VIRTUAL8086_VME -> {
        return;
      }
    }
    pc.cpu.controlRegisters.writeCr3(PAGE_TABLES);
    pc.cpu.controlRegisters.writeCr0(pc.cpu.cr0 | Cpu.CR0_PG);
  }

  private static int rights(Random random) {
    return random.nextInt(50) == 0 ? random.nextInt(8) : 7;
  }
}
