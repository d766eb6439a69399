package dev.biosgateway.itests;

import dev.biosgateway.api.extension.DeviceModel;
import dev.biosgateway.api.extension.DeviceState;
import dev.biosgateway.api.extension.ExpansionSlot;
import dev.biosgateway.api.extension.ExpansionSlot.Responder;
import dev.biosgateway.api.extension.GuestDevice;
import dev.biosgateway.api.extension.PciCard;

/**
 * A device with everything a device can have: a sum at port 300h, to which writes add, a command
 * port 304h, 256 bytes in a memory window, a PCI function, a timer, an interrupt.
 */
final class CounterCard implements GuestDevice {
  static final int SUM = 0x300;
  static final int COMMAND = 0x304;
  static final int RAISE = 1;
  static final int ARM = 2;
  static final int COPY = 3;
  static final int FAIL = 4;
  static final int IRQ = 5;
  static final int VENDOR = 0x1af4;
  static final int DEVICE = 0x4711;
  static final long WINDOW = 0xfc000000L;

  /** When the timer fires after it was armed, in nanoseconds. */
  private static final int DELAY = 50;

  /** What the timer adds. */
  static final int BONUS = 1000;

  /** Where {@link #COPY} writes the sum, as a bus master. */
  static final int MAILBOX = 0x600;

  private final ExpansionSlot slot;
  private final ExpansionSlot.Line line;
  private final ExpansionSlot.Timer timer;
  private final byte[] window = new byte[256];
  private int sum;

  private CounterCard(ExpansionSlot slot) {
    this.slot = slot;
    slot.ports(SUM, 4, 4, new Sum());
    slot.ports(COMMAND, 1, 1, new Command());
    line = slot.interrupt(IRQ);
    timer = slot.timer("bonus", due -> sum += BONUS);
    PciCard pci = slot.pci(VENDOR, DEVICE, 0xff0000, 1);
    pci.memory(0, 4096, WINDOW, new Window()).register(0x40, 0x12, 0xff);
  }

  /** The service. */
  static DeviceModel model() {
    return CounterCard::new;
  }

  @Override
  public void reset() {
    sum = 0;
  }

  @Override
  public void save(DeviceState out) {
    out.put("sum", sum).put("window", window);
  }

  @Override
  public void restore(DeviceState in) {
    sum = (int) in.number("sum");
    in.bytes("window", window);
  }

  private final class Sum implements Responder {
    @Override
    public int read(int port, int size) {
      return sum >>> 8 * (port - SUM);
    }

    @Override
    public void write(int port, int size, int value) {
      sum += value;
    }
  }

  private final class Command implements Responder {
    @Override
    public int read(int port, int size) {
      return 0;
    }

    @Override
    public void write(int port, int size, int value) {
      switch (value) {
        case RAISE -> line.set(true);
        case ARM -> timer.at(slot.nanos() + DELAY);
        case COPY -> slot.writeMemory(MAILBOX, (byte) sum);
        default -> throw new IllegalStateException("no command " + value);
      }
    }
  }

  private final class Window implements Responder {
    @Override
    public int read(int offset, int size) {
      int value = 0;
      for (int i = 0; i < size; i++) {
        value |= (window[offset + i & 0xff] & 0xff) << 8 * i;
      }
      return value;
    }

    @Override
    public void write(int offset, int size, int value) {
      for (int i = 0; i < size; i++) {
        window[offset + i & 0xff] = (byte) (value >>> 8 * i);
      }
    }
  }
}
