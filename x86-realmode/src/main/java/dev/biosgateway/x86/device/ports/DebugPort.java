package dev.biosgateway.x86.device.ports;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.device.ConsoleSink;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * A debug port as Bochs and QEMU have it: every byte written goes somewhere for people to read, and
 * reading gives E9h, by which software knows that it is there. Bochs' is at E9h, SeaBIOS writes its
 * log to 402h.
 */
public final class DebugPort implements Device, PortHandler {
  /** The port of Bochs. */
  public static final int BOCHS = 0xe9;

  private static final int READ_BACK = 0xe9;

  private final int port;
  private final String name;
  private ConsoleSink sink;

  /**
   * @param port 0 to FFFFh
   * @param sink takes what the guest writes
   */
  public DebugPort(int port, ConsoleSink sink) {
    this.port = port;
    this.name = "port%x".formatted(port);
    this.sink = sink;
  }

  /** Port E9h, with the machine's console behind it. */
  public static DebugPort toConsole() {
    return new DebugPort(BOCHS, null);
  }

  @Override
  public void attach(Wiring wiring) {
    if (sink == null) {
      sink = wiring.console();
    }
    wiring.ports().map(port, 1, 1, this);
  }

  @Override
  public void reset(ResetKind kind) {}

  @Override
  public int in(int from, int size) {
    return READ_BACK;
  }

  @Override
  public void out(int to, int size, int value) {
    sink.write(value & 0xff);
  }

  @Override
  public String sectionName() {
    return name;
  }

  /** There is no state: the port passes on what it gets. */
  @Override
  public void save(Section out) {}

  @Override
  public void restore(Section in) {}

  @Override
  public String toString() {
    return name;
  }
}
