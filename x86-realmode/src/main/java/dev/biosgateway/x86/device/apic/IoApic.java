package dev.biosgateway.x86.device.apic;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pic.Pic8259Pair;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * The 82093AA IO-APIC (Intel order 290566) at FEC00000h: 24 inputs that become messages to the
 * local APIC. The interrupts of ISA come here as to the 8259A, number for number, but for IRQ 0,
 * which is at input 2 as on every PC.
 */
public final class IoApic implements Device, Region {
  private static final int BASE = 0xfec0_0000;
  private static final int SELECT = 0x00;
  private static final int WINDOW = 0x10;

  private static final int ID = 0x00;
  private static final int VERSION = 0x01;
  private static final int ARBITRATION = 0x02;
  private static final int REDIRECTION = 0x10;

  private static final int INPUTS = 24;

  /** Version 11h, highest entry 23. */
  private static final int VERSION_VALUE = INPUTS - 1 << 16 | 0x11;

  private static final int TIMER_IRQ = 0;
  private static final int TIMER_INPUT = 2;

  private static final long MASKED = 1L << 16;
  private static final long LEVEL = 1L << 15;
  private static final long REMOTE_IRR = 1L << 14;
  private static final long ACTIVE_LOW = 1L << 13;
  private static final long LOGICAL = 1L << 11;

  /** All but delivery status and remote IRR, which are read-only, and the reserved bits. */
  private static final long WRITABLE = 0xff00_0000_0001_afffL;

  private final long[] redirection = new long[INPUTS];
  private UnmodelledAccess unmodelled;
  private LocalApic local;
  private int id;
  private int selected;

  /** Levels of the wires; an input that is active low takes them as asserted all the same. */
  private int inputs;

  @Override
  public void attach(Wiring wiring) {
    unmodelled = wiring.unmodelled();
    local = wiring.device(LocalApic.class);
    local.connect(this);
    wiring
        .device(Pic8259Pair.class)
        .tap((irq, high) -> set(irq == TIMER_IRQ ? TIMER_INPUT : irq, high));
    wiring.bus().map(BASE, PhysicalBus.PAGE, this);
  }

  @Override
  public void reset(ResetKind kind) {
    Arrays.fill(redirection, MASKED);
    id = 0;
    selected = 0;
  }

  @Override
  public String name() {
    return "ioapic";
  }

  @Override
  public int read(int offset, int size) {
    int value =
        switch (offset & ~3) {
          case SELECT -> selected;
          case WINDOW -> readSelected();
          default -> {
            unmodelled.record("ioapic: read at offset %03Xh", offset);
            yield 0;
          }
        };
    int shifted = value >>> 8 * (offset & 3);
    return size == 4 ? shifted : shifted & (1 << 8 * size) - 1;
  }

  @Override
  public void write(int offset, int size, int value) {
    if (offset == SELECT) {
      selected = value & 0xff;
    } else if (offset == WINDOW && size == 4) {
      writeSelected(value);
    } else {
      unmodelled.record("ioapic: write at offset %03Xh", offset);
    }
  }

  /**
   * An input, for a device that has it to itself.
   *
   * @param input 16 to 23, those that are not ISA's
   */
  public InterruptLine input(int input) {
    return high -> set(input, high);
  }

  /** The local APIC has ended a level-triggered interrupt. */
  void endOfInterrupt(int vector) {
    for (int input = 0; input < INPUTS; input++) {
      long entry = redirection[input];
      if ((entry & REMOTE_IRR) != 0 && (entry & 0xff) == vector) {
        redirection[input] = entry & ~REMOTE_IRR;
        serveLevel(input);
      }
    }
  }

  @Override
  public String sectionName() {
    return "ioapic";
  }

  @Override
  public void save(Section out) {
    for (int input = 0; input < INPUTS; input++) {
      out.put("redirection", redirection[input]);
    }
    out.put("id", id).put("selected", selected).put("inputs", inputs);
  }

  @Override
  public void restore(Section in) {
    for (int input = 0; input < INPUTS; input++) {
      redirection[input] = in.getLong("redirection");
    }
    id = in.getInt("id");
    selected = in.getInt("selected");
    inputs = in.getInt("inputs");
  }

  @Override
  public String toString() {
    return "ioapic";
  }

  private void set(int input, boolean high) {
    int bit = 1 << input;
    boolean rises = high && (inputs & bit) == 0;
    inputs = high ? inputs | bit : inputs & ~bit;
    long entry = redirection[input];
    if ((entry & LEVEL) != 0) {
      serveLevel(input);
    } else if (rises && (entry & MASKED) == 0) {
      send(entry, false); // an edge while the input is masked is lost
    }
  }

  private void serveLevel(int input) {
    long entry = redirection[input];
    boolean asserted = (inputs >>> input & 1) != 0;
    if (asserted && (entry & (LEVEL | MASKED | REMOTE_IRR)) == LEVEL && send(entry, true)) {
      redirection[input] |= REMOTE_IRR;
    }
  }

  private boolean send(long entry, boolean level) {
    int destination = (int) (entry >>> 56);
    return local.isDestination(destination, (entry & LOGICAL) != 0)
        && local.receive(ApicMessage.of((int) entry), (int) entry & 0xff, level);
  }

  private int readSelected() {
    if (selected >= REDIRECTION && selected < REDIRECTION + 2 * INPUTS) {
      long entry = redirection[selected - REDIRECTION >>> 1];
      return (int) ((selected & 1) == 0 ? entry : entry >>> 32);
    }
    return switch (selected) {
      case ID, ARBITRATION -> id;
      case VERSION -> VERSION_VALUE;
      default -> {
        unmodelled.record("ioapic: read of register %02Xh", selected);
        yield 0;
      }
    };
  }

  private void writeSelected(int value) {
    if (selected >= REDIRECTION && selected < REDIRECTION + 2 * INPUTS) {
      writeRedirection(selected - REDIRECTION >>> 1, value);
    } else if (selected == ID) {
      id = value & 0x0f000000;
    } else {
      unmodelled.record("ioapic: write of register %02Xh", selected);
    }
  }

  private void writeRedirection(int input, int value) {
    boolean high = (selected & 1) != 0;
    int shift = high ? 32 : 0;
    long mask = 0xffffffffL << shift;
    long bits = (value & 0xffffffffL) << shift;
    long kept = redirection[input] & (~mask | ~WRITABLE);
    long entry = kept | bits & mask & WRITABLE;
    if ((entry & LEVEL) == 0) {
      entry &= ~REMOTE_IRR; // an edge has no remote IRR
    }
    redirection[input] = entry;
    if ((entry & ACTIVE_LOW) != 0 && (entry & LEVEL) == 0) {
      unmodelled.record("ioapic: input %d edge-triggered on the falling edge", input);
    }
    serveLevel(input);
  }
}
