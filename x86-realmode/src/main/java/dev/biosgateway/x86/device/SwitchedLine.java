package dev.biosgateway.x86.device;

/**
 * A wire with a switch, by which another device can take its place: the legacy replacement route of
 * a HPET takes those of the 8254 and the RTC. Where the switch stands is part of its owner's state.
 */
public final class SwitchedLine implements InterruptLine {
  private final InterruptLine line;
  private boolean level;
  private boolean closed = true;

  public SwitchedLine(InterruptLine line) {
    this.line = line;
  }

  @Override
  public void set(boolean high) {
    level = high;
    line.set(high && closed);
  }

  /** Closes the switch, as it is at first, or opens it: then the wire is low. */
  public void setClosed(boolean on) {
    closed = on;
    line.set(level && closed);
  }

  /** Puts the switch where it was; its owner drives the wire behind it again. */
  public void restore(boolean wasClosed) {
    closed = wasClosed;
  }

  public boolean isClosed() {
    return closed;
  }
}
