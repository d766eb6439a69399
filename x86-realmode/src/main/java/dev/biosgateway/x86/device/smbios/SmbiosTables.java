package dev.biosgateway.x86.device.smbios;

import dev.biosgateway.x86.device.fwcfg.FirmwareItems;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The SMBIOS structures of a board (DMTF DSP0134 2.8, chapter 7), as files for firmware to put
 * where they belong: system, chassis, processor, memory. That of type 0 is the firmware's own, as
 * it says who wrote that and when; addresses and checksums are filled in by firmware, too.
 */
public final class SmbiosTables {
  private static final String TABLES = "etc/smbios/smbios-tables";
  private static final String ANCHOR = "etc/smbios/smbios-anchor";

  private static final int ANCHOR_LENGTH = 0x1f;
  private static final int VERSION_MAJOR = 2;
  private static final int VERSION_MINOR = 8;

  private static final int SYSTEM = 1;
  private static final int CHASSIS = 3;
  private static final int PROCESSOR = 4;
  private static final int MEMORY_ARRAY = 16;
  private static final int MEMORY_DEVICE = 17;
  private static final int MEMORY_RANGE = 19;
  private static final int BOOT_STATUS = 32;
  private static final int END = 127;

  private static final String MANUFACTURER = "BIOS Gateway";
  private static final int UUID_BYTES = 16;

  /** Wakes by the power switch. */
  private static final int POWER_SWITCH = 0x06;

  // ---- of many enumerations
  private static final int OTHER = 0x01;
  private static final int UNKNOWN = 0x02;
  private static final int SAFE = 0x03;

  private static final int CENTRAL_PROCESSOR = 0x03;
  private static final int SOCKET_WITH_ENABLED_PROCESSOR = 0x41;
  private static final int NO_CACHE_INFORMATION = 0xffff;

  private static final int SYSTEM_BOARD = 0x03;
  private static final int SYSTEM_MEMORY = 0x03;
  private static final int NO_ECC = 0x03;
  private static final int NO_ERROR_INFORMATION = 0xfffe;
  private static final int UNKNOWN_WIDTH = 0xffff;
  private static final int DIMM = 0x09;
  private static final int RAM = 0x07;
  private static final int OTHER_DETAIL = 1 << 1;
  private static final int SIZE_IN_KILOBYTES = 0x8000;

  private SmbiosTables() {}

  /**
   * Adds the structures and their anchor.
   *
   * @param product what the machine is called
   * @param memoryBytes main memory, a multiple of 4096
   */
  public static void addTo(FirmwareItems items, String product, long memoryBytes) {
    long kilobytes = memoryBytes >>> 10;
    List<byte[]> structures =
        List.of(
            system(product),
            chassis(),
            processor(),
            memoryArray(kilobytes),
            memoryDevice(kilobytes),
            memoryRange(kilobytes),
            structure(BOOT_STATUS).zeros(6).bytes(0).image(),
            structure(END).image());
    ByteArrayOutputStream tables = new ByteArrayOutputStream();
    structures.forEach(tables::writeBytes);
    int longest = structures.stream().mapToInt(s -> s.length).max().orElseThrow();
    items.file(TABLES, tables.toByteArray());
    items.file(ANCHOR, anchor(longest, tables.size(), structures.size()));
  }

  private static SmbiosStructure structure(int type) {
    return new SmbiosStructure(type, handle(type));
  }

  private static int handle(int type) {
    return type << 8;
  }

  private static byte[] system(String product) {
    return structure(SYSTEM)
        .text(MANUFACTURER)
        .text(product)
        .text("") // version
        .text("") // serial number
        .zeros(UUID_BYTES) // not set
        .bytes(POWER_SWITCH)
        .text("") // SKU
        .text("") // family
        .image();
  }

  private static byte[] chassis() {
    return structure(CHASSIS)
        .text(MANUFACTURER)
        .bytes(OTHER)
        .text("") // version
        .text("") // serial number
        .text("") // asset tag
        .bytes(SAFE, SAFE, SAFE, UNKNOWN) // at boot, power supply, temperature; security
        .dword(0)
        .bytes(0, 0, 0, 0) // height, power cords, contained elements and their length
        .text("") // SKU
        .image();
  }

  /** Which processor is in the socket says CPUID. */
  private static byte[] processor() {
    return structure(PROCESSOR)
        .text("CPU 0")
        .bytes(CENTRAL_PROCESSOR, OTHER)
        .text(MANUFACTURER)
        .zeros(8) // CPUID
        .text("") // version
        .bytes(0) // voltage
        .word(0) // external clock
        .word(0) // maximum and current speed: not known
        .word(0)
        .bytes(SOCKET_WITH_ENABLED_PROCESSOR, OTHER)
        .word(NO_CACHE_INFORMATION)
        .word(NO_CACHE_INFORMATION)
        .word(NO_CACHE_INFORMATION)
        .text("") // serial number
        .text("") // asset tag
        .text("") // part number
        .bytes(1, 1, 1) // cores, those enabled, threads
        .word(1 << 1) // characteristics: unknown
        .word(OTHER) // family 2
        .image();
  }

  private static byte[] memoryArray(long kilobytes) {
    return structure(MEMORY_ARRAY)
        .bytes(SYSTEM_BOARD, SYSTEM_MEMORY, NO_ECC)
        .dword(kilobytes)
        .word(NO_ERROR_INFORMATION)
        .word(1)
        .zeros(8) // extended maximum capacity
        .image();
  }

  private static byte[] memoryDevice(long kilobytes) {
    boolean even = kilobytes % 1024 == 0;
    return structure(MEMORY_DEVICE)
        .word(handle(MEMORY_ARRAY))
        .word(NO_ERROR_INFORMATION)
        .word(UNKNOWN_WIDTH)
        .word(UNKNOWN_WIDTH)
        .word((int) (even ? kilobytes / 1024 : SIZE_IN_KILOBYTES | Math.min(kilobytes, 0x7ffe)))
        .bytes(DIMM, 0)
        .text("DIMM 0")
        .text("") // bank
        .bytes(RAM)
        .word(OTHER_DETAIL)
        .word(0) // speed
        .text(MANUFACTURER)
        .text("") // serial number
        .text("") // asset tag
        .text("") // part number
        .bytes(0) // rank
        .dword(0) // extended size
        .word(0) // configured speed
        .zeros(6) // voltages
        .image();
  }

  private static byte[] memoryRange(long kilobytes) {
    return structure(MEMORY_RANGE)
        .dword(0)
        .dword(kilobytes - 1)
        .word(handle(MEMORY_ARRAY))
        .bytes(1)
        .zeros(16) // extended addresses
        .image();
  }

  private static byte[] anchor(int longest, int length, int count) {
    ByteBuffer anchor = ByteBuffer.allocate(ANCHOR_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    anchor.put("_SM_".getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    anchor.put((byte) ANCHOR_LENGTH).put((byte) VERSION_MAJOR).put((byte) VERSION_MINOR);
    anchor.putShort((short) longest).put((byte) 0).put(new byte[5]);
    anchor.put("_DMI_".getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    anchor.putShort((short) length).putInt(0).putShort((short) count);
    anchor.put((byte) (VERSION_MAJOR << 4 | VERSION_MINOR));
    return anchor.array();
  }
}
