package dev.biosgateway.x86.board;

import dev.biosgateway.x86.device.ConsoleSink;
import dev.biosgateway.x86.device.fwcfg.FirmwareItems;
import dev.biosgateway.x86.device.fwcfg.LinuxPayload;
import dev.biosgateway.x86.device.uart.SerialLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is put into the sockets of a board: memory, ROMs, media, what its ports lead to. Immutable,
 * but for the state of lines and sinks, which belong to the host.
 *
 * @param memoryBytes main memory: a multiple of 4096, 1 MB to 3 GB
 * @param startTime wall time at power-on, UTC
 * @param firmware the ROMs
 * @param drives the media
 * @param serialLines what COM1 to COM4 lead to; a port without a line writes to the console
 * @param debugPorts where bytes written to debug ports go, by port: 402h is SeaBIOS's
 * @param firmwareFiles files for the firmware configuration device, by name, for example {@code
 *     bootorder} or {@code opt/org.example/name}
 * @param linux a kernel for the firmware configuration device
 */
public record Fitting(
    long memoryBytes,
    Instant startTime,
    Firmware firmware,
    Drives drives,
    List<SerialLine> serialLines,
    Map<Integer, ConsoleSink> debugPorts,
    Map<String, byte[]> firmwareFiles,
    Optional<LinuxPayload> linux) {

  /** 32 MB, the first second of 2000, nothing else. */
  public static final Fitting DEFAULT =
      new Fitting(
          32 << 20,
          Instant.parse("2000-01-01T00:00:00Z"),
          Firmware.NONE,
          Drives.NONE,
          List.of(),
          Map.of(),
          Map.of(),
          Optional.empty());

  private static final long MEMORY_MIN = 1 << 20;
  private static final long MEMORY_MAX = 3L << 30;
  private static final int PAGE = 4096;
  private static final int SERIAL_PORTS = 4;

  /**
   * @throws IllegalArgumentException when memory, the number of serial lines, or the name of a file
   *     cannot be
   */
  public Fitting {
    if (memoryBytes < MEMORY_MIN || memoryBytes > MEMORY_MAX || memoryBytes % PAGE != 0) {
      throw new IllegalArgumentException(
          "main memory: expected a multiple of 4096 from 1 MB to 3 GB, found " + memoryBytes);
    }
    Objects.requireNonNull(startTime, "startTime");
    Objects.requireNonNull(firmware, "firmware");
    Objects.requireNonNull(drives, "drives");
    Objects.requireNonNull(linux, "linux");
    serialLines = List.copyOf(serialLines);
    if (serialLines.size() > SERIAL_PORTS) {
      throw new IllegalArgumentException(
          "serial lines: expected at most %d, found %d"
              .formatted(SERIAL_PORTS, serialLines.size()));
    }
    debugPorts = Map.copyOf(new TreeMap<>(debugPorts));
    firmwareFiles = copyOf(firmwareFiles);
    firmwareFiles.keySet().forEach(FirmwareItems::requireName);
  }

  /** Copies, in the order of the names, so that equal fittings make equal machines. */
  @Override
  public Map<String, byte[]> firmwareFiles() {
    return copyOf(firmwareFiles);
  }

  public Fitting withMemory(long bytes) {
    return new Fitting(
        bytes, startTime, firmware, drives, serialLines, debugPorts, firmwareFiles, linux);
  }

  public Fitting withStartTime(Instant other) {
    return new Fitting(
        memoryBytes, other, firmware, drives, serialLines, debugPorts, firmwareFiles, linux);
  }

  public Fitting withFirmware(Firmware other) {
    return new Fitting(
        memoryBytes, startTime, other, drives, serialLines, debugPorts, firmwareFiles, linux);
  }

  public Fitting withDrives(Drives other) {
    return new Fitting(
        memoryBytes, startTime, firmware, other, serialLines, debugPorts, firmwareFiles, linux);
  }

  /** The same with the next free serial port connected. */
  public Fitting withSerialLine(SerialLine line) {
    List<SerialLine> more = new ArrayList<>(serialLines);
    more.add(line);
    return new Fitting(
        memoryBytes, startTime, firmware, drives, more, debugPorts, firmwareFiles, linux);
  }

  /** The same with a debug port connected. */
  public Fitting withDebugPort(int port, ConsoleSink sink) {
    Map<Integer, ConsoleSink> more = new TreeMap<>(debugPorts);
    more.put(port, sink);
    return new Fitting(
        memoryBytes, startTime, firmware, drives, serialLines, more, firmwareFiles, linux);
  }

  /** The same with a file for the firmware, in place of one of the same name. */
  public Fitting withFirmwareFile(String name, byte[] content) {
    Map<String, byte[]> more = new TreeMap<>(firmwareFiles);
    more.put(name, content);
    return new Fitting(
        memoryBytes, startTime, firmware, drives, serialLines, debugPorts, more, linux);
  }

  public Fitting withLinux(LinuxPayload payload) {
    return new Fitting(
        memoryBytes,
        startTime,
        firmware,
        drives,
        serialLines,
        debugPorts,
        firmwareFiles,
        Optional.of(payload));
  }

  private static Map<String, byte[]> copyOf(Map<String, byte[]> files) {
    Map<String, byte[]> copy = new LinkedHashMap<>();
    new TreeMap<>(files).forEach((name, content) -> copy.put(name, content.clone()));
    return copy;
  }
}
