package dev.biosgateway.api.structure;

import static dev.biosgateway.api.structure.Field.bits;
import static dev.biosgateway.api.structure.Field.bytes;
import static dev.biosgateway.api.structure.Field.choice;
import static dev.biosgateway.api.structure.Field.count;
import static dev.biosgateway.api.structure.Field.hex;
import static dev.biosgateway.api.structure.Field.pointer;
import static dev.biosgateway.api.structure.Field.text;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Register;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The structures of PC firmware that the gateway knows by name. */
public final class Layouts {
  /** An entry of the system address map, INT 15h AX=E820h (ACPI 6.5, table 15.1 and 15.3). */
  public static final Layout E820_ENTRY =
      Layout.repeating(
          "e820-entry",
          "ACPI 6.5, 15.1",
          hex("base", 0, 8),
          hex("length", 8, 8),
          choice(
              "type",
              16,
              4,
              Map.of(
                  1L,
                  "memory",
                  2L,
                  "reserved",
                  3L,
                  "ACPI reclaimable",
                  4L,
                  "ACPI NVS",
                  5L,
                  "unusable",
                  6L,
                  "disabled",
                  7L,
                  "persistent")),
          bits("attributes", 20, 4, "enabled", "non-volatile", "slow access", "error log"));

  /** What VBE function 00h returns (VBE 3.0, page 25). */
  public static final Layout VBE_INFO =
      Layout.of(
          "vbe-info",
          "VBE 3.0, function 00h",
          text("signature", 0, 4),
          hex("version", 4, 2),
          pointer("oemString", 6),
          bits(
              "capabilities",
              10,
              4,
              "DAC width switchable",
              "not VGA compatible",
              "blank bit in function 09h",
              "stereo signalling",
              "stereo by EVC"),
          pointer("videoModes", 14),
          count("totalMemory64K", 18, 2),
          hex("oemSoftwareRevision", 20, 2),
          pointer("oemVendorName", 22),
          pointer("oemProductName", 26),
          pointer("oemProductRevision", 30));

  /** What VBE function 01h returns (VBE 3.0, page 30). */
  public static final Layout VBE_MODE_INFO =
      Layout.of(
          "vbe-mode-info",
          "VBE 3.0, function 01h",
          bits(
              "modeAttributes",
              0,
              2,
              "supported",
              "",
              "TTY output",
              "colour",
              "graphics",
              "not VGA compatible",
              "no windowed memory",
              "linear framebuffer",
              "double scan",
              "interlaced",
              "triple buffering",
              "stereo",
              "dual display start"),
          bits("windowA", 2, 1, "relocatable", "readable", "writable"),
          bits("windowB", 3, 1, "relocatable", "readable", "writable"),
          count("windowGranularityKiB", 4, 2),
          count("windowSizeKiB", 6, 2),
          hex("windowASegment", 8, 2),
          hex("windowBSegment", 10, 2),
          pointer("windowFunction", 12),
          count("bytesPerScanLine", 16, 2),
          count("width", 18, 2),
          count("height", 20, 2),
          count("characterWidth", 22, 1),
          count("characterHeight", 23, 1),
          count("planes", 24, 1),
          count("bitsPerPixel", 25, 1),
          count("banks", 26, 1),
          choice(
              "memoryModel",
              27,
              1,
              Map.of(
                  0L,
                  "text",
                  1L,
                  "CGA",
                  2L,
                  "Hercules",
                  3L,
                  "planar",
                  4L,
                  "packed pixel",
                  5L,
                  "non-chain 4",
                  6L,
                  "direct colour",
                  7L,
                  "YUV")),
          count("bankSizeKiB", 28, 1),
          count("imagePages", 29, 1),
          count("redMaskSize", 31, 1),
          count("redPosition", 32, 1),
          count("greenMaskSize", 33, 1),
          count("greenPosition", 34, 1),
          count("blueMaskSize", 35, 1),
          count("bluePosition", 36, 1),
          count("reservedMaskSize", 37, 1),
          count("reservedPosition", 38, 1),
          bits("directColourInfo", 39, 1, "ramp programmable", "reserved bits usable"),
          hex("physicalBase", 40, 4),
          count("linearBytesPerScanLine", 50, 2),
          count("bankedImagePages", 52, 1),
          count("linearImagePages", 53, 1),
          count("maxPixelClockHz", 62, 4));

  /** What INT 13h AH=48h returns (EDD 3.0, table 6). */
  public static final Layout EDD_PARAMETERS =
      Layout.of(
          "edd-parameters",
          "EDD 3.0, function 48h",
          count("size", 0, 2),
          bits(
              "flags",
              2,
              2,
              "DMA boundary errors handled",
              "geometry valid",
              "removable",
              "write verify",
              "change line",
              "lockable",
              "no media"),
          count("cylinders", 4, 4),
          count("heads", 8, 4),
          count("sectorsPerTrack", 12, 4),
          count("sectors", 16, 8),
          count("bytesPerSector", 24, 2),
          pointer("configuration", 26),
          hex("key", 30, 2),
          count("devicePathLength", 32, 1),
          text("hostBus", 36, 4),
          text("interfaceType", 40, 8),
          hex("interfacePath", 48, 8),
          hex("devicePath", 56, 8));

  /** The disk address packet of INT 13h AH=42h to 47h (EDD 3.0, table 1). */
  public static final Layout EDD_PACKET =
      Layout.of(
          "edd-packet",
          "EDD 3.0, disk address packet",
          count("size", 0, 1),
          count("blocks", 2, 1),
          pointer("buffer", 4),
          count("block", 8, 8),
          hex("flatBuffer", 16, 8));

