package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.cpu.GuestAssembler.Dialect;
import dev.biosgateway.x86.cpu.GuestAssembler.Store;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A {@link TestPc} that runs a {@link HotProgram}: handlers that lead every fault to one of its
 * loops, so that it goes on for ever, segments with bases and limits, a device in memory and one at
 * a port that hear the time, interrupts and DMA into its code at random instants, traps. All of it
 * follows from a seed.
 */
final class HotMachine {
  // Offsets in DS, and where they are in memory when its base is 0.
  static final int POINTER = 0xb7f0;
  static final int DEPTH = 0xb7f8;
  static final int COUNTERS = 0xb800;
  static final int DEVICE = 0xc000;
  static final int ROM = 0xd000;
  static final int PORT = 0x1234;

  private static final int FAULT_HANDLER = 0xa000;
  private static final int HANDLER = 0xa100;
  private static final int RETURN = 0xa800;
  private static final int RESUME_POINTS = 0xa200;
  private static final int POINTS = 4;
  private static final int PROGRAM = 0x10000;
  private static final int VIRTUAL_DATA = 0x40000;

  /** Selectors of segments with a base, a limit, or one that grows down; data in ring 0 or 3. */
  private static final int BASED = TestPc.FREE + 8;

  private static final int LIMITED = TestPc.FREE + 16;
  private static final int EXPAND_DOWN = TestPc.FREE + 24;

  final TestPc pc;
  private final RandomMachine.Mode mode;
  private final Dialect dialect;
  private final HotProgram program;
  private final int physical;

  /** Of everything that devices and traps heard, with the time. */
  private long heard;

  private HotMachine(
      RandomMachine.Mode mode, HotProgram program, long seed, TranslationPolicy policy, int heat) {
    this.mode = mode;
    this.program = program;
    this.dialect = program.dialect();
    Random random = new Random(seed);
    pc = new TestPc(dialect.model(), policy);
    if (pc.translator != null) {
      pc.interpreter.setAccelerator(pc.translator, heat);
    }
    byte[] code = program.bytes();
    RandomMachine.program(pc, mode, random, code);
    physical = dialect.base();
    pc.bus.load(physical, code);
    handlers();
    segments(random);
    pc.cpu.eip = dialect.origin();
    pc.cpu.instructionEip = pc.cpu.eip;
    devices();
    traps(random);
    new Disturbance(random).schedule();
  }

  /** The dialect of programs for a mode, on a processor that has it. */
  static Dialect dialect(RandomMachine.Mode mode, Random random) {
    CpuModel[] models = CpuModel.values();
    CpuModel model;
    do {
      model = random.nextBoolean() ? CpuModel.PENTIUM_PRO : models[random.nextInt(models.length)];
    } while (!has(model, mode));
    return switch (mode) {
      case REAL ->
          new Dialect(model, false, 0, PROGRAM, Store.CODE_SEGMENT, 0, 0, 0x10, 0x100, 0xb00);
      case PROTECTED_16 ->
          new Dialect(
              model, false, 0, PROGRAM, Store.FLAT, 0, TestPc.DATA0, BASED, LIMITED, EXPAND_DOWN);
      case RING0, RING0_BREAKPOINTS -> flat(model, 0, 0);
      case RING0_PAGED -> flat(model, 0x400000, 0);
      case RING0_PAE -> flat(model, 0x200000, 0);
      case RING3, RING3_ALIGNED -> flat(model, 0, 3);
      case RING3_PAGED -> flat(model, 0x400000, 3);
      case VIRTUAL8086, VIRTUAL8086_VME ->
          new Dialect(model, false, 0, 0x20000, Store.CODE_SEGMENT, 0, 0x4000, 0x4010, 0x3f80);
      case VIRTUAL8086_PAGED ->
          new Dialect(model, false, 0, 0x20000, Store.CODE_SEGMENT, 0, 0x4000, 0x4010, 0x3f80);
    };
  }

  private static Dialect flat(CpuModel model, int alias, int ring) {
    int data = ring == 0 ? TestPc.DATA0 : TestPc.DATA3;
    return new Dialect(
        model,
        true,
        PROGRAM,
        PROGRAM,
        Store.FLAT,
        alias,
        data,
        BASED | ring,
        LIMITED | ring,
        EXPAND_DOWN | ring);
  }

