package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.state.Section;

/** The attribute controller: index and data take turns at 3C0h, data reads at 3C1h. */
final class AttributeController {
  /** Palette address source: set, the palette drives the screen and cannot be written. */
  private static final int PALETTE_ADDRESS_SOURCE = 0x20;

  private final IndexedRegisters registers;
  private final UnmodelledAccess unmodelled;
  private boolean paletteAddressSource;

  /** Whether the next write to 3C0h is data. */
  private boolean expectData;

  AttributeController(UnmodelledAccess unmodelled) {
    this.unmodelled = unmodelled;
    registers = new IndexedRegisters("attribute", 0x1f, VgaRegisterMaps.ATTRIBUTE, unmodelled);
  }

  void reset() {
    registers.reset();
    paletteAddressSource = false;
    expectData = false;
  }

  /** A read of input status 1: the next write to 3C0h is an index. */
  void resetFlipFlop() {
    expectData = false;
  }

  void write(int value) {
    if (!expectData) {
      registers.select(value);
      paletteAddressSource = (value & PALETTE_ADDRESS_SOURCE) != 0;
    } else if (paletteAddressSource && registers.index() < VgaRegisterMaps.ATTRIBUTE_PALETTE_SIZE) {
      unmodelled.record("attribute palette: write while it drives the screen");
    } else {
      registers.write(value);
    }
    expectData = !expectData;
  }

  int readIndex() {
    return registers.index() | (paletteAddressSource ? PALETTE_ADDRESS_SOURCE : 0);
  }

  /** Whether the palette drives the screen; else the border's colour fills it. */
  boolean paletteDrivesScreen() {
    return paletteAddressSource;
  }

  int readData() {
    return registers.read();
  }

  int get(int register) {
    return registers.get(register);
  }

  void save(Section out) {
    registers.save(out);
    out.put("attribute.pas", paletteAddressSource).put("attribute.expectData", expectData);
  }

  void restore(Section in) {
    registers.restore(in);
    paletteAddressSource = in.getBoolean("attribute.pas");
    expectData = in.getBoolean("attribute.expectData");
  }
}
