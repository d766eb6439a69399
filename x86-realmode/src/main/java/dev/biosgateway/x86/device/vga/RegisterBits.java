package dev.biosgateway.x86.device.vga;

/**
 * A row of a register map: what the manual calls an 8-bit register, and which bits it has. Writes
 * to the others are lost, and accounted for.
 *
 * @param name as in the IBM PS/2 Hardware Interface Technical Reference, "Video Subsystem"
 * @param bits the bits that exist
 * @param formerly bits that the EGA had: BIOSes still write them, to no effect
 */
record RegisterBits(String name, int bits, int formerly) {
  RegisterBits(String name, int bits) {
    this(name, bits, 0);
  }
}
