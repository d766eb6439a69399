package dev.biosgateway.x86.device.ports;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * Port 80h, where firmware says how far its power-on self test has come: the spare one of the DMA
 * page registers, which start here. The last codes are kept, as a POST card shows them.
 */
public final class PostPort implements Device, PortHandler {
  private static final int PORT = 0x80;
  private static final int KEPT = 16;

  private final byte[] codes = new byte[KEPT];
  private int written;

  @Override
  public void attach(Wiring wiring) {
    wiring.ports().map(PORT, 1, 1, this);
  }

  @Override
  public void reset(ResetKind kind) {
    Arrays.fill(codes, (byte) 0);
    written = 0;
  }

  /** The last codes written, at most 16, oldest first, each 0 to 255. */
  public int[] codes() {
    int n = Math.min(written, KEPT);
    int[] out = new int[n];
    for (int i = 0; i < n; i++) {
      out[i] = codes[written - n + i & KEPT - 1] & 0xff;
    }
    return out;
  }

  /** The page register reads back what was written last. */
  @Override
  public int in(int port, int size) {
    return codes[written - 1 & KEPT - 1] & 0xff;
  }

  @Override
  public void out(int port, int size, int value) {
    codes[written & KEPT - 1] = (byte) value;
    // Counts 0 .. 15 while it fills, then goes round 16 .. 31.
    written = written == 2 * KEPT - 1 ? KEPT : written + 1;
  }

  @Override
  public String sectionName() {
    return "port80";
  }

  @Override
  public void save(Section out) {
    out.put("written", written).put("codes", codes);
  }

  @Override
  public void restore(Section in) {
    written = in.getInt("written");
    in.getBytes("codes", codes);
  }

  @Override
  public String toString() {
    return "port80";
  }
}
