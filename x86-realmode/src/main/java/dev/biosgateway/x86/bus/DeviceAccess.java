package dev.biosgateway.x86.bus;

/** Told around every access that reaches a device: time must be right inside. */
public interface DeviceAccess {
  /** For a bus without a CPU: nothing keeps time. */
  DeviceAccess UNTIMED =
      new DeviceAccess() {
        @Override
        public void beginAccess() {
          // No clock to bring up to date.
        }

        @Override
        public void endAccess() {
          // Nobody to tell.
        }
      };

  /** A device is about to be read or written: brings the clock up to date. */
  void beginAccess();

  /** The access is over: what the device has scheduled counts from now on. */
  void endAccess();
}
