package dev.biosgateway.x86.device.acpi;

import dev.biosgateway.x86.device.fwcfg.FirmwareItems;
import dev.biosgateway.x86.device.hpet.Hpet;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The ACPI tables of an i440FX board (ACPI 1.0b, chapter 5), as files for firmware to put where
 * they belong. Firmware that finds them moves the PIIX4's power management to port 600h.
 */
public final class I440fxAcpi {
  private static final String TABLES = "etc/acpi/tables";
  private static final String ROOT_POINTER = "etc/acpi/rsdp";
  private static final String LOADER = "etc/table-loader";

  /**
   * Room for the tables. QEMU's take as much, so the memory that firmware leaves to an operating
   * system is the same, and stays the same when tables grow.
   */
  private static final int ROOM = 128 << 10;

  private static final byte[] OEM = "BIOSGW".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OEM_TABLE = "I440FX  ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CREATOR = "BGW ".getBytes(StandardCharsets.US_ASCII);

  private static final int HEADER = 36;
  private static final int CHECKSUM = 9;
  private static final int ROOT_POINTER_SIZE = 20;
  private static final int ROOT_POINTER_CHECKSUM = 8;
  private static final int ROOT_POINTER_RSDT = 16;

  private static final int PM_BASE = 0x600;
  private static final int SCI = 9;
  private static final int APM_CONTROL = 0xb2;
  private static final int ACPI_ENABLE = 0xf1;
  private static final int ACPI_DISABLE = 0xf0;
  private static final int CMOS_CENTURY = 0x32;

  /** No shorter period of a HPET is sure to lose no interrupt: 1 microsecond. */
  private static final int HPET_TICKS_MIN = 100;

  /** C2 and C3 take longer than this: they are not there. */
  private static final int NO_C2 = 0xfff;

  private static final int NO_C3 = 0xfff;

  /** WBINVD works; C1 works; no sleep button; the RTC is no fixed wake event. */
  private static final int FADT_FLAGS = 1 << 0 | 1 << 2 | 1 << 5 | 1 << 6;

  private static final int LOCAL_APIC = 0xfee0_0000;
  private static final int IO_APIC = 0xfec0_0000;
  private static final int PCAT_COMPATIBLE = 1;

  /** Active high, level-triggered, as the router of the PIIX3 drives the interrupts of PCI. */
  private static final int LEVEL_HIGH = 0x000d;

  private final ByteArrayOutputStream tables = new ByteArrayOutputStream();
  private final TableLoader loader = new TableLoader();

  private I440fxAcpi() {}

  /**
   * Adds tables and the script that loads them.
   *
   * @param memoryBytes main memory, above which PCI's memory begins
   * @param serialPorts how many
   * @param floppies whether there is a floppy drive
   * @param hpet whether there is a high precision event timer
   */
  public static void addTo(
      FirmwareItems items, long memoryBytes, int serialPorts, boolean floppies, boolean hpet) {
    I440fxAcpi acpi = new I440fxAcpi();
    byte[] rootPointer =
        acpi.build(
            I440fxNamespace.terms(pciMemory(memoryBytes), serialPorts, floppies, hpet), hpet);
    items.file(TABLES, Arrays.copyOf(acpi.tables.toByteArray(), ROOM));
    items.file(ROOT_POINTER, rootPointer);
    items.file(LOADER, acpi.loader.script());
  }

  /** PCI's memory begins at the first of these boundaries that is above main memory. */
  private static long pciMemory(long memoryBytes) {
    return memoryBytes <= 0x8000_0000L ? 0x8000_0000L : 0xc000_0000L;
  }

  /** Fills tables and script; gives back the root pointer. */
  private byte[] build(byte[] namespace, boolean hpet) {
    loader.allocate(ROOT_POINTER, 16, TableLoader.Zone.F_SEGMENT);
    loader.allocate(TABLES, 64, TableLoader.Zone.HIGH);
    int facs = tables.size();
    tables.writeBytes(facs());
    int dsdt = add("DSDT", namespace, 0);
    int fadt = add("FACP", fadt(facs, dsdt), 2);
    int madt = add("APIC", madt(), 0);
    int[] all = hpet ? new int[] {fadt, madt, add("HPET", hpet(), 0)} : new int[] {fadt, madt};
    int rsdt = add("RSDT", words(all), all.length);

    ByteBuffer root = littleEndian(ROOT_POINTER_SIZE);
    root.put("RSD PTR ".getBytes(StandardCharsets.US_ASCII)).put((byte) 0).put(OEM).put((byte) 0);
    root.putInt(rsdt);
    loader.addPointer(ROOT_POINTER, ROOT_POINTER_RSDT, TABLES);
    loader.addChecksum(ROOT_POINTER, ROOT_POINTER_CHECKSUM, 0, ROOT_POINTER_SIZE);
    return root.array();
  }

