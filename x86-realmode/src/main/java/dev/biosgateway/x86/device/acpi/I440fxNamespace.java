package dev.biosgateway.x86.device.acpi;

import static dev.biosgateway.x86.device.acpi.AcpiResources.dma;
import static dev.biosgateway.x86.device.acpi.AcpiResources.interrupts;
import static dev.biosgateway.x86.device.acpi.AcpiResources.irq;
import static dev.biosgateway.x86.device.acpi.AcpiResources.ports;
import static dev.biosgateway.x86.device.acpi.Aml.and;
import static dev.biosgateway.x86.device.acpi.Aml.device;
import static dev.biosgateway.x86.device.acpi.Aml.eisaId;
import static dev.biosgateway.x86.device.acpi.Aml.elements;
import static dev.biosgateway.x86.device.acpi.Aml.giveBack;
import static dev.biosgateway.x86.device.acpi.Aml.ifElse;
import static dev.biosgateway.x86.device.acpi.Aml.integer;
import static dev.biosgateway.x86.device.acpi.Aml.join;
import static dev.biosgateway.x86.device.acpi.Aml.local;
import static dev.biosgateway.x86.device.acpi.Aml.method;
import static dev.biosgateway.x86.device.acpi.Aml.name;
import static dev.biosgateway.x86.device.acpi.Aml.named;
import static dev.biosgateway.x86.device.acpi.Aml.or;
import static dev.biosgateway.x86.device.acpi.Aml.resources;
import static dev.biosgateway.x86.device.acpi.Aml.scope;
import static dev.biosgateway.x86.device.acpi.Aml.store;

import dev.biosgateway.x86.device.hpet.Hpet;
import java.util.ArrayList;
import java.util.List;

/**
 * What an i440FX board tells an operating system in its DSDT: the PCI bus with its windows and
 * interrupt links, the ISA devices behind the PIIX3, and how to switch the power off.
 */
final class I440fxNamespace {
  private static final int SLOTS = 32;
  private static final int PINS = 4;
  private static final int SOUTH_BRIDGE_SLOT = 1;
  private static final int ROUTE_OFF = 0x80;
  private static final int SCI = 9;
  private static final String[] LINKS = {"LNKA", "LNKB", "LNKC", "LNKD"};
  private static final String[] ROUTES = {"PRQA", "PRQB", "PRQC", "PRQD"};

  private static final int[] SERIAL_PORTS = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
  private static final int[] SERIAL_IRQS = {4, 3, 4, 3};

  /** Present and working, shown; with or without being switched on. */
  private static final int STATUS_ON = 0x0b;

  private static final int STATUS_OFF = 0x09;

  private I440fxNamespace() {}

  /**
   * The terms of the DSDT.
   *
   * @param pciMemory where PCI's memory begins
   * @param serialPorts how many
   * @param floppies whether there is a floppy drive
   * @param hpet whether there is a high precision event timer
   */
  static byte[] terms(long pciMemory, int serialPorts, boolean floppies, boolean hpet) {
    byte[] windows =
        resources(
            AcpiResources.busNumbers(0, 0xff),
            ports(0xcf8, 8),
            AcpiResources.portWindow(0x0000, 0x0cf7),
            AcpiResources.portWindow(0x0d00, 0xffff),
            AcpiResources.memoryWindow(0xa0000, 0xbffff),
            AcpiResources.memoryWindow(pciMemory, 0xfebf_ffffL));
    List<byte[]> system = new ArrayList<>();
    system.add(
        device(
            "PCI0",
            named("_HID", eisaId("PNP0A03")),
            named("_ADR", integer(0)),
            named("_UID", integer(0)),
            named("_CRS", windows),
            named("_PRT", routing()),
            isaBridge(serialPorts, floppies)));
    for (int i = 0; i < LINKS.length; i++) {
      system.add(link(i));
    }
    system.add(systemInterruptLink());
    if (hpet) {
      system.add(isa("HPET", "PNP0103", AcpiResources.memory(Hpet.BASE & 0xffff_ffffL, Hpet.SIZE)));
    }
    return join(
        scope("\\_PR", Aml.processor("CPU0", 0)),
        scope("\\_SB", system.toArray(new byte[0][])),
        // Soft off is suspend type 0 of the PIIX4.
        named("\\_S5", elements(integer(0), integer(0), integer(0), integer(0))));
  }

