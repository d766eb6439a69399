package dev.biosgateway.x86.snapshot;

import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.board.Firmware;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.device.ConsoleSink;
import dev.biosgateway.x86.device.fwcfg.LinuxPayload;
import dev.biosgateway.x86.device.rom.RomImage;
import dev.biosgateway.x86.device.uart.SerialLine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is in the sockets of a board, in an image file: memory, time, ROMs, files for the firmware
 * and a kernel as they are; of media what tells them from others; of lines and debug ports that
 * they are connected. Where the image is read they lead nowhere until somebody connects them.
 */
final class FittingContent {
  /** A ROM, a kernel or a file may have as many bytes. */
  private static final int BYTES_MAX = 1 << 30;

  private static final int COUNT_MAX = 1000;

  private FittingContent() {}

  static void write(Fitting fitting, DataOutputStream out) throws IOException {
    out.writeLong(fitting.memoryBytes());
    out.writeLong(fitting.startTime().getEpochSecond());
    out.writeInt(fitting.startTime().getNano());
    Firmware firmware = fitting.firmware();
    writeRoms(firmware.system().stream().toList(), out);
    writeRoms(firmware.display().stream().toList(), out);
    writeRoms(firmware.options(), out);
    out.writeInt(fitting.serialLines().size());
    out.writeInt(fitting.debugPorts().size());
    for (int port : fitting.debugPorts().keySet().stream().sorted().toList()) {
      out.writeInt(port);
    }
    out.writeInt(fitting.firmwareFiles().size());
    for (Map.Entry<String, byte[]> entry : fitting.firmwareFiles().entrySet()) {
      out.writeUTF(entry.getKey());
      writeBytes(entry.getValue(), out);
    }
    out.writeBoolean(fitting.linux().isPresent());
    if (fitting.linux().isPresent()) {
      LinuxPayload linux = fitting.linux().get();
      writeBytes(linux.kernel(), out);
      writeBytes(linux.initrd(), out);
      out.writeUTF(linux.commandLine());
    }
  }

  private static void writeRoms(List<RomImage> roms, DataOutputStream out) throws IOException {
    out.writeInt(roms.size());
    for (RomImage rom : roms) {
      out.writeUTF(rom.name());
      writeBytes(rom.bytes(), out);
    }
  }

  private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Reads it; media are left out.
   *
   * @throws IllegalArgumentException when a length or a value cannot be
   */
  static Fitting read(DataInputStream in) throws IOException {
    long memory = in.readLong();
    Instant start = Instant.ofEpochSecond(in.readLong(), in.readInt());
    Optional<RomImage> system = readRoms(in).stream().findFirst();
    Optional<RomImage> display = readRoms(in).stream().findFirst();
    Firmware firmware = new Firmware(system, display, readRoms(in));
    List<SerialLine> lines = new ArrayList<>();
    for (int i = count(in, COUNT_MAX); i > 0; i--) {
      lines.add(new Unconnected());
    }
    Fitting fitting =
        new Fitting(
            memory, start, firmware, Drives.NONE, lines, Map.of(), Map.of(), Optional.empty());
    for (int i = count(in, COUNT_MAX); i > 0; i--) {
      fitting = fitting.withDebugPort(in.readInt(), new Unconnected());
    }
    for (int i = count(in, COUNT_MAX); i > 0; i--) {
      fitting = fitting.withFirmwareFile(in.readUTF(), readBytes(in));
    }
    if (in.readBoolean()) {
      fitting = fitting.withLinux(new LinuxPayload(readBytes(in), readBytes(in), in.readUTF()));
    }
    return fitting;
  }

  private static List<RomImage> readRoms(DataInputStream in) throws IOException {
    List<RomImage> roms = new ArrayList<>();
    for (int i = count(in, COUNT_MAX); i > 0; i--) {
      roms.add(new RomImage(in.readUTF(), readBytes(in)));
    }
    return roms;
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    return in.readNBytes(count(in, BYTES_MAX));
  }

  private static int count(DataInputStream in, int max) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > max) {
      throw new IllegalArgumentException("expected a count of 0 to " + max + ", found " + count);
    }
    return count;
  }

  /** A line or a port with nothing behind it: what is sent is lost, nothing comes. */
  private static final class Unconnected implements SerialLine, ConsoleSink {
    @Override
    public void transmit(int character) {}

    @Override
    public int receive() {
      return -1;
    }

    @Override
    public void write(int b) {}
  }
}
