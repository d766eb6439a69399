package dev.biosgateway.x86.device.apic;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.device.ApicBase;
import dev.biosgateway.x86.device.CpuPins;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptAcknowledge;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pic.Pic8259Pair;
import dev.biosgateway.x86.state.Section;

/**
 * The local APIC of a Pentium or P6 (SDM vol. 3, chapter 10): between the interrupt controllers and
 * the processor's INTR. A processor without one leaves everything as it was.
 *
 * <p>After reset LINT0 passes on what the 8259A asks for, which on real boards firmware has to
 * arrange first: old firmware knows nothing of it.
 */
public final class LocalApic implements Device, InterruptAcknowledge {
  private static final long BASE_AT_RESET = 0xfee0_0000L;
  private static final long BASE_ENABLE = 0x800;
  private static final long BASE_BOOTSTRAP = 0x100;
  private static final long BASE_ADDRESS = 0xfffff000L;

  private final RegisterPage page = new RegisterPage();
  private CpuPins cpu;
  private PhysicalBus bus;
  private Pic8259Pair pic;
  private IoApic ioApic;
  private ApicRegisters registers;

  /** Whether the processor has an APIC at all. */
  private boolean present;

  private long base;
  private long mappedAt;

  /** LINT0: what the 8259A drives. */
  private boolean intr;

  /** An ExtINT message of the IO-APIC that was not acknowledged yet. */
  private boolean extInt;

  @Override
  public void attach(Wiring wiring) {
    cpu = wiring.cpu();
    bus = wiring.bus();
    pic = wiring.device(Pic8259Pair.class);
    UnmodelledAccess unmodelled = wiring.unmodelled();
    registers = new ApicRegisters(wiring.clock(), unmodelled, new Outputs());
    present = cpu.connectApic(new Base());
    if (present) {
      pic.connectOutput(this::lint0);
      cpu.setInterruptAcknowledge(this);
    }
  }

  /** Tells who wants to know of the ends of level-triggered interrupts. */
  void connect(IoApic other) {
    ioApic = other;
  }

  @Override
  public void reset(ResetKind kind) {
    if (!present) {
      return;
    }
    base = BASE_AT_RESET | BASE_ENABLE | BASE_BOOTSTRAP;
    extInt = false;
    registers.reset();
    remap();
    drive();
  }

  /** The INTA cycles: the highest vector here, what the 8259A says, or the spurious vector. */
  @Override
  public int acknowledge() {
    if (!enabled()) {
      return pic.acknowledge();
    }
    int vector = registers.acknowledge();
    if (vector < 0) {
      if (extInt || intr && registers.passesExtInt()) {
        vector = pic.acknowledge();
        extInt &= intr;
      } else {
        vector = registers.spuriousVector();
      }
    }
    drive();
    return vector;
  }

  /**
   * Takes a message of the IO-APIC, which has found that it is for this processor.
   *
   * @return whether it was taken
   */
  boolean receive(ApicMessage message, int vector, boolean level) {
    if (!present || !enabled()) {
      return false;
    }
    switch (message) {
      case EXT_INT -> extInt = true;
      default -> registers.deliver(message, vector, level);
    }
    drive();
    return true;
  }

  /** Whether a message to a destination is for this processor. */
  boolean isDestination(int destination, boolean logical) {
    return present && registers.isDestination(destination, logical);
  }

  @Override
  public String sectionName() {
    return "lapic";
  }

  @Override
  public void save(Section out) {
    out.put("base", base).put("intr", intr).put("extInt", extInt);
    registers.save(out);
  }

  @Override
  public void restore(Section in) {
    base = in.getLong("base");
    intr = in.getBoolean("intr");
    extInt = in.getBoolean("extInt");
    registers.restore(in);
    remap();
    drive();
  }

  @Override
  public String toString() {
    return "lapic";
  }

  private boolean enabled() {
    return (base & BASE_ENABLE) != 0;
  }

  private void lint0(boolean high) {
    boolean rises = high && !intr;
    intr = high;
    if (present && enabled()) {
      registers.lint0(rises);
    }
    drive();
  }

  /** INTR: switched off, the APIC is a wire from LINT0. */
  private void drive() {
    if (!present) {
      return;
    }
    boolean wants =
        enabled() ? registers.requests() || extInt || intr && registers.passesExtInt() : intr;
    cpu.setIntr(wants);
  }

  private void remap() {
    long wanted = present && enabled() ? base & BASE_ADDRESS : 0;
    if (wanted != mappedAt) {
      if (mappedAt != 0) {
        bus.unmap(page);
      }
      if (wanted != 0) {
        bus.map((int) wanted, PhysicalBus.PAGE, page);
      }
      mappedAt = wanted;
    }
  }

  /** MSR 1Bh. */
  private final class Base implements ApicBase {
    @Override
    public long read() {
      return base;
    }

    @Override
    public boolean write(long value) {
      if ((value & ~(BASE_ADDRESS | BASE_ENABLE | BASE_BOOTSTRAP)) != 0) {
        return false;
      }
      base = value & ~BASE_BOOTSTRAP | BASE_BOOTSTRAP;
      if (!enabled()) {
        registers.reset();
        extInt = false;
      }
      remap();
      drive();
      return true;
    }

    @Override
    public boolean enabled() {
      return LocalApic.this.enabled();
    }
  }

  /** The registers in memory, one every 16 bytes. */
  private final class RegisterPage implements Region {
    @Override
    public String name() {
      return "lapic";
    }

    @Override
    public int read(int offset, int size) {
      int value = registers.read(offset >>> 4);
      int shifted = value >>> 8 * (offset & 3);
      return size == 4 ? shifted : shifted & (1 << 8 * size) - 1;
    }

    @Override
    public void write(int offset, int size, int value) {
      registers.write(offset, size, value);
      drive();
    }
  }

  /** What the registers reach outside. */
  private final class Outputs implements ApicRegisters.Outside {
    @Override
    public void nmi() {
      cpu.nmi();
    }

    @Override
    public void endOfLevelInterrupt(int vector) {
      if (ioApic != null) {
        ioApic.endOfInterrupt(vector);
      }
    }

    @Override
    public void changed() {
      drive();
    }
  }
}
