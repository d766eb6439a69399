package dev.biosgateway.x86.device;

/** What kind of reset reaches a device. */
public enum ResetKind {
  /** Power comes up: everything is in its power-on state. */
  POWER_ON,
  /** RESET# is pulsed (port 92h, port CF9h, 8042, triple fault): battery-backed state survives. */
  HARD
}
