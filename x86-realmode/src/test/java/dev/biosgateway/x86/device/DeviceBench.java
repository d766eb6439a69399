package dev.biosgateway.x86.device;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Devices on a bus, ports and a clock, without a CPU: what a test does to ports is all there is.
 */
public final class DeviceBench implements Wiring, CpuPins {
  public final UnmodelledAccess unmodelled = new UnmodelledAccess();
  public final PhysicalBus bus = new PhysicalBus(2 << 20, unmodelled);
  public final PortMap ports = new PortMap(unmodelled);
  public final VirtualClock clock = new VirtualClock(1);
  public final boolean[] lines = new boolean[16];

  /** Rising edges of each interrupt line, with the instants at which they came. */
  public final List<List<Long>> edges = new ArrayList<>();

  public final StringBuilder console = new StringBuilder();
  public boolean intr;
  public ResetKind requestedReset;
  public boolean poweredOff;
  public boolean clockStopped;

  /** Whether the processor has a local APIC. */
  public boolean hasApic = true;

  public ApicBase apicBase;
  public InterruptAcknowledge acknowledge;
  public InterruptLine ferr;
  public boolean ignne;
  private final List<Device> attached = new ArrayList<>();

  public DeviceBench() {
    for (int i = 0; i < 16; i++) {
      edges.add(new ArrayList<>());
    }
  }

  /** Attaches a device and powers it on. */
  public <D extends Device> D plug(D device) {
    device.attach(this);
    attached.add(device);
    device.reset(ResetKind.POWER_ON);
    return device;
  }

  public int in(int port) {
    return ports.in(port, 1);
  }

  public void out(int port, int value) {
    ports.out(port, 1, value);
  }

  /** Lets time go on to an instant, firing what is due on the way, each at its own instant. */
  public void runTo(long nanos) {
    while (clock.nextEventNanos() <= nanos) {
      clock.retire(Math.max(clock.nextEventNanos() - clock.nanos(), 0));
      clock.fireDueEvents();
    }
    clock.retire(nanos - clock.nanos());
  }

  public void runFor(long nanos) {
    runTo(clock.nanos() + nanos);
  }

  public static Section save(Device device) {
    Section section = new Section(device.sectionName());
    device.save(section);
    return section;
  }

  public boolean recorded(String part) {
    return unmodelled.entries().stream().anyMatch(e -> e.what().contains(part));
  }

  @Override
  public PhysicalBus bus() {
    return bus;
  }

  @Override
  public PortMap ports() {
    return ports;
  }

  @Override
  public VirtualClock clock() {
    return clock;
  }

  @Override
  public UnmodelledAccess unmodelled() {
    return unmodelled;
  }

  @Override
  public InterruptLine irq(int irq) {
    return high -> {
      if (high && !lines[irq]) {
        edges.get(irq).add(clock.nanos());
      }
      lines[irq] = high;
    };
  }

  @Override
  public CpuPins cpu() {
    return this;
  }

  @Override
  public ConsoleSink console() {
    return b -> console.append((char) b);
  }

  @Override
  public <D extends Device> D device(Class<D> type) {
    return find(type).orElseThrow();
  }

  @Override
  public <D extends Device> Optional<D> find(Class<D> type) {
    return attached.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  @Override
  public void setIntr(boolean high) {
    intr = high;
  }

  @Override
  public void nmi() {
    throw new UnsupportedOperationException("no device here raises NMI");
  }

  @Override
  public void requestReset(ResetKind kind) {
    requestedReset = kind;
  }

  @Override
  public boolean connectApic(ApicBase base) {
    apicBase = base;
    return hasApic;
  }

  @Override
  public void powerOff() {
    poweredOff = true;
  }

  @Override
  public void stopClock() {
    clockStopped = true;
  }

  @Override
  public void setInterruptAcknowledge(InterruptAcknowledge controller) {
    acknowledge = controller;
  }

  @Override
  public void connectFerr(InterruptLine line) {
    ferr = line;
  }

  @Override
  public void setIgnne(boolean active) {
    ignne = active;
  }

  @Override
  public String where() {
    return "bench";
  }
}
