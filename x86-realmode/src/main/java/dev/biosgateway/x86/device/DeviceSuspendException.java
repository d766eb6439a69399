package dev.biosgateway.x86.device;

/** A device refused to be suspended. */
public final class DeviceSuspendException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String device;
  private final PowerPhase phase;

  public DeviceSuspendException(String device, PowerPhase phase, String reason) {
    super("%s refused phase %s: %s".formatted(device, phase, reason));
    this.device = device;
    this.phase = phase;
  }

  public String device() {
    return device;
  }

  public PowerPhase phase() {
    return phase;
  }
}
