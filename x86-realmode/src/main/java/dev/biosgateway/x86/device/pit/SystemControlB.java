package dev.biosgateway.x86.device.pit;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * System control port B, 61h (82371SB data sheet, "NMI Status and Control Register"): speaker gate
 * and enable, refresh toggle, state of OUT 2. No source of NMI exists on our boards, so the two
 * error bits read 0 and their enables only keep what was written.
 */
public final class SystemControlB implements Device, PortHandler {
  private static final int PORT = 0x61;
  private static final int SPEAKER_GATE = 0x01;
  private static final int WRITABLE = 0x0f;
  private static final int REFRESH_TOGGLE = 0x10;
  private static final int OUT2 = 0x20;

  /** CLK pulses of the timer between two refresh cycles: 15.09 microseconds. */
  private static final int REFRESH_PULSES = 18;

  private Pit8254 pit;
  private UnmodelledAccess unmodelled;
  private int control;

  @Override
  public void attach(Wiring wiring) {
    pit = wiring.device(Pit8254.class);
    unmodelled = wiring.unmodelled();
    wiring.ports().map(PORT, 1, 1, this);
  }

  @Override
  public void reset(ResetKind kind) {
    control = 0;
    pit.setSpeakerGate(false);
  }

  @Override
  public int in(int port, int size) {
    boolean toggle = (pit.pulse() / REFRESH_PULSES & 1) != 0;
    return control | (toggle ? REFRESH_TOGGLE : 0) | (pit.speakerOut() ? OUT2 : 0);
  }

  @Override
  public void out(int port, int size, int value) {
    if ((value & 0xc0) != 0) {
      unmodelled.record("port 61h: write to the read-only error bits");
    }
    control = value & WRITABLE;
    pit.setSpeakerGate((value & SPEAKER_GATE) != 0);
  }

  @Override
  public String sectionName() {
    return "port61";
  }

  @Override
  public void save(Section out) {
    out.put("control", control);
  }

  @Override
  public void restore(Section in) {
    control = in.getInt("control");
  }

  @Override
  public String toString() {
    return "port61";
  }
}
