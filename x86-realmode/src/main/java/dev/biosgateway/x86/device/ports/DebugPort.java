package dev.biosgateway.x86.device.ports;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.device.ConsoleSink;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * The debug port of Bochs and QEMU at E9h: every byte written goes to the console, and reading
 * gives E9h, by which software knows that it is there.
 */
public final class DebugPort implements Device, PortHandler {
  private static final int PORT = 0xe9;

  private ConsoleSink console;

  @Override
  public void attach(Wiring wiring) {
    console = wiring.console();
    wiring.ports().map(PORT, 1, 1, this);
  }

  @Override
  public void reset(ResetKind kind) {}

  @Override
  public int in(int port, int size) {
    return PORT;
  }

  @Override
  public void out(int port, int size, int value) {
    console.write(value & 0xff);
  }

  @Override
  public String sectionName() {
    return "porte9";
  }

  /** There is no state: the port passes on what it gets. */
  @Override
  public void save(Section out) {}

  @Override
  public void restore(Section in) {}

  @Override
  public String toString() {
    return "porte9";
  }
}
