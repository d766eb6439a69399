package dev.biosgateway.testkit.image;

import java.util.Arrays;
import java.util.Objects;

/**
 * An option ROM that a test writes, or spoils: 55 AA, the size in units of 512 bytes, the init
 * entry at offset 3, and a last byte that makes all bytes add up to zero (BIOS Boot Specification
 * 1.01, 3.1). Bytes given are whole images assembled elsewhere; changes are made in place and seal
 * or break the checksum as told. Not safe for use by several threads.
 */
public final class OptionRomImage {
  /** The unit of the size byte, in bytes. */
  public static final int BLOCK = 512;

  private static final int SIGNATURE = 0;
  private static final int SIZE = 2;
  private static final int INIT = 3;
  private static final int PCIR_POINTER = 0x18;

  /** Offset in the PCI data structure: vendor identification, 16 bits. */
  public static final int PCIR_VENDOR = 0x04;

  /** Offset in the PCI data structure: device identification, 16 bits. */
  public static final int PCIR_DEVICE = 0x06;

  /** Offset in the PCI data structure: its own length in bytes, 16 bits. */
  public static final int PCIR_LENGTH = 0x0a;

  /** Offset in the PCI data structure: class code, 24 bits. */
  public static final int PCIR_CLASS = 0x0d;

  /** Offset in the PCI data structure: length of the image in units of 512 bytes, 16 bits. */
  public static final int PCIR_IMAGE_LENGTH = 0x10;

  /** Offset in the PCI data structure: 0 for PC-AT code, 3 for EFI. */
  public static final int PCIR_CODE_TYPE = 0x14;

  /** Offset in the PCI data structure: bit 7 marks the last image. */
  public static final int PCIR_INDICATOR = 0x15;

  private static final int PCIR_SIZE = 0x18;

  private byte[] bytes;

  private OptionRomImage(byte[] bytes) {
    this.bytes = bytes;
  }

  /** An image as it was assembled, signature and size byte included. */
  public static OptionRomImage of(byte... image) {
    return new OptionRomImage(image.clone());
  }

  /**
   * An image with nothing but an init: the code is entered at offset 3 by a far call.
   *
   * @param blocks size of the ROM in units of 512 bytes, 1 to 255
   * @param init what init does; it ends with RETF (CB)
   * @throws IllegalArgumentException if the code does not fit
   */
  public static OptionRomImage withInit(int blocks, byte... init) {
    if (blocks < 1 || blocks > 0xff || INIT + init.length >= blocks * BLOCK) {
      throw new IllegalArgumentException(
          String.format("%d bytes of init in a ROM of %d blocks", init.length, blocks));
    }
    OptionRomImage image = new OptionRomImage(new byte[blocks * BLOCK]);
    image.bytes[SIGNATURE] = 0x55;
    image.bytes[SIGNATURE + 1] = (byte) 0xaa;
    image.bytes[SIZE] = (byte) blocks;
    System.arraycopy(init, 0, image.bytes, INIT, init.length);
    return image.sealed();
  }

  /** Sets a byte and leaves the checksum alone, right or wrong as it then is. */
  public OptionRomImage withByte(int offset, int value) {
    bytes[Objects.checkIndex(offset, bytes.length)] = (byte) value;
    return this;
  }

  /** Sets a little-endian word and leaves the checksum alone. */
  public OptionRomImage withWord(int offset, int value) {
    return withByte(offset, value).withByte(offset + 1, value >> 8);
  }

  /** Says that the ROM has so many blocks of 512 bytes, whether it has or not. */
  public OptionRomImage claimingBlocks(int blocks) {
    return withByte(SIZE, blocks);
  }

  /**
   * Puts a PCI data structure of 24 bytes into the ROM, for PC-AT code and as long as the size byte
   * says (PCI Firmware Specification 3.0, 5.1.2).
   *
   * @param offset where to, a multiple of 4
   * @param classCode class, subclass and programming interface, 24 bits
   */
  public OptionRomImage withPcir(int offset, int vendor, int device, int classCode) {
    return withWord(PCIR_POINTER, offset)
        .withWord(offset, 'P' | 'C' << 8)
        .withWord(offset + 2, 'I' | 'R' << 8)
        .withWord(offset + PCIR_VENDOR, vendor)
        .withWord(offset + PCIR_DEVICE, device)
        .withWord(offset + PCIR_LENGTH, PCIR_SIZE)
        .withByte(offset + PCIR_CLASS, classCode)
        .withWord(offset + PCIR_CLASS + 1, classCode >> 8)
        .withWord(offset + PCIR_IMAGE_LENGTH, bytes[SIZE] & 0xff)
        .withByte(offset + PCIR_INDICATOR, 0x80);
  }

  /** Cuts the file, as a broken download would; size byte and checksum stay. */
  public OptionRomImage truncatedTo(int length) {
    Objects.checkFromToIndex(0, length, bytes.length);
    bytes = Arrays.copyOf(bytes, length);
    return this;
  }

  /** Makes all bytes add up to zero by the last one. */
  public OptionRomImage sealed() {
    int last = bytes.length - 1;
    bytes[last] = 0;
    bytes[last] = (byte) -sum();
    return this;
  }

  /** Makes the bytes add up to one, the smallest mistake a checksum can have. */
  public OptionRomImage missealed() {
    sealed();
    bytes[bytes.length - 1]++;
    return this;
  }

  /** The sum of all bytes modulo 256: 0 in a good ROM. */
  public int sum() {
    int sum = 0;
    for (byte b : bytes) {
      sum += b;
    }
    return sum & 0xff;
  }

  /** The image as it is now, as a new array. */
  public byte[] bytes() {
    return bytes.clone();
  }
}
