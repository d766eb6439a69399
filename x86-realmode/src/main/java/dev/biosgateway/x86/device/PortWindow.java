package dev.biosgateway.x86.device;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;

/**
 * Ports that software can move, such as those behind a base address register. The handler behind
 * the window is given offsets from its start in place of ports.
 */
public final class PortWindow {
  /** What {@link #moveTo} takes for a window that is closed. */
  public static final int CLOSED = 0;

  private final String name;
  private final int size;
  private final int width;
  private final PortHandler handler;
  private final PortHandler forward =
      new PortHandler() {
        @Override
        public int in(int port, int accessSize) {
          return handler.in(port - base, accessSize);
        }

        @Override
        public void out(int port, int accessSize, int value) {
          handler.out(port - base, accessSize, value);
        }

        @Override
        public String toString() {
          return name;
        }
      };
  private PortMap ports;
  private UnmodelledAccess unmodelled;
  private int base = CLOSED;

  /**
   * @param size how many ports
   * @param width widest access in bytes that the handler takes in one piece
   * @param handler gets offsets 0 to {@code size} - 1
   */
  public PortWindow(String name, int size, int width, PortHandler handler) {
    this.name = name;
    this.size = size;
    this.width = width;
    this.handler = handler;
  }

  public void attach(Wiring wiring) {
    ports = wiring.ports();
    unmodelled = wiring.unmodelled();
    ports.own(forward);
  }

  /** Closes the window for good, for a device that is pulled. */
  public void withdraw() {
    if (ports != null) {
      ports.disown(forward);
      base = CLOSED;
    }
  }

  /** First port, {@link #CLOSED} while the window is closed. */
  public int base() {
    return base;
  }

  public int size() {
    return size;
  }

  /**
   * Opens the window at a port, or closes it, as it does for what is no port. Where another device
   * answers already it stays closed, which is recorded.
   */
  public void moveTo(int first) {
    if (first == base) {
      return;
    }
    if (base != CLOSED) {
      ports.unmap(base, size);
      base = CLOSED;
    }
    if (first == CLOSED || first < 0 || first > 0x10000 - size) {
      return; // software that finds out the size writes addresses which no port has
    }
    if (!ports.isFree(first, size)) {
      unmodelled.record("%s: moved to ports that are not free".formatted(name));
      return;
    }
    base = first;
    ports.map(first, size, width, forward);
  }
}
