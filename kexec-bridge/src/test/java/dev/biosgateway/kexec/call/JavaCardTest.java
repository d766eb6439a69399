package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.extension.DeviceModel;
import dev.biosgateway.api.extension.DeviceState;
import dev.biosgateway.api.extension.ExpansionSlot;
import dev.biosgateway.api.extension.ExpansionSlot.Responder;
import dev.biosgateway.api.extension.GuestDevice;
import dev.biosgateway.api.extension.PciCard;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.device.pci.PciBus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Devices in Java among those of the board: lines, windows, timers, and no trace of them. */
class JavaCardTest {
  private static final int PORT = 0x300;
  private static final int IRR = 0x20;

  /** A latch at a port whose bits drive two interrupts, behind PCI windows as well. */
  private static final class Latch implements GuestDevice, Responder {
    private final ExpansionSlot.Line irq;
    private final ExpansionSlot.Line intA;
    private final ExpansionSlot.Timer timer;
    private final ExpansionSlot slot;
    private final PciCard pci;
    private int value;

    Latch(ExpansionSlot slot) {
      this(slot, 0);
    }

    /** The same, so many places further on. */
    Latch(ExpansionSlot slot, int place) {
      this.slot = slot;
      slot.ports(PORT + place, 1, 1, this);
      slot.memory(0xd0000 + 0x1000L * place, 0x1000, this);
      irq = slot.interrupt(5);
      timer = slot.timer("clear", due -> value = 0);
      pci = slot.pci(0x1af4, 0x1234, 0x050000, 0);
      pci.ports(0, 16, 0xc100 + 16 * place, this)
          .memory(1, 0x2000, 0xfd000000L + 0x2000L * place, this);
      intA = pci.interrupt(1);
    }

    @Override
    public void reset() {
      value = 0;
    }

    @Override
    public void save(DeviceState out) {
      out.put("value", value);
    }

    @Override
    public void restore(DeviceState in) {
      value = (int) in.number("value");
    }

    @Override
    public int read(int at, int size) {
      return value;
    }

    @Override
    public void write(int at, int size, int written) {
      value = written;
      irq.set((written & 1) != 0);
      intA.set((written & 2) != 0);
      timer.at(slot.nanos() + 1000);
    }
  }

  private static ProgramImage device(String name, DeviceModel model) {
    return Guests.image(name, "java-device", new byte[1]).backedBy(model);
  }

  @Test
  void itsLinesReachTheInterruptControllerAndTheBus() {
    try (BridgeMachine bridge = Guests.machine()) {
      bridge.map(device("latch", Latch::new));
      Machine machine = bridge.machine();
      machine.ports().out(PORT, 1, 3);
      assertEquals(1 << 5, machine.ports().in(IRR, 1) & 1 << 5);
      PciBus pci = machine.device(PciBus.class);
      assertTrue(pci.isPirqActive(2), "INTA# of device 3 is PIRQC#");
      machine.ports().out(PORT, 1, 0);
      assertEquals(0, machine.ports().in(IRR, 1) & 1 << 5);
      assertFalse(pci.isPirqActive(2));
    }
  }

  @Test
  void itsWindowsAreWhereFirmwareWouldHavePutThemAndMove() {
    try (BridgeMachine bridge = Guests.machine()) {
      bridge.map(device("latch", Latch::new));
      Machine machine = bridge.machine();
      machine.bus().write8(0xfd000004, 0x5a);
      assertEquals(0x5a, machine.ports().in(0xc100, 1));
      assertEquals(0x5a, machine.bus().read8(0xd0fff));
      machine.ports().out(0xcf8, 4, 0x80001814);
      machine.ports().out(0xcfc, 4, 0xfc000000);
      assertEquals(0x5a, machine.bus().read8(0xfc001000));
      assertEquals(0xff, machine.bus().read8(0xfd000004), "it has moved away");
    }
  }

