package dev.biosgateway.x86;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.ConsoleSink;
import dev.biosgateway.x86.device.CpuPins;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ExpansionCard;
import dev.biosgateway.x86.device.InterruptController;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.Wiring;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What devices are plugged into: hands them the machine's parts, and each other. */
record Backplane(
    PhysicalBus bus,
    PortMap ports,
    VirtualClock clock,
    UnmodelledAccess unmodelled,
    CpuPins cpu,
    ConsoleSink console,
    List<Device> attached)
    implements Wiring {

  Backplane(
      PhysicalBus bus,
      PortMap ports,
      VirtualClock clock,
      UnmodelledAccess unmodelled,
      CpuPins cpu,
      ConsoleSink console) {
    this(bus, ports, clock, unmodelled, cpu, console, new ArrayList<>());
  }

  void plug(Device device) {
    boolean taken = attached.stream().anyMatch(d -> d.sectionName().equals(device.sectionName()));
    if (taken) {
      throw new IllegalStateException(
          "device %s: the board has one of that name already".formatted(device.sectionName()));
    }
    if (device.keepsToItself()) {
      bus.touched.keepsToItself(device.sectionName());
    }
    ports.mappedBy(device.sectionName());
    device.attach(this);
    attached.add(device);
  }

  /** Plugs a card in; one that cannot be attached leaves nothing behind. */
  void plug(ExpansionCard card) {
    try {
      plug((Device) card);
    } catch (RuntimeException e) {
      card.pull();
      throw e;
    }
  }

  /**
   * Pulls the card that was plugged in last.
   *
   * @throws IllegalStateException when it is another one
   */
  void pull(ExpansionCard card) {
    if (attached.get(attached.size() - 1) != card) {
      throw new IllegalStateException(
          "card %s: expected the last of %s".formatted(card.sectionName(), attached));
    }
    attached.remove(attached.size() - 1);
    card.pull();
  }

  @Override
  public InterruptLine irq(int irq) {
    return require(InterruptController.class).irq(irq);
  }

  @Override
  public <D extends Device> D device(Class<D> type) {
    return require(type);
  }

  @Override
  public <D extends Device> Optional<D> find(Class<D> type) {
    return Optional.ofNullable(installed(type));
  }

  /** The first device that is also of a type, null when there is none. */
  <T> T installed(Class<T> type) {
    for (Device d : attached) {
      if (type.isInstance(d)) {
        return type.cast(d);
      }
    }
    return null;
  }

  /** All devices that are also of a type. */
  <T> List<T> allInstalled(Class<T> type) {
    return attached.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private <T> T require(Class<T> type) {
    T found = installed(type);
    if (found == null) {
      throw new IllegalStateException(
          "expected a %s attached earlier, found %s".formatted(type.getSimpleName(), attached));
    }
    return found;
  }
}
