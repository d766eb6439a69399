package dev.biosgateway.kexec.program;

import dev.biosgateway.api.spi.ProgramImage;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A PC option ROM: 55 AA, its size in units of 512 bytes, the init entry at offset 3, and a sum of
 * all bytes of 0 (Plug and Play BIOS Specification 1.0A, 3.2). Immutable.
 */
public final class OptionRom {
  /** The area in which adapters' ROMs are looked for, on multiples of {@link #STEP}. */
  public static final int AREA = 0xc0000;

  /** End of the area. */
  public static final int AREA_END = 0xf0000;

  /** A display's ROM has the start of the area; others begin here while there is room. */
  public static final int AREA_NOT_DISPLAY = 0xd0000;

  /** Distance of possible starts. */
  public static final int STEP = 0x800;

  /** Offset of the init entry, a far procedure. */
  public static final int INIT = 3;

  private static final int BLOCK = 512;

  private final byte[] bytes;
  private final PciDataStructure pcir;
  private final boolean display;
  private final OptionalLong address;

  private OptionRom(byte[] bytes, PciDataStructure pcir, boolean display, OptionalLong address) {
    this.bytes = bytes;
    this.pcir = pcir;
    this.display = display;
    this.address = address;
  }

  /**
   * Checks an image.
   *
   * @throws dev.biosgateway.api.ProgramException that names the field
   */
  public static OptionRom parse(ProgramImage image) {
    ImageReader in = new ImageReader(image);
    in.requireBytes("header", 0, 0x1a);
    if (in.u16(0) != 0xaa55) {
      throw in.bad("signature", 0, "55 aa", String.format("%02x %02x", in.u8(0), in.u8(1)));
    }
    int size = in.u8(2) * BLOCK;
    if (size == 0) {
      throw in.bad("size", 2, "1 to 255 blocks of 512 bytes", "0");
    }
    if (size > in.size()) {
      throw in.at("size", 2)
          .expected(size + " bytes, as the header says")
          .found("a file of " + in.size())
          .remedy("the file is truncated")
          .build();
    }
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += in.u8(i);
    }
    if ((sum & 0xff) != 0) {
      throw in.error("checksum")
          .expected(String.format("a sum of 0 over 0x%x bytes", size))
          .found(String.format("0x%02x", sum & 0xff))
          .remedy("the file is damaged or was patched without mending its checksum")
          .build();
    }
    PciDataStructure pcir = PciDataStructure.read(in, size);
    image.entry().ifPresent(e -> in.require("entry", 0, INIT, e));
    image.address().ifPresent(a -> checkAddress(in, a, size));
    boolean display = image.vectors().contains(0x10) || pcir != null && pcir.isDisplay();
    return new OptionRom(Arrays.copyOf(in.bytes(), size), pcir, display, image.address());
  }

  private static void checkAddress(ImageReader in, long address, int size) {
    if (address % STEP != 0 || address < AREA || address + size > AREA_END) {
      throw in.error("address")
          .expected(
              String.format(
                  "a multiple of 0x%x with 0x%x bytes between 0x%x and 0x%x",
                  STEP, size, AREA, AREA_END))
          .found(String.format("0x%x", address))
          .build();
    }
  }

  /** The ROM's bytes, as many as its size byte says, as a new array. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Size in bytes. */
  public int size() {
    return bytes.length;
  }

  /** What it says about its PCI function, if it is a PCI ROM. */
  public Optional<PciDataStructure> pcir() {
    return Optional.ofNullable(pcir);
  }

  /** Whether it serves a display. */
  public boolean display() {
    return display;
  }

  /** The address its descriptor names. */
  public OptionalLong address() {
    return address;
  }
}