  /**
   * Adds a table.
   *
   * @param pointers how many pointers to other tables it begins with, behind its header
   * @return its offset
   */
  private int add(String signature, byte[] body, int pointers) {
    int at = tables.size();
    ByteBuffer header = littleEndian(HEADER);
    header.put(signature.getBytes(StandardCharsets.US_ASCII)).putInt(HEADER + body.length);
    header.put((byte) 1).put((byte) 0); // revision, checksum
    header.put(OEM).put(OEM_TABLE).putInt(1).put(CREATOR).putInt(1);
    tables.writeBytes(header.array());
    tables.writeBytes(body);
    for (int i = 0; i < pointers; i++) {
      loader.addPointer(TABLES, at + HEADER + 4 * i, TABLES);
    }
    loader.addChecksum(TABLES, at + CHECKSUM, at, HEADER + body.length);
    return at;
  }

  private static byte[] facs() {
    ByteBuffer facs = littleEndian(64);
    facs.put("FACS".getBytes(StandardCharsets.US_ASCII)).putInt(64);
    return facs.array();
  }

  /** The fixed description table of ACPI 1.0, behind its header. */
  private static byte[] fadt(int facs, int dsdt) {
    ByteBuffer f = littleEndian(116 - HEADER);
    f.putInt(facs).putInt(dsdt);
    f.put((byte) 1).put((byte) 0).putShort((short) SCI); // dual PIC, desktop
    f.putInt(APM_CONTROL).put((byte) ACPI_ENABLE).put((byte) ACPI_DISABLE);
    f.put((byte) 0).put((byte) 0); // S4BIOS_REQ, reserved
    f.putInt(PM_BASE + PmRegisters.STATUS).putInt(0); // PM1a, PM1b event blocks
    f.putInt(PM_BASE + PmRegisters.CONTROL).putInt(0); // PM1a, PM1b control blocks
    f.putInt(0).putInt(PM_BASE + PmRegisters.TIMER); // PM2 control, timer
    f.putInt(PM_BASE + PmRegisters.GENERAL_STATUS).putInt(0); // GPE0, GPE1
    f.put((byte) 4).put((byte) 2).put((byte) 0).put((byte) 4).put((byte) 4).put((byte) 0);
    f.put((byte) 0).put((byte) 0); // GPE1 base, reserved
    f.putShort((short) NO_C2).putShort((short) NO_C3);
    f.putShort((short) 0).putShort((short) 0); // flush size and stride: WBINVD does it
    f.put((byte) 0).put((byte) 0).put((byte) 0).put((byte) 0); // duty, day and month alarms
    f.put((byte) CMOS_CENTURY);
    f.put((byte) 0).put((byte) 0).put((byte) 0);
    f.putInt(FADT_FLAGS);
    return f.array();
  }

  /** The interrupt controllers: IRQ 0 is at input 2; PCI's and the SCI's are level-triggered. */
  private static byte[] madt() {
    ByteBuffer m = littleEndian(256);
    m.putInt(LOCAL_APIC).putInt(PCAT_COMPATIBLE);
    m.put(Aml.bytes(0, 8, 0, 0)).putInt(1); // processor 0, enabled
    m.put(Aml.bytes(1, 12, 0, 0)).putInt(IO_APIC).putInt(0);
    override(m, 0, 2, 0);
    override(m, 5, 5, LEVEL_HIGH);
    override(m, 9, 9, LEVEL_HIGH);
    override(m, 10, 10, LEVEL_HIGH);
    override(m, 11, 11, LEVEL_HIGH);
    m.put(Aml.bytes(4, 6, 0xff, 0, 0, 1)); // NMI at LINT1 of all processors
    byte[] used = new byte[m.position()];
    m.rewind().get(used);
    return used;
  }

  private static void override(ByteBuffer m, int irq, int input, int flags) {
    m.put(Aml.bytes(2, 10, 0, irq)).putInt(input).putShort((short) flags);
  }

  /** IA-PC HPET specification 1.0a, 3.2.4: number 0, no guarantee of a page of its own. */
  private static byte[] hpet() {
    ByteBuffer h = littleEndian(56 - HEADER);
    h.putInt(Hpet.IDENTIFICATION);
    h.put(Aml.bytes(0, 64, 0, 0)).putLong(Hpet.BASE & 0xffff_ffffL); // 64 bits of memory
    h.put((byte) 0).putShort((short) HPET_TICKS_MIN).put((byte) 0);
    return h.array();
  }

  private static byte[] words(int... values) {
    ByteBuffer out = littleEndian(4 * values.length);
    for (int value : values) {
      out.putInt(value);
    }
    return out.array();
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
