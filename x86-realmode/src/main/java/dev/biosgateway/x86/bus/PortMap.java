package dev.biosgateway.x86.bus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The 64 K I/O ports: who answers which, how often each was touched, and what nobody answers (reads
 * float high to all ones, writes vanish; both are logged and counted).
 */
public final class PortMap {
  /** A port and how often it was read or written since the counts were last cleared. */
  public record Touched(int port, boolean out, long count) {}

  private final PortHandler[] handlers = new PortHandler[0x10000];
  private final byte[] widths = new byte[0x10000];
  private final byte[] devices = new byte[0x10000];
  private final int[] ins = new int[0x10000];
  private final int[] outs = new int[0x10000];
  private int[] touched = new int[64];
  private int touchedCount;
  private final UnmodelledAccess unmodelled;
  private final TouchedDevices touchedDevices;
  private final Map<PortHandler, String> owners = new IdentityHashMap<>();
  private String mapping = "machine";
  private PortFilter filter;
  private PortInterposer interposer;

  /** Ports nobody has, of a machine whose devices are not counted. */
  public PortMap(UnmodelledAccess unmodelled) {
    this(unmodelled, new TouchedDevices());
  }

  /** Ports nobody has, of a machine whose bus has such devices. */
  public PortMap(UnmodelledAccess unmodelled, TouchedDevices touchedDevices) {
    this.unmodelled = unmodelled;
    this.touchedDevices = touchedDevices;
  }

  /**
   * Gives ports to a handler.
   *
   * @param first first port, 0 to 0xffff
   * @param count how many
   * @param width widest access in bytes (1, 2 or 4) that the handler takes in one piece
   * @throws IllegalStateException when a port is taken already, naming both
   */
  public void map(int first, int count, int width, PortHandler handler) {
    if (first < 0 || count < 1 || first + count > 0x10000) {
      throw new IllegalArgumentException(
          "ports 0x%x..0x%x: expected 0..0xffff".formatted(first, first + count - 1));
    }
    for (int p = first; p < first + count; p++) {
      if (handlers[p] != null) {
        throw new IllegalStateException(
            "port 0x%04x: %s wants it, %s has it".formatted(p, handler, handlers[p]));
      }
    }
    own(handler);
    Arrays.fill(handlers, first, first + count, handler);
    Arrays.fill(widths, first, first + count, (byte) width);
    byte device = (byte) touchedDevices.numberOf(owners.get(handler));
    Arrays.fill(devices, first, first + count, device);
  }

  /** Whether nobody answers any of these ports. */
  public boolean isFree(int first, int count) {
    for (int p = first; p < first + count; p++) {
      if (handlers[p] != null) {
        return false;
      }
    }
    return true;
  }

  /**
   * Notes that a handler is part of whoever maps ports now, though it may get its ports later. The
   * first owner of a handler stays.
   */
  public void own(PortHandler handler) {
    owners.putIfAbsent(handler, mapping);
  }

  /** Takes all ports of a handler away, and forgets it. */
  public void disown(PortHandler handler) {
    for (int p = 0; p < handlers.length; p++) {
      if (handlers[p] == handler) {
        handlers[p] = null;
      }
    }
    owners.remove(handler);
  }

  /** Takes ports away again, whoever has them. */
  public void unmap(int first, int count) {
    Arrays.fill(handlers, first, first + count, null);
  }

  /** Name of whoever has a port, as its section has it; null if nobody has. */
  public String owner(int port) {
    return handlers[port] == null ? null : owners.get(handlers[port]);
  }

  /** Names who maps ports from now on. */
  public void mappedBy(String name) {
    mapping = name;
  }

  /** Sets or, with null, clears the filter that every access passes first. */
  public void setFilter(PortFilter filter) {
    this.filter = filter;
  }

  /** Sets or, with null, clears who stands in front of the devices. */
  public void setInterposer(PortInterposer interposer) {
    this.interposer = interposer;
  }

  /** Reads {@code size} bytes; zero-extended. */
  public int in(int port, int size) {
    count(ins, port);
    if (filter != null) {
      check(port, size, false);
    }
    if (interposer != null && interposer.interposes(port, size)) {
      return interposer.in(port, size);
    }
    return readDevice(port, size);
  }

  /** Writes {@code size} bytes. */
  public void out(int port, int size, int value) {
    count(outs, port);
    if (filter != null) {
      check(port, size, true);
    }
    if (interposer != null && interposer.interposes(port, size)) {
      interposer.out(port, size, value);
    } else {
      writeDevice(port, size, value);
    }
  }

  /** Every port that was touched since {@link #clearCounts()}, by number, reads first. */
  public List<Touched> touched() {
    int[] ports = Arrays.copyOf(touched, touchedCount);
    Arrays.sort(ports);
    List<Touched> out = new ArrayList<>();
    for (int p : ports) {
      if (ins[p] != 0) {
        out.add(new Touched(p, false, Integer.toUnsignedLong(ins[p])));
      }
      if (outs[p] != 0) {
        out.add(new Touched(p, true, Integer.toUnsignedLong(outs[p])));
      }
    }
    return out;
  }

  public void clearCounts() {
    for (int i = 0; i < touchedCount; i++) {
      ins[touched[i]] = 0;
      outs[touched[i]] = 0;
    }
    touchedCount = 0;
  }

  private void check(int port, int size, boolean out) {
    String reason = filter.deny(port, size, out);
    if (reason != null) {
      throw new AccessDeniedException(reason);
    }
  }

  private void count(int[] counts, int port) {
    if ((ins[port] | outs[port]) == 0) {
      if (touchedCount == touched.length) {
        touched = Arrays.copyOf(touched, touchedCount * 2);
      }
      touched[touchedCount++] = port;
    }
    counts[port]++;
  }

  private boolean takesWhole(PortHandler h, int port, int size) {
    return size <= widths[port] && handlers[(port + size - 1) & 0xffff] == h;
  }

  /** What the devices themselves answer, whoever stands in front of them; uncounted. */
  public int readDevice(int port, int size) {
    PortHandler h = handlers[port];
    if (h == null) {
      if (size == 1) {
        unmodelled.record("in port 0x%04x", port);
        return 0xff;
      }
    } else if (takesWhole(h, port, size)) {
      touchedDevices.touch(devices[port]);
      return h.in(port, size);
    }
    int half = size >>> 1;
    int low = readDevice(port, half);
    return low | readDevice((port + half) & 0xffff, half) << (8 * half);
  }

  /** Writes to the devices themselves, whoever stands in front of them; uncounted. */
  public void writeDevice(int port, int size, int value) {
    PortHandler h = handlers[port];
    if (h == null) {
      if (size == 1) {
        unmodelled.record("out port 0x%04x", port);
        return;
      }
    } else if (takesWhole(h, port, size)) {
      touchedDevices.touch(devices[port]);
      h.out(port, size, value);
      return;
    }
    int half = size >>> 1;
    writeDevice(port, half, value & ((1 << (8 * half)) - 1));
    writeDevice((port + half) & 0xffff, half, value >>> (8 * half));
  }
}
