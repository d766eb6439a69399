package dev.biosgateway.x86.device.ide;

/**
 * How a device names itself. The default names are those QEMU gives to the devices of its machine
 * of the same chipset, so that what firmware and drivers list compares line by line.
 *
 * @param model up to 40 characters of ASCII
 * @param serial up to 20 characters of ASCII
 * @param firmware revision, up to 8 characters of ASCII
 */
record DeviceIdentity(String model, String serial, String firmware) {
  private static final String REVISION = "2.5+";

  /**
   * @param number of the device on both channels, 0 to 3
   */
  static DeviceIdentity disk(int number) {
    return new DeviceIdentity("QEMU HARDDISK", "QM0000" + (number + 1), REVISION);
  }

  /**
   * @param number of the device on both channels, 0 to 3
   */
  static DeviceIdentity cdrom(int number) {
    return new DeviceIdentity("QEMU DVD-ROM", "QM0000" + (number + 1), REVISION);
  }
}
