package dev.biosgateway.kexec.program;

/**
 * What a PCI expansion ROM says about itself (PCI Firmware Specification 3.0, 5.1.2).
 *
 * @param vendor PCI vendor identification
 * @param device PCI device identification
 * @param classCode class, subclass and programming interface, 24 bits
 * @param codeType 0: PC-AT compatible
 * @param imageLength bytes of this image
 */
public record PciDataStructure(
    int vendor, int device, int classCode, int codeType, int imageLength) {
  private static final long SIGNATURE = 'P' | 'C' << 8 | 'I' << 16 | (long) 'R' << 24;
  private static final int POINTER = 0x18;
  private static final int LENGTH_MIN = 0x18;

  /** Whether the ROM is for a display: base class 03h, or 0001h of PCI before 2.0. */
  boolean isDisplay() {
    return classCode >>> 16 == 3 || classCode >>> 8 == 1;
  }

  /**
   * Reads the structure of the first image of a ROM.
   *
   * @param romSize bytes of the ROM, by its size byte
   * @return null if the ROM has none: an ISA ROM, which may use these bytes as it likes
   * @throws dev.biosgateway.api.ProgramException if it has one that contradicts the ROM
   */
  static PciDataStructure read(ImageReader in, int romSize) {
    int at = in.u16(POINTER);
    if (at == 0 || at + 4 > in.size() || in.u32(at) != SIGNATURE) {
      return null;
    }
    int length = in.size() < at + 0x0c ? 0 : in.u16(at + 0x0a);
    if (length < LENGTH_MIN || at + length > romSize) {
      throw in.bad(
          "PCIR length",
          at + 0x0aL,
          String.format("0x%x to 0x%x", LENGTH_MIN, romSize - at),
          String.format("0x%x", length));
    }
    PciDataStructure pcir =
        new PciDataStructure(
            in.u16(at + 4L),
            in.u16(at + 6L),
            (int) in.u32(at + 0x0cL) >>> 8,
            in.u8(at + 0x14L),
            in.u16(at + 0x10L) * 512);
    if (pcir.codeType != 0) {
      throw in.at("PCIR code type", at + 0x14L)
          .expected("0 (PC-AT compatible)")
          .found(Integer.toString(pcir.codeType))
          .remedy("this image is for another kind of firmware (3 is EFI)")
          .build();
    }
    if (pcir.imageLength < romSize || pcir.imageLength > in.size()) {
      throw in.bad(
          "PCIR image length",
          at + 0x10L,
          String.format("0x%x (the size byte) to 0x%x (the file)", romSize, in.size()),
          String.format("0x%x", pcir.imageLength));
    }
    return pcir;
  }
}
