package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.PortWindow;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * An ATA channel: eight ports of the command block, the control port, an interrupt, and a cable
 * with up to two devices. Both take every register that is written; the selected one answers, and
 * device 0 answers for a device 1 that is not there (ATA/ATAPI-6, 9.16).
 */
final class AtaChannel implements PortHandler {
  private static final int COMMAND_BLOCK = 8;
  private static final int CONTROL_OFFSET = 0x206;

  private static final int CONTROL_HOB = 0x80;
  private static final int CONTROL_SRST = 0x04;
  private static final int CONTROL_NIEN = 0x02;

  /** The host pulls DD7 low, the other lines float high when nobody drives them. */
  private static final int FLOATING = 0x7f;

  private final String name;
  private final int base;
  private final int irq;
  private final PortWindow commandBlock;
  private final PortWindow controlBlock;
  private final AtaDevice[] devices = new AtaDevice[2];
  private InterruptLine line;
  private BusMaster busMaster;

  private boolean second;
  private int control;
  private boolean requested;
  private boolean diagnosing;

  /**
   * @param name as {@code ata0}
   * @param base first port of the command block, 1F0h or 170h
   * @param irq 14 or 15
   */
  AtaChannel(String name, int base, int irq, AtaDevice first, AtaDevice second) {
    this.name = name;
    this.base = base;
    this.irq = irq;
    devices[0] = first;
    devices[1] = second;
    commandBlock = new PortWindow(name, COMMAND_BLOCK, 4, this);
    controlBlock = new PortWindow(name + ".control", 1, 1, new ControlPort());
  }

  /**
   * @param master what moves data in DMA, null where there is none
   */
  void attach(Wiring wiring, BusMaster master) {
    line = wiring.irq(irq);
    commandBlock.attach(wiring);
    controlBlock.attach(wiring);
    busMaster = master;
    for (AtaDevice device : devices) {
      if (device != null) {
        device.connect(this, wiring.clock(), wiring.unmodelled());
      }
    }
  }

  /** Lets the channel answer at its ports, or not. */
  void decode(boolean on) {
    commandBlock.moveTo(on ? base : PortWindow.CLOSED);
    controlBlock.moveTo(on ? base + CONTROL_OFFSET : PortWindow.CLOSED);
  }

  void reset() {
    second = false;
    control = 0;
    diagnosing = false;
    for (AtaDevice device : devices) {
      if (device != null) {
        device.hardwareReset();
      }
    }
    driveInterrupt();
  }

  /** The device that is selected, null when it is not there. */
  AtaDevice selected() {
    return devices[second ? 1 : 0];
  }

  /** A device of the channel, null when it is not there. */
  AtaDevice device(int index) {
    return devices[index];
  }

  // ---- ports

  @Override
  public int in(int register, int size) {
    if (register == TaskFile.DATA && size > 1) {
      AtaDevice device = selected();
      return device == null ? size == 4 ? 0xff7fff7f : 0xff7f : device.readData(size);
    }
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= readByte(register + i) << 8 * i;
    }
    return value;
  }

  private int readByte(int register) {
    AtaDevice device = selected();
    boolean status = register == TaskFile.STATUS_COMMAND;
    if (device == null) {
      boolean answered = second && devices[0] != null;
      return !answered ? FLOATING : status ? 0 : devices[0].readRegister(register, highOrder());
    }
    if (register == TaskFile.DATA) {
      return device.readData(1);
    }
    if (!status) {
      return device.readRegister(register, highOrder());
    }
    int value = device.registers.status;
    device.setInterrupt(false);
    return value;
  }

  private boolean highOrder() {
    return (control & CONTROL_HOB) != 0;
  }

  @Override
  public void out(int register, int size, int value) {
    if (register == TaskFile.DATA && size > 1) {
      AtaDevice device = selected();
      if (device != null) {
        device.writeData(size, value);
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      writeByte(register + i, value >>> 8 * i & 0xff);
    }
  }

  private void writeByte(int register, int value) {
    control &= ~CONTROL_HOB;
    if (register == TaskFile.DATA) {
      if (selected() != null) {
        selected().writeData(1, value);
      }
      return;
    }
    if (register == TaskFile.STATUS_COMMAND) {
      writeCommand(value);
      return;
    }
    for (AtaDevice device : devices) {
      if (device != null) {
        device.writeRegister(register, value);
      }
    }
    if (register == TaskFile.DEVICE) {
      second = (value & TaskFile.DEV) != 0;
      driveInterrupt();
    }
  }

  private void writeCommand(int value) {
    if (value == AtaCommand.EXECUTE_DEVICE_DIAGNOSTIC.opcode()) {
      diagnose();
    } else if (selected() != null) {
      selected().writeCommand(value);
    }
  }

  /** Both devices test themselves whichever is selected, and device 0 reports. */
  private void diagnose() {
    select(false);
    diagnosing = true;
    for (AtaDevice device : devices) {
      if (device != null) {
        device.beginReset();
      }
    }
  }

  /** A reset leaves device 0 selected; after diagnostics it interrupts. */
  void resetFinished(AtaDevice device) {
    if (diagnosing && device == devices[0]) {
      diagnosing = false;
      device.setInterrupt(true);
    }
  }

  private void select(boolean one) {
    second = one;
    for (AtaDevice device : devices) {
      if (device != null) {
        device.registers.device &= ~TaskFile.DEV;
      }
    }
  }

  private void writeControl(int value) {
    boolean was = (control & CONTROL_SRST) != 0;
    boolean now = (value & CONTROL_SRST) != 0;
    control = value & (CONTROL_HOB | CONTROL_SRST | CONTROL_NIEN);
    if (now != was) {
      diagnosing = false;
      for (AtaDevice device : devices) {
        if (device != null && now) {
          device.hold();
        } else if (device != null) {
          device.beginReset();
        }
      }
      if (!now) {
        select(false);
      }
    }
    driveInterrupt();
  }

  /** Alternate status, which leaves the interrupt alone, and device control. */
  private final class ControlPort implements PortHandler {
    @Override
    public int in(int port, int size) {
      AtaDevice device = selected();
      if (device != null) {
        return device.registers.status;
      }
      return second && devices[0] != null ? 0 : FLOATING;
    }

    @Override
    public void out(int port, int size, int value) {
      writeControl(value);
    }
  }

  // ---- lines

  /** INTRQ: the selected device drives it, unless nIEN holds it back. */
  void driveInterrupt() {
    AtaDevice device = selected();
    boolean high = device != null && device.interrupting() && (control & CONTROL_NIEN) == 0;
    if (high && !requested && busMaster != null) {
      busMaster.interruptRises();
    }
    requested = high;
    line.set(high);
  }

  void dmaRequested() {
    if (busMaster != null) {
      busMaster.requested();
    }
  }

  void save(Section out) {
    out.put(name + ".second", second).put(name + ".control", control);
    out.put(name + ".requested", requested).put(name + ".diagnosing", diagnosing);
    for (AtaDevice device : devices) {
      if (device != null) {
        device.save(out);
      }
    }
  }

  /** The interrupt line is as it was in the interrupt controller's own section. */
  void restore(Section in) {
    second = in.getBoolean(name + ".second");
    control = in.getInt(name + ".control");
    requested = in.getBoolean(name + ".requested");
    diagnosing = in.getBoolean(name + ".diagnosing");
    for (AtaDevice device : devices) {
      if (device != null) {
        device.restore(in);
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
