package dev.biosgateway.kexec.extension;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.extension.ExpansionSlot;
import dev.biosgateway.api.extension.PciCard;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.InterruptController;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.device.pic.Pic8259Pair;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongConsumer;

/** What one card has of its machine; all of it is given back in reverse order. */
final class CardSlot implements ExpansionSlot {
  private static final int FIRST_PCI_DEVICE = 3;
  private static final int PCI_DEVICES = 32;
  private static final int PAGE = PhysicalBus.PAGE;

  private final String name;
  private final Wiring wiring;
  private final JavaFailure failure;
  private final PortMap ports;
  private final PhysicalBus bus;
  private final VirtualClock clock;
  private final List<CardTimer> timers = new ArrayList<>();
  private final List<InterruptLine> lines = new ArrayList<>();
  private final List<CardFunction> functions = new ArrayList<>();
  private final Deque<Runnable> claims = new ArrayDeque<>();
  private boolean building = true;

  CardSlot(String name, Wiring wiring, JavaFailure failure) {
    this.name = name;
    this.wiring = wiring;
    this.failure = failure;
    this.ports = wiring.ports();
    this.bus = wiring.bus();
    this.clock = wiring.clock();
  }

  JavaFailure failure() {
    return failure;
  }

  /** The device is built: functions get their places, and nothing more can be claimed. */
  void attached() {
    building = false;
    for (CardFunction function : functions) {
      claims.push(function::release);
      function.attach(wiring);
    }
  }

  void reset() {
    timers.forEach(CardTimer::off);
    lines.forEach(line -> line.set(false));
    functions.forEach(CardFunction::reset);
  }

  void release() {
    while (!claims.isEmpty()) {
      claims.pop().run();
    }
  }

  void save(Section out) {
    for (CardTimer timer : timers) {
      out.put("timer." + timer, timer.dueNanos());
    }
    functions.forEach(function -> function.save(out));
  }

  void restore(Section in) {
    for (CardTimer timer : timers) {
      clock.scheduleAgain(timer, in.getLong("timer." + timer));
    }
    functions.forEach(function -> function.restore(in));
  }

  private void requireBuilding() {
    if (!building) {
      throw new IllegalStateException("a device claims what it answers in plugInto");
    }
  }

  @Override
  public void ports(int first, int count, int width, Responder answering) {
    requireBuilding();
    if (width != 1 && width != 2 && width != 4) {
      throw new InvalidRequestException("width of ports: expected 1, 2 or 4, found " + width);
    }
    requireFree(first, count);
    PortHandler handler = handler(answering);
    ports.map(first, count, width, handler);
    claims.push(() -> ports.disown(handler));
  }

  /** Requires that nobody answers these ports. */
  void requireFree(int first, int count) {
    if (first < 0 || count < 1 || first > 0x10000 - count) {
      throw new InvalidRequestException(
          String.format("0x%x ports from 0x%x on: expected 0 to 0xffff", count, first));
    }
    for (int port = first; port < first + count; port++) {
      if (!ports.isFree(port, 1)) {
        throw new InvalidRequestException(
            String.format(
                "port 0x%x: expected it to be free, found device %s", port, ports.owner(port)));
      }
    }
  }

  /** The plugin's code as a handler of ports. */
  PortHandler handler(Responder answering) {
    return new PortHandler() {
      @Override
      public int in(int port, int size) {
        return failure.guard(size, () -> answering.read(port, size));
      }

      @Override
      public void out(int port, int size, int value) {
        failure.guard(() -> answering.write(port, size, value));
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  @Override
  public void memory(long address, int size, Responder answering) {
    requireBuilding();
    if (address < 0 || address % PAGE != 0 || size < PAGE || size % PAGE != 0) {
      throw new InvalidRequestException(
          String.format("0x%x bytes at 0x%x: expected whole pages of 4096", size, address));
    }
    if (address + size > 1L << 32) {
      throw new InvalidRequestException(
          String.format("0x%x bytes at 0x%x: expected 32 bits", size, address));
    }
    Region region = region(answering);
    bus.map((int) address, size, region);
    claims.push(() -> bus.unmap(region));
  }

  /** The plugin's code as a region; its name is the device's, for policies. */
  Region region(Responder answering) {
    return new Region() {
      @Override
      public String name() {
        return name + ".memory";
      }

      @Override
      public int read(int offset, int size) {
        return failure.guard(size, () -> answering.read(offset, size));
      }

      @Override
      public void write(int offset, int size, int value) {
        failure.guard(() -> answering.write(offset, size, value));
      }
    };
  }

  @Override
  public PciCard pci(int vendor, int device, int classCode, int revision) {
    requireBuilding();
    PciBus pci =
        wiring
            .find(PciBus.class)
            .orElseThrow(() -> new InvalidRequestException("this board has no PCI bus"));
    int place = FIRST_PCI_DEVICE;
    while (place < PCI_DEVICES && isTaken(pci, place)) {
      place++;
    }
    if (place == PCI_DEVICES) {
      throw new InvalidRequestException("PCI bus 0 has no free device from 3 to 31");
    }
    CardFunction function = new CardFunction(this, name, pci, place);
    function.identify(vendor, device, classCode, revision);
    functions.add(function);
    return function;
  }

  private boolean isTaken(PciBus pci, int place) {
    return pci.functions().keySet().stream().anyMatch(f -> f >>> 3 == place)
        || functions.stream().anyMatch(f -> f.device() == place);
  }

  @Override
  public Line interrupt(int irq) {
    requireBuilding();
    InterruptController controller = wiring.device(Pic8259Pair.class);
    InterruptLine line;
    try {
      line = controller.irq(irq);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
    return wire(line, controller::cut);
  }

  /** Notes a wire that was laid. */
  Line wire(InterruptLine line, Runnable cut) {
    lines.add(line);
    claims.push(cut);
    return line::set;
  }

  @Override
  public Timer timer(String timerName, LongConsumer due) {
    requireBuilding();
    CardTimer timer = new CardTimer(name + "." + timerName, due);
    timers.add(timer);
    claims.push(timer::off);
    return timer;
  }

  @Override
  public long nanos() {
    return clock.nanos();
  }

  @Override
  public byte[] readMemory(long address, int length) {
    byte[] bytes = new byte[length];
    bus.read((int) address, bytes, 0, length);
    return bytes;
  }

  @Override
  public void writeMemory(long address, byte... bytes) {
    bus.write((int) address, bytes, 0, bytes.length);
  }

  /** A timer of the card in the machine's queue of events. */
  private final class CardTimer extends Event implements Timer {
    private final LongConsumer due;

    CardTimer(String name, LongConsumer due) {
      super(name);
      this.due = due;
    }

    @Override
    protected void fire(long at) {
      failure.guard(() -> due.accept(at));
    }

    @Override
    public void at(long nanos) {
      clock.schedule(this, nanos);
    }

    @Override
    public void off() {
      clock.cancel(this);
    }
  }
}