  @Test
  void nothingIsLeftOfItNotEvenInTheShapeOfTheState() {
    try (BridgeMachine bridge = Guests.machine()) {
      WholeState before = WholeState.of(bridge.machine());
      MappedProgram latch = bridge.map(device("latch", Latch::new));
      MappedProgram other = bridge.map(device("other", slot -> new Latch(slot, 1)));
      bridge.machine().ports().out(PORT, 1, 3);
      bridge.keep();
      bridge.unmap(other);
      bridge.unmap(latch);
      before.assertSame(WholeState.of(bridge.machine()), false);
      assertEquals(0xff, bridge.machine().ports().in(PORT, 1));
      assertEquals(0, bridge.machine().bus().read8(0xd0000), "RAM, as before");
      assertEquals(0, bridge.machine().ports().in(IRR, 1) & 1 << 5);
      assertEquals("[0, 16]", bridge.machine().device(PciBus.class).functions().keySet() + "");
    }
  }

  @Test
  void oneThatFailsWhileItIsBuiltLeavesNothing() {
    List<Consumer<ExpansionSlot>> bad =
        List.of(
            slot -> slot.ports(0x3f8, 1, 1, new Latch(slot)),
            slot -> slot.ports(-1, 1, 1, null),
            slot -> slot.ports(0xffff, 2, 1, null),
            slot -> slot.ports(0x310, 1, 3, null),
            slot -> slot.memory(0xd0001, 0x1000, null),
            slot -> slot.memory(0xfffff000L, 0x2000, null),
            slot -> slot.interrupt(2),
            slot -> slot.interrupt(16),
            slot -> slot.pci(0xffff, 0, 0, 0),
            slot -> slot.pci(0x1af4, 0, 0, 0).ports(0, 12, 0xc000, null),
            slot -> slot.pci(0x1af4, 0, 0, 0).ports(6, 16, 0xc000, null),
            slot -> slot.pci(0x1af4, 0, 0, 0).ports(0, 16, 0x3f0, null),
            slot -> slot.pci(0x1af4, 0, 0, 0).memory(0, 0x1000, 0xfd000800L, null),
            slot -> slot.pci(0x1af4, 0, 0, 0).interrupt(5),
            slot -> slot.pci(0x1af4, 0, 0, 0).register(0x3c, 0, 0));
    try (BridgeMachine bridge = Guests.machine()) {
      WholeState before = WholeState.of(bridge.machine());
      for (Consumer<ExpansionSlot> claim : bad) {
        ProgramImage image =
            device(
                "bad",
                slot -> {
                  slot.ports(0x308, 1, 1, new Zero());
                  claim.accept(slot);
                  return new Latch(slot);
                });
        var error = assertThrows(ProgramException.class, () -> bridge.map(image));
        assertTrue(error.getMessage().contains("found"), error.getMessage());
        before.assertSame(WholeState.of(bridge.machine()), false);
        assertEquals(0xff, bridge.machine().ports().in(0x308, 1));
      }
    }
  }

  @Test
  void whatIsClaimedLaterIsRefused() {
    List<ExpansionSlot> kept = new ArrayList<>();
    try (BridgeMachine bridge = Guests.machine()) {
      bridge.map(
          device(
              "late",
              slot -> {
                kept.add(slot);
                return new Latch(slot);
              }));
      assertThrows(IllegalStateException.class, () -> kept.get(0).ports(0x310, 1, 1, new Zero()));
    }
  }

  @Test
  void machinesOfOneTemplateHaveTheirOwnAndTakeEachOthersState() {
    try (BridgeMachine bridge = Guests.machine()) {
      bridge.map(device("latch", Latch::new));
      bridge.machine().ports().out(PORT, 1, 1);
      bridge.keep();
      MachineTemplate template = bridge.freeze();
      WholeState frozen = WholeState.of(bridge.machine());
      try (GuestMachine clone = template.open()) {
        Machine machine = ((BridgeMachine) clone).machine();
        frozen.assertSame(WholeState.of(machine), false);
        machine.ports().out(PORT, 1, 0x10);
        assertEquals(1, bridge.machine().ports().in(PORT, 1));
      }
      bridge.unmap(bridge.map(Guests.program("look16")));
      MachineTemplate again = bridge.freeze();
      try (GuestMachine clone = template.open()) {
        assertTrue(clone.become(again), "the same devices");
      }
      try (BridgeMachine without = Guests.machine();
          GuestMachine clone = without.freeze().open()) {
        assertFalse(clone.become(template), "a machine without them is no such machine");
      }
    }
  }

  /** Answers with zeros. */
  private static final class Zero implements Responder {
    @Override
    public int read(int at, int size) {
      return 0;
    }

    @Override
    public void write(int at, int size, int value) {}
  }
}
