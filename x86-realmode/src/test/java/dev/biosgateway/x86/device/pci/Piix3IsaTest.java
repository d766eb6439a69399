package dev.biosgateway.x86.device.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.state.Section;
import org.junit.jupiter.api.Test;

/** How the interrupts of PCI reach those of ISA: 82371SB data sheet, PIRQRC. */
class Piix3IsaTest {
  private final DeviceBench bench = new DeviceBench();
  private final PciBus pci = bench.plug(new PciBus());
  private final Piix3Isa bridge = bench.plug(new Piix3Isa(1));

  private void route(int pirq, int value) {
    bench.ports.out(0xcf8, 4, 0x80000860);
    bench.out(0xcfc + pirq, value);
  }

  @Test
  void identifiesItselfAsTheFirstOfSeveralFunctions() {
    bench.ports.out(0xcf8, 4, 0x80000800);
    assertEquals(0x70008086, bench.ports.in(0xcfc, 4));
    bench.ports.out(0xcf8, 4, 0x8000080c);
    assertEquals(0x80, bench.in(0xcfe));
    bench.ports.out(0xcf8, 4, 0x80000860);
    assertEquals(0x80808080, bench.ports.in(0xcfc, 4), "nothing is routed after reset");
  }

  @Test
  void pinsRotateFromSlotToSlot() {
    InterruptLine slot2 = pci.interrupt(2, 1);
    InterruptLine slot1 = pci.interrupt(1, 2);
    slot2.set(true);
    assertTrue(pci.isPirqActive(1));
    slot1.set(true);
    slot2.set(false);
    assertTrue(pci.isPirqActive(1), "INTB# of slot 1 is on the same line");
    slot1.set(false);
    assertFalse(pci.isPirqActive(1));
  }

  @Test
  void linesGoWhereTheyAreRouted() {
    InterruptLine pin = pci.interrupt(3, 1);
    pin.set(true);
    assertFalse(bench.lines[11]);
    route(2, 11);
    assertTrue(bench.lines[11]);
    route(2, 10);
    assertFalse(bench.lines[11]);
    assertTrue(bench.lines[10]);
    route(2, 0x8a);
    assertFalse(bench.lines[10], "switched off");
  }

  @Test
  void twoLinesMayShareAnInterrupt() {
    route(0, 10);
    route(1, 10);
    InterruptLine a = pci.interrupt(1, 1);
    InterruptLine b = pci.interrupt(2, 1);
    a.set(true);
    b.set(true);
    a.set(false);
    assertTrue(bench.lines[10]);
    b.set(false);
    assertFalse(bench.lines[10]);
  }

  @Test
  void resetTakesTheRoutesAway() {
    route(0, 10);
    pci.interrupt(1, 1).set(true);
    assertTrue(bench.lines[10]);
    bridge.reset(ResetKind.HARD);
    assertFalse(bench.lines[10]);
  }

  @Test
  void routesAndLevelsAreState() {
    InterruptLine pin = pci.interrupt(1, 1);
    route(0, 10);
    pin.set(true);
    Section bus = DeviceBench.save(pci);
    Section routes = DeviceBench.save(bridge);
    pin.set(false);
    route(0, 0x80);
    pci.restore(bus.rewind());
    bridge.restore(routes.rewind());
    assertTrue(bench.lines[10]);
    pin.set(true);
    pin.set(false);
    assertFalse(bench.lines[10]);
  }
}
