package dev.biosgateway.x86.device.acpi;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The script by which firmware puts files of the firmware configuration device into memory, fills
 * in their addresses and their checksums (QEMU, hw/acpi/bios-linker-loader; SeaBIOS,
 * romfile_loader): commands of 128 bytes.
 */
final class TableLoader {
  /** Where a file goes. */
  enum Zone {
    HIGH(1),
    /** The segment F000h, where the root pointer is looked for. */
    F_SEGMENT(2);

    private final int code;

    Zone(int code) {
      this.code = code;
    }
  }

  private static final int COMMAND = 128;
  private static final int NAME = 56;
  private static final int ALLOCATE = 1;
  private static final int ADD_POINTER = 2;
  private static final int ADD_CHECKSUM = 3;
  private static final int POINTER_SIZE = 4;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void allocate(String file, int alignment, Zone zone) {
    ByteBuffer command = command(ALLOCATE);
    put(command, file);
    command.putInt(alignment).put((byte) zone.code);
    out.writeBytes(command.array());
  }

  /** Adds the address of {@code target} to the 32 bits at {@code offset} of {@code file}. */
  void addPointer(String file, int offset, String target) {
    ByteBuffer command = command(ADD_POINTER);
    put(command, file);
    put(command, target);
    command.putInt(offset).put((byte) POINTER_SIZE);
    out.writeBytes(command.array());
  }

  /** Makes the bytes from {@code start} on add up to 0 by the one at {@code offset}. */
  void addChecksum(String file, int offset, int start, int length) {
    ByteBuffer command = command(ADD_CHECKSUM);
    put(command, file);
    command.putInt(offset).putInt(start).putInt(length);
    out.writeBytes(command.array());
  }

  byte[] script() {
    return out.toByteArray();
  }

  private static ByteBuffer command(int code) {
    return ByteBuffer.allocate(COMMAND).order(ByteOrder.LITTLE_ENDIAN).putInt(code);
  }

  private static void put(ByteBuffer command, String name) {
    int at = command.position();
    command.put(name.getBytes(StandardCharsets.US_ASCII)).position(at + NAME);
  }
}