  private static boolean has(CpuModel model, RandomMachine.Mode mode) {
    return switch (mode) {
      case REAL -> true;
      case RING0_PAE, VIRTUAL8086_VME, RING0_BREAKPOINTS -> model.isAtLeast(CpuModel.PENTIUM_PRO);
      case RING3_ALIGNED -> model.isAtLeast(CpuModel.I486);
      default -> model.isAtLeast(CpuModel.I386);
    };
  }

  static HotMachine of(
      RandomMachine.Mode mode, HotProgram program, long seed, TranslationPolicy policy, int heat) {
    return new HotMachine(mode, program, seed, policy, heat);
  }

  /** Offset of data: away from tables, stacks and handlers. */
  static int anyAddress(Random random) {
    return random.nextBoolean() ? 0x5100 + random.nextInt(0xef0) : 0xb000 + random.nextInt(0x780);
  }

  // ---- what is in memory

  private void handlers() {
    List<Integer> points = program.resumePoints();
    int size = mode == RandomMachine.Mode.REAL ? 2 : 4;
    for (int n = 0; n < POINTS; n++) {
      int point = points.get(n % points.size());
      if (size == 2) {
        pc.bus.write16(RESUME_POINTS + size * n, point);
      } else {
        pc.bus.write32(RESUME_POINTS + size * n, point);
      }
    }
    if (mode == RandomMachine.Mode.REAL) {
      // xor ax,ax; mov ss,ax; mov sp,7000h; mov ds,ax; mov es,ax; inc word [9800h];
      // mov bx,[9800h]; and bx,3; shl bx,1; flags, CS and IP onto the stack; mov si,5100h;
      // mov di,b000h; iret
      pc.memory(
          FAULT_HANDLER,
          "31C0 8ED0 BC0070 8ED8 8EC0 FF060098 8B1E0098 83E303 D1E3"
              + "B80202 50 B80010 50 8B8700A2 50 BE0051 BF00B0 CF");
      pc.memory(HANDLER, "36FF060498 CF");
      for (int v = 0; v < 256; v++) {
        pc.bus.write32(4 * v, isFault(v) ? FAULT_HANDLER : HANDLER);
      }
      return;
    }
    pc.memory(FAULT_HANDLER, protectedFaultHandler());
    pc.memory(HANDLER, "36FF050498 0000 CF");
    pc.memory(RETURN, "CF");
    for (int v = 0; v < 256; v++) {
      int type = v == 3 || v == 4 || v >= 0x60 && v < 0x70 ? 0xee : 0x8e;
      pc.idtGate(v, type, TestPc.CODE0, isFault(v) ? FAULT_HANDLER : HANDLER);
      if (pc.cpu.virtual8086()) {
        pc.bus.write32(4 * v, RETURN >> 4 << 16);
      }
    }
  }

  private static boolean isFault(int vector) {
    return vector < 32 && vector != CpuException.BP && vector != CpuException.OF;
  }

  private String protectedFaultHandler() {
    StringBuilder out = new StringBuilder();
    // mov ax,10h; mov ss,ax; mov esp,9000h; inc dword [ss:9800h]; mov eax,[ss:9800h]; and eax,3
    out.append("66B81000 8ED0 BC00900000 36FF0500980000 36A100980000 83E003");
    if (pc.cpu.virtual8086()) {
      // gs, fs, ds, es, ss; esp; eflags with VM and IOPL 3
      out.append("6800400000".repeat(5)).append("6800080000 6802320200 6800200000");
    } else if (pc.cpu.cpl == 3) {
      out.append("6A23 6800500000 6802320000 6A1B");
    } else {
      out.append("6802020000").append(mode == RandomMachine.Mode.PROTECTED_16 ? "6A38" : "6A08");
    }
    out.append("36FF348500A20000"); // push dword [ss:eax*4+a200h]
    String data = pc.cpu.cpl == 3 ? "23" : "10";
    return out.append("66B8")
        .append(data)
        .append("00 8ED8 8EC0 BE00510000 BF00B00000 CF")
        .toString();
  }