  /** Which link each pin of each slot leads to; the PIIX4's own is the SCI. */
  private static byte[] routing() {
    List<byte[]> rows = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      for (int pin = 0; pin < PINS; pin++) {
        boolean sci = slot == SOUTH_BRIDGE_SLOT && pin == 0;
        String link = sci ? "LNKS" : LINKS[slot - 1 + pin & PINS - 1];
        rows.add(
            elements(integer((long) slot << 16 | 0xffff), integer(pin), name(link), integer(0)));
      }
    }
    return elements(rows);
  }

  private static byte[] isaBridge(int serialPorts, boolean floppies) {
    List<byte[]> terms = new ArrayList<>();
    terms.add(named("_ADR", integer(SOUTH_BRIDGE_SLOT << 16)));
    terms.add(Aml.configurationRegion("PIRQ", 0x60, PINS));
    terms.add(Aml.byteFields("PIRQ", ROUTES));
    terms.add(isa("PIC", "PNP0000", ports(0x20, 2), ports(0xa0, 2), ports(0x4d0, 2), irq(2)));
    terms.add(isa("TIMR", "PNP0100", ports(0x40, 4), irq(0)));
    terms.add(isa("DMAC", "PNP0200", ports(0x00, 16), ports(0x81, 15), ports(0xc0, 32), dma(4)));
    terms.add(isa("RTC", "PNP0B00", ports(0x70, 2), irq(8)));
    terms.add(isa("SPKR", "PNP0800", ports(0x61, 1)));
    terms.add(isa("COPR", "PNP0C04", ports(0xf0, 1), irq(13)));
    terms.add(isa("KBD", "PNP0303", ports(0x60, 1), ports(0x64, 1), irq(1)));
    terms.add(isa("MOU", "PNP0F13", irq(12)));
    if (floppies) {
      terms.add(isa("FDC0", "PNP0700", ports(0x3f2, 4), ports(0x3f7, 1), irq(6), dma(2)));
    }
    for (int i = 0; i < serialPorts; i++) {
      String name = "COM" + (i + 1);
      terms.add(isa(name, "PNP0501", i + 1, ports(SERIAL_PORTS[i], 8), irq(SERIAL_IRQS[i])));
    }
    return device("ISA", terms.toArray(new byte[0][]));
  }

  private static byte[] isa(String name, String id, byte[]... resources) {
    return device(name, named("_HID", eisaId(id)), named("_CRS", resources(resources)));
  }

  private static byte[] isa(String name, String id, int unit, byte[]... resources) {
    return device(
        name,
        named("_HID", eisaId(id)),
        named("_UID", integer(unit)),
        named("_CRS", resources(resources)));
  }

  /** A link whose interrupt is in the PIIX3's routing register. */
  private static byte[] link(int number) {
    byte[] route = name("\\_SB.PCI0.ISA." + ROUTES[number]);
    byte[] off = and(route, integer(ROUTE_OFF), Aml.NOWHERE);
    return device(
        LINKS[number],
        named("_HID", eisaId("PNP0C0F")),
        named("_UID", integer(number + 1)),
        named("_PRS", resources(interrupts(5, 10, 11))),
        method("_STA", 0, ifElse(off, giveBack(integer(STATUS_OFF)), giveBack(integer(STATUS_ON)))),
        method("_DIS", 0, or(route, integer(ROUTE_OFF), route)),
        method(
            "_CRS",
            0,
            store(resources(interrupts(0)), local(0)),
            Aml.dwordField(local(0), AcpiResources.INTERRUPT_OFFSET, "CURR"),
            ifElse(off, store(integer(0), name("CURR")), store(and15(route), name("CURR"))),
            giveBack(local(0))),
        method(
            "_SRS",
            1,
            Aml.dwordField(Aml.argument(0), AcpiResources.INTERRUPT_OFFSET, "WANT"),
            store(name("WANT"), route)));
  }

  private static byte[] and15(byte[] value) {
    return and(value, integer(15), Aml.NOWHERE);
  }

  /** The PIIX4's interrupt, which no register moves. */
  private static byte[] systemInterruptLink() {
    return device(
        "LNKS",
        named("_HID", eisaId("PNP0C0F")),
        named("_UID", integer(LINKS.length + 1)),
        named("_PRS", resources(interrupts(SCI))),
        named("_CRS", resources(interrupts(SCI))),
        method("_STA", 0, giveBack(integer(STATUS_ON))),
        method("_DIS", 0),
        method("_SRS", 1));
  }
}
