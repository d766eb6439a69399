package dev.biosgateway.x86.device.fwcfg;

import dev.biosgateway.x86.device.rom.RomImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the firmware configuration device offers: items by number, and files by name, which are
 * items from 20h on with a directory (QEMU, docs/specs/fw_cfg). Built once, then immutable.
 */
public final class FirmwareItems {
  private static final int SIGNATURE = 0x00;
  private static final int ID = 0x01;
  private static final int RAM_SIZE = 0x03;
  private static final int NO_GRAPHIC = 0x04;
  private static final int CPU_COUNT = 0x05;
  private static final int KERNEL_ADDRESS = 0x07;
  private static final int KERNEL_SIZE = 0x08;
  private static final int INITRD_ADDRESS = 0x0a;
  private static final int INITRD_SIZE = 0x0b;
  private static final int BOOT_MENU = 0x0e;
  private static final int CPU_MAX = 0x0f;
  private static final int KERNEL_DATA = 0x11;
  private static final int INITRD_DATA = 0x12;
  private static final int COMMAND_LINE_ADDRESS = 0x13;
  private static final int COMMAND_LINE_SIZE = 0x14;
  private static final int COMMAND_LINE_DATA = 0x15;
  private static final int SETUP_ADDRESS = 0x16;
  private static final int SETUP_SIZE = 0x17;
  private static final int SETUP_DATA = 0x18;
  private static final int DIRECTORY = 0x19;
  private static final int FIRST_FILE = 0x20;
  private static final int IRQ0_OVERRIDE = 0x8002;

  private static final int NAME_MAX = 55;
  private static final int DIRECTORY_ENTRY = 64;

  /** Traditional interface and DMA. */
  private static final int FEATURES = 0x03;

  // ---- where a boot ROM is to put the parts of a kernel
  private static final int SETUP_AT = 0x10000;
  private static final int COMMAND_LINE_AT = 0x20000;
  private static final int KERNEL_AT = 0x100000;

  /** What an initial RAM disk has to end below when the kernel does not say more. */
  private static final long INITRD_END_MAX = 0x38000000L;

  /** What firmware may keep for its tables at the top of memory: the RAM disk lies below. */
  private static final int FIRMWARE_TABLES = 0x20000;

  /** Milliseconds until SeaBIOS tries again, as QEMU says by default: never. */
  private static final int STOP_WITHOUT_BOOT_DEVICE = -1;

  private static final int PAGE = 4096;
  private static final byte[] NOTHING = {};

  private final Map<Integer, byte[]> items = new LinkedHashMap<>();
  private final TreeMap<String, byte[]> files = new TreeMap<>();
  private boolean sealed;

  /**
   * The items that every machine has.
   *
   * @param memoryBytes main memory below 4 GB
   */
  public FirmwareItems(long memoryBytes) {
    items.put(SIGNATURE, "QEMU".getBytes(StandardCharsets.US_ASCII));
    items.put(ID, littleEndian(4, FEATURES));
    items.put(RAM_SIZE, littleEndian(8, memoryBytes));
    items.put(NO_GRAPHIC, littleEndian(2, 0));
    items.put(CPU_COUNT, littleEndian(2, 1));
    items.put(CPU_MAX, littleEndian(2, 1));
    items.put(BOOT_MENU, littleEndian(2, 0));
    items.put(IRQ0_OVERRIDE, littleEndian(4, 1));
    file("etc/e820", memoryMap(memoryBytes));
    file("etc/boot-fail-wait", littleEndian(4, STOP_WITHOUT_BOOT_DEVICE));
  }

  /**
   * Adds a file, in place of one of that name.
   *
   * @param name 1 to 55 characters of ASCII
   * @throws IllegalArgumentException when it is too long for the directory
   */
  public FirmwareItems file(String name, byte[] content) {
    if (sealed) {
      throw new IllegalStateException(
          "firmware file %s: the directory is read already".formatted(name));
    }
    requireName(name);
    files.put(name, content.clone());
    return this;
  }

  /**
   * Refuses names that the directory has no room for.
   *
   * @throws IllegalArgumentException when it has not 1 to 55 characters
   */
  public static void requireName(String name) {
    if (name.isEmpty() || name.length() > NAME_MAX) {
      throw new IllegalArgumentException(
          "firmware file %s: expected a name of 1 to %d characters, found %d"
              .formatted(name, NAME_MAX, name.length()));
    }
  }

  /** The file name by which firmware finds a display's ROM. */
  public static String displayRom(RomImage rom) {
    return "vgaroms/" + rom.name();
  }

  /** The file name by which firmware finds another option ROM. */
  public static String optionRom(RomImage rom) {
    return "genroms/" + rom.name();
  }

  /** Asks for the boot menu, and says how many milliseconds it waits for a key. */
  public FirmwareItems bootMenu(int waitMillis) {
    items.put(BOOT_MENU, littleEndian(2, 1));
    return file("etc/boot-menu-wait", littleEndian(2, waitMillis));
  }

  /** Adds a kernel, with the addresses at which its boot ROM is to put the parts. */
  public FirmwareItems linux(LinuxPayload linux, long memoryBytes) {
    byte[] setup = linux.setup();
    byte[] code = linux.protectedModeCode();
    byte[] initrd = linux.initrd();
    byte[] commandLine = linux.commandLineBytes();
    long end = Math.min(memoryBytes - FIRMWARE_TABLES, linux.initrdEndMax(INITRD_END_MAX));
    long initrdAt = initrd.length == 0 ? 0 : end - initrd.length & -PAGE;
    items.put(SETUP_ADDRESS, littleEndian(4, SETUP_AT));
    items.put(SETUP_SIZE, littleEndian(4, setup.length));
    items.put(SETUP_DATA, setup);
    items.put(KERNEL_ADDRESS, littleEndian(4, KERNEL_AT));
    items.put(KERNEL_SIZE, littleEndian(4, code.length));
    items.put(KERNEL_DATA, code);
    items.put(COMMAND_LINE_ADDRESS, littleEndian(4, COMMAND_LINE_AT));
    items.put(COMMAND_LINE_SIZE, littleEndian(4, commandLine.length));
    items.put(COMMAND_LINE_DATA, commandLine);
    items.put(INITRD_ADDRESS, littleEndian(4, initrdAt));
    items.put(INITRD_SIZE, littleEndian(4, initrd.length));
    items.put(INITRD_DATA, initrd);
    return this;
  }

  /** The bytes of an item, empty where there is none of that number. */
  byte[] item(int key) {
    seal();
    return items.getOrDefault(key, NOTHING);
  }

  private void seal() {
    if (sealed) {
      return;
    }
    sealed = true;
    ByteBuffer directory = ByteBuffer.allocate(4 + files.size() * DIRECTORY_ENTRY);
    directory.putInt(files.size());
    int key = FIRST_FILE;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      int at = directory.position();
      directory.putInt(file.getValue().length).putShort((short) key).putShort((short) 0);
      directory.put(file.getKey().getBytes(StandardCharsets.US_ASCII));
      directory.position(at + DIRECTORY_ENTRY);
      items.put(key++, file.getValue());
    }
    items.put(DIRECTORY, directory.array());
  }

  /** INT 15h E820h's entries for main memory: base, length, type 1. */
  private static byte[] memoryMap(long memoryBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(littleEndian(8, 0));
    out.writeBytes(littleEndian(8, memoryBytes));
    out.writeBytes(littleEndian(4, 1));
    return out.toByteArray();
  }

  private static byte[] littleEndian(int size, long value) {
    byte[] eight = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    return Arrays.copyOf(eight, size);
  }
}