  /** The BIOS data area at 400h (IBM PS/2 and PC BIOS Interface Technical Reference). */
  public static final Layout BIOS_DATA_AREA =
      Layout.of(
          "bios-data-area",
          "IBM PS/2 and PC BIOS Interface Technical Reference",
          hex("com1", 0x00, 2),
          hex("com2", 0x02, 2),
          hex("com3", 0x04, 2),
          hex("com4", 0x06, 2),
          hex("lpt1", 0x08, 2),
          hex("lpt2", 0x0a, 2),
          hex("lpt3", 0x0c, 2),
          hex("extendedDataArea", 0x0e, 2),
          bits("equipment", 0x10, 2, "diskette", "coprocessor", "pointing device"),
          count("memoryKiB", 0x13, 2),
          bits(
              "keyboardFlags",
              0x17,
              2,
              "right shift",
              "left shift",
              "ctrl",
              "alt",
              "scroll lock",
              "num lock",
              "caps lock",
              "insert"),
          hex("keyboardHead", 0x1a, 2),
          hex("keyboardTail", 0x1c, 2),
          hex("diskStatus", 0x41, 1),
          hex("videoMode", 0x49, 1),
          count("columns", 0x4a, 2),
          count("pageBytes", 0x4c, 2),
          hex("pageStart", 0x4e, 2),
          bytes("cursorPositions", 0x50, 16),
          hex("cursorShape", 0x60, 2),
          count("activePage", 0x62, 1),
          hex("crtcPort", 0x63, 2),
          hex("modeControl", 0x65, 1),
          hex("palette", 0x66, 1),
          count("timerTicks", 0x6c, 4),
          count("timerOverflow", 0x70, 1),
          hex("resetFlag", 0x72, 2),
          hex("fixedDiskStatus", 0x74, 1),
          count("fixedDisks", 0x75, 1),
          hex("keyboardBufferStart", 0x80, 2),
          hex("keyboardBufferEnd", 0x82, 2),
          count("lastRow", 0x84, 1),
          count("characterHeight", 0x85, 2));

  /** The PCI data structure of an option ROM (PCI Firmware Specification 3.0, 5.1.2). */
  public static final Layout PCIR =
      Layout.of(
          "pcir",
          "PCI Firmware Specification 3.0, 5.1.2",
          text("signature", 0, 4),
          hex("vendor", 4, 2),
          hex("device", 6, 2),
          hex("deviceList", 8, 2),
          count("length", 10, 2),
          count("revision", 12, 1),
          hex("classCode", 13, 3),
          count("imageBlocks", 16, 2),
          hex("codeRevision", 18, 2),
          choice(
              "codeType",
              20,
              1,
              Map.of(0L, "PC-AT", 1L, "Open Firmware", 2L, "PA-RISC", 3L, "EFI")),
          bits("indicator", 21, 1, "", "", "", "", "", "", "", "last image"));

  /** The expansion header of a Plug and Play option ROM (Plug and Play BIOS 1.0A, 3.2). */
  public static final Layout PNP_EXPANSION =
      Layout.of(
          "pnp-expansion",
          "Plug and Play BIOS 1.0A, 3.2",
          text("signature", 0, 4),
          hex("revision", 4, 1),
          count("length16", 5, 1),
          hex("nextHeader", 6, 2),
          hex("checksum", 9, 1),
          hex("deviceIdentifier", 10, 4),
          hex("manufacturer", 14, 2),
          hex("product", 16, 2),
          hex("deviceType", 18, 3),
          bits(
              "indicators",
              21,
              1,
              "initial program load",
              "input",
              "display",
              "",
              "shadowable",
              "read cacheable",
              "needed only for boot",
              "supports device driver init"),
          hex("bootConnection", 22, 2),
          hex("disconnect", 24, 2),
          hex("bootstrapEntry", 26, 2),
          hex("staticResources", 30, 2));

  private static final List<Layout> ALL =
      List.of(
          E820_ENTRY,
          VBE_INFO,
          VBE_MODE_INFO,
          EDD_PARAMETERS,
          EDD_PACKET,
          BIOS_DATA_AREA,
          PCIR,
          PNP_EXPANSION);

  private static final int VIDEO = 0x10;
  private static final int DISK = 0x13;
  private static final int SYSTEM = 0x15;

  private Layouts() {}

  /** All of them. */
  public static List<Layout> all() {
    return ALL;
  }

  /**
   * A layout by its name.
   *
   * @throws InvalidRequestException if there is none; the message lists those that exist
   */
  public static Layout named(String name) {
    return ALL.stream()
        .filter(layout -> layout.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "no structure \""
                        + name
                        + "\": expected one of "
                        + ALL.stream().map(Layout::name).toList()));
  }

  /**
   * The structure that a BIOS service leaves in the caller's buffer, as far as target and registers
   * on entry tell.
   */
  public static Optional<Layout> left(CallTarget target, CallRequest request) {
    if (!(target instanceof CallTarget.Interrupt interrupt)) {
      return Optional.empty();
    }
    long ax = request.registers().get(Register.AX);
    return switch (interrupt.vector()) {
      case VIDEO ->
          ax == 0x4f00
              ? Optional.of(VBE_INFO)
              : ax == 0x4f01 ? Optional.of(VBE_MODE_INFO) : Optional.empty();
      case DISK -> ax >>> 8 == 0x48 ? Optional.of(EDD_PARAMETERS) : diskPacket(ax);
      case SYSTEM -> ax == 0xe820 ? Optional.of(E820_ENTRY) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Layout> diskPacket(long ax) {
    return ax >>> 8 >= 0x42 && ax >>> 8 <= 0x47 ? Optional.of(EDD_PACKET) : Optional.empty();
  }
}