  private void segments(Random random) {
    if (mode == RandomMachine.Mode.REAL || pc.cpu.virtual8086()) {
      return;
    }
    int cr0 = pc.cpu.cr0;
    pc.cpu.cr0 &= ~Cpu.CR0_PG; // the page of the GDT may be one that is not there
    int ring = pc.cpu.cpl == 3 ? TestPc.RING3 : 0;
    pc.descriptor(BASED, 0x100, 0xfffff, TestPc.DATA | ring, TestPc.PAGES32);
    pc.descriptor(LIMITED, 0, 0xb77f, TestPc.DATA | ring, TestPc.BITS32);
    int big = random.nextBoolean() ? TestPc.BITS32 : TestPc.BITS16;
    pc.descriptor(EXPAND_DOWN, 0, 0x5013, TestPc.EXPAND_DOWN | ring, big);
    if (mode == RandomMachine.Mode.PROTECTED_16) {
      pc.descriptor(TestPc.FREE, PROGRAM, 0xffff, TestPc.CODE, TestPc.BITS16);
      pc.load(pc.cpu.cs, TestPc.FREE);
    }
    int[] some = dialect.selectors();
    for (int s : new int[] {SegmentRegister.ES, SegmentRegister.DS, SegmentRegister.FS}) {
      if (random.nextInt(4) == 0) {
        pc.load(pc.cpu.segments[s], some[random.nextInt(some.length)]);
      }
    }
    if (random.nextInt(6) == 0) {
      pc.load(pc.cpu.ss, EXPAND_DOWN | pc.cpu.cpl);
    }
    pc.cpu.cr0 = cr0;
  }

  // ---- what is not memory

  private void devices() {
    int base = pc.cpu.virtual8086() ? VIRTUAL_DATA : 0;
    pc.bus.setReadOnly(base + ROM, 0x1000, true);
    pc.bus.map(
        base + DEVICE,
        0x1000,
        new Region() {
          @Override
          public String name() {
            return "device";
          }

          @Override
          public int read(int offset, int size) {
            return hear(offset) & (int) ((1L << 8 * size) - 1);
          }

          @Override
          public void write(int offset, int size, int value) {
            hear(value);
          }
        });
    pc.cpu.ports.map(
        PORT,
        4,
        1,
        new dev.biosgateway.x86.bus.PortHandler() {
          @Override
          public int in(int port, int size) {
            return hear(port) & 0xff;
          }

          @Override
          public void out(int port, int size, int value) {
            hear(value);
          }
        });
  }

  private int hear(int what) {
    heard = heard * 0x5deece66dL + pc.clock.nanos() * 31 + what;
    return (int) (heard >>> 17);
  }

  private void traps(Random random) {
    if (random.nextInt(6) > 0) {
      return;
    }
    int length = program.bytes().length;
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      boolean stops = random.nextInt(4) == 0;
      pc.interpreter.setTrap(
          physical + random.nextInt(length),
          cpu -> {
            hear(cpu.eip);
            return stops ? Trap.Outcome.STOP : Trap.Outcome.EXECUTE;
          });
    }
  }

  // ---- looking

  /** Of everything that was heard from devices and traps, and when. */
  long heard() {
    return heard;
  }

  /** CPU and clock. */
  List<Section> sections() {
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

  /** INTR, and bytes that a device writes into the program, at random instants. */
  private final class Disturbance extends Event {
    private final Random random;
    private final int period;
    private final int writes;
    private final List<Integer> targets = program.targets();

    Disturbance(Random random) {
      super("disturbance");
      this.random = random;
      this.period = 10 + random.nextInt(random.nextBoolean() ? 300 : 6000);
      this.writes = random.nextInt(3) == 0 ? 4 : 0;
      pc.cpu.pins.setInterruptAcknowledge(
          () -> {
            pc.cpu.pins.setIntr(false);
            return 0x40;
          });
    }

    void schedule() {
      pc.clock.schedule(this, pc.clock.nanos() + 10L * (1 + random.nextInt(period)));
    }

    @Override
    protected void fire(long due) {
      if (random.nextInt(8) >= writes) {
        pc.cpu.pins.setIntr(true);
      } else if (targets.isEmpty() || random.nextBoolean()) {
        int at = physical + random.nextInt(program.bytes().length);
        pc.bus.write8(at, pc.bus.read8(at)); // the same byte
      } else {
        int at = targets.get(random.nextInt(targets.size())) - dialect.origin();
        pc.bus.write8(physical + at + 1, random.nextInt(256));
      }
      schedule();
    }
  }
}
