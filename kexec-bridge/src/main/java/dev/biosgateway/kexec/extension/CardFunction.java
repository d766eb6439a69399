package dev.biosgateway.kexec.extension;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.extension.ExpansionSlot.Line;
import dev.biosgateway.api.extension.ExpansionSlot.Responder;
import dev.biosgateway.api.extension.PciCard;
import dev.biosgateway.x86.device.PortWindow;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.device.pci.PciFunction;
import dev.biosgateway.x86.state.Section;

/** The PCI function of a plugin's card. */
final class CardFunction implements PciCard {
  private static final int BARS = 6;
  private static final int OWN_REGISTERS = 0x40;
  private static final int MIN_MEMORY = 4096;
  private static final int MIN_PORTS = 4;
  private static final int MAX_PORTS = 256;

  private final CardSlot slot;
  private final String name;
  private final PciBus pci;
  private final int device;
  private PciFunction function;

  CardFunction(CardSlot slot, String name, PciBus pci, int device) {
    this.slot = slot;
    this.name = name;
    this.pci = pci;
    this.device = device;
  }

  void identify(int vendor, int id, int classCode, int revision) {
    require("vendor", vendor, 0, 0xfffe);
    require("device", id, 0, 0xffff);
    require("class code", classCode, 0, 0xffffff);
    require("revision", revision, 0, 0xff);
    function = new PciFunction(name, vendor, id, classCode, revision);
  }

  private static void require(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new InvalidRequestException(
          String.format("PCI %s: expected 0x%x to 0x%x, found 0x%x", what, min, max, value));
    }
  }

  private static void requireWindow(int bar, long size, long address, long min, long max) {
    require("base address register", bar, 0, BARS - 1L);
    require("window size", size, min, max);
    if (Long.bitCount(size) != 1 || address % size != 0 || address <= 0) {
      throw new InvalidRequestException(
          String.format(
              "PCI window of 0x%x at 0x%x: expected a power of two at a multiple of it",
              size, address));
    }
  }

  @Override
  public int device() {
    return device;
  }

  @Override
  public PciCard ports(int bar, int size, int address, Responder behind) {
    requireWindow(bar, size, address, MIN_PORTS, MAX_PORTS);
    slot.requireFree(address, size);
    function
        .io(bar, new PortWindow(name, size, 4, slot.handler(behind)))
        .asFirmwareLeavesIt(bar, address);
    return this;
  }

  @Override
  public PciCard memory(int bar, int size, long address, Responder behind) {
    requireWindow(bar, size, address, MIN_MEMORY, 1 << 30);
    require("window's last address", address + size - 1, 0, 0xffffffffL);
    function.memory(bar, size, false, slot.region(behind)).asFirmwareLeavesIt(bar, (int) address);
    return this;
  }

  @Override
  public PciCard register(int offset, int reset, int writable) {
    require("register", offset, OWN_REGISTERS, 0xff);
    function.register(offset, reset, writable);
    return this;
  }

  @Override
  public int read(int offset) {
    require("register", offset, 0, 0xff);
    return function.register(offset);
  }

  @Override
  public Line interrupt(int pin) {
    require("interrupt pin", pin, 1, 4);
    function.interruptPin(pin);
    return slot.wire(pci.interrupt(device, pin), pci::cut);
  }

  void attach(Wiring wiring) {
    function.attach(wiring, device, 0);
  }

  void reset() {
    function.reset();
  }

  void release() {
    function.withdraw();
    pci.pull(device, 0);
  }

  void save(Section out) {
    function.save(out);
  }

  void restore(Section in) {
    function.restore(in);
  }
}
