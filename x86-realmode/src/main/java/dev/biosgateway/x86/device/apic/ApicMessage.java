package dev.biosgateway.x86.device.apic;

/** Delivery modes of an interrupt message (SDM vol. 3, 10.6.1; 82093AA data sheet, 3.2.4). */
enum ApicMessage {
  FIXED,
  LOWEST_PRIORITY,
  SMI,
  RESERVED,
  NMI,
  INIT,
  START_UP,
  EXT_INT;

  private static final ApicMessage[] BY_CODE = values();

  /**
   * @param register whose bits 8 to 10 are the mode
   */
  static ApicMessage of(int register) {
    return BY_CODE[register >>> 8 & 7];
  }
}
