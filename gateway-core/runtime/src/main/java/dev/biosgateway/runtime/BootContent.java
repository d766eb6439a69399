package dev.biosgateway.runtime;

import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.Medium;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what plugins bring into machines that boot: as files, for as long as their plugin is there.
 * Safe for use by any number of threads.
 */
final class BootContent {
  private static final Logger LOG = LoggerFactory.getLogger(BootContent.class);

  /** Bytes of a diskette of 3.5 inches, which a boot sector alone is put on. */
  private static final int DISKETTE = 1_474_560;

  /** Sizes that only diskettes have: 160 K to 2.88 M. */
  private static final Set<Integer> DISKETTES =
      Set.of(163_840, 184_320, 327_680, 368_640, 737_280, 1_228_800, DISKETTE, 2_949_120);

  /** Where a CD has the identifier of its primary volume descriptor (ECMA-119, 8.4). */
  private static final int CD_IDENTIFIER = 0x8001;

  private static final byte[] CD001 = "CD001".getBytes(StandardCharsets.US_ASCII);

  /** Where an option ROM has the pointer to its PCI data structure, and that its class code. */
  private static final int PCIR_POINTER = 0x18;

  private static final int PCIR_CLASS = 0x0f;
  private static final int DISPLAY = 3;

  private final Function<String, File> files;

  /** Guarded by this. */
  private final Map<RegisteredProgram, Map<String, Path>> written = new HashMap<>();

  /**
   * Content that is written when it is asked for.
   *
   * @param files gives a place for a file of that name, or null if there is none
   */
  BootContent(Function<String, File> files) {
    this.files = files;
  }

  /**
   * Puts a program into a machine.
   *
   * @throws InvalidRequestException if no machine is booted with a program of its format
   */
  void putInto(BootRequest.Builder request, RegisteredProgram program) {
    byte[] bytes = program.image().bytes();
    switch (program.descriptor().format()) {
      case "system-rom" -> request.firmware(file(program, "rom", bytes));
      case "bzimage" -> {
        request.kernel(file(program, "kernel", bytes));
        String initrd = attribute(program, "initrd");
        if (!initrd.isEmpty()) {
          request.initrd(file(program, "initrd", entry(program, initrd)));
        }
        String append = attribute(program, "append");
        if (!append.isEmpty()) {
          request.commandLine(append);
        }
      }
      case "boot-sector" ->
          request.floppy(Medium.of(file(program, "img", Arrays.copyOf(bytes, DISKETTE))));
      case "disk-image" -> insert(request, program, bytes);
      case "option-rom" -> {
        Path file = file(program, "rom", bytes);
        if (isDisplay(bytes)) {
          request.displayFirmware(file);
        } else {
          request.optionRom(file);
        }
      }
      default ->
          throw new InvalidRequestException(
              "program "
                  + program.name()
                  + ": expected one that machines are booted with (system-rom, option-rom, bzimage,"
                  + " boot-sector, disk-image), found "
                  + program.descriptor().format());
    }
  }

  private void insert(BootRequest.Builder request, RegisteredProgram program, byte[] bytes) {
    String media = attribute(program, "media");
    Medium medium = Medium.of(file(program, "img", bytes));
    switch (media.isEmpty() ? mediaOf(bytes) : media) {
      case "floppy" -> request.floppy(medium);
      case "disk" -> request.disk(medium);
      case "cdrom" -> request.cdrom(new Medium(medium.file(), Medium.Access.READ_ONLY));
      default ->
          throw ProgramException.of(program.name(), "media")
              .file(program.descriptor().path())
              .expected("floppy, disk or cdrom")
              .found(media)
              .remedy("correct Provide-Capability in the bundle's manifest")
              .build();
    }
  }

  private static String mediaOf(byte[] bytes) {
    if (DISKETTES.contains(bytes.length)) {
      return "floppy";
    }
    int end = CD_IDENTIFIER + CD001.length;
    boolean disc =
        bytes.length >= end && Arrays.equals(bytes, CD_IDENTIFIER, end, CD001, 0, CD001.length);
    return disc ? "cdrom" : "disk";
  }

  private static boolean isDisplay(byte[] rom) {
    int pcir = rom[PCIR_POINTER] & 0xff | (rom[PCIR_POINTER + 1] & 0xff) << 8;
    return pcir != 0
        && pcir + PCIR_CLASS < rom.length
        && rom[pcir] == 'P'
        && rom[pcir + 1] == 'C'
        && rom[pcir + 2] == 'I'
        && rom[pcir + 3] == 'R'
        && rom[pcir + PCIR_CLASS] == DISPLAY;
  }

  private static String attribute(RegisteredProgram program, String name) {
    return program.descriptor().attributes().get(name) instanceof String text ? text : "";
  }

  private static byte[] entry(RegisteredProgram program, String path) {
    URL entry = path.contains("..") ? null : program.bundle().getEntry(path);
    if (entry == null) {
      throw ProgramException.of(program.name(), "initrd")
          .file(path)
          .expected("an entry of bundle " + program.bundle().getSymbolicName())
          .found("none of that name")
          .remedy("add the file to the bundle or correct initrd in its Provide-Capability")
          .build();
    }
    try (InputStream stream = entry.openStream()) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new GatewayException("program " + program.name() + ": cannot read " + path, e);
    }
  }

  private synchronized Path file(RegisteredProgram program, String suffix, byte[] bytes) {
    Map<String, Path> own = written.computeIfAbsent(program, key -> new HashMap<>());
    Path known = own.get(suffix);
    if (known != null) {
      return known;
    }
    String name = program.bundle().getBundleId() + "-" + program.name() + "." + suffix;
    File place = files.apply(name);
    try {
      Path file =
          place == null ? Files.createTempFile("bios-gateway-", "-" + name) : place.toPath();
      Files.write(file, bytes);
      own.put(suffix, file);
      return file;
    } catch (IOException e) {
      throw new GatewayException("cannot write " + name + " for a machine to boot: " + e, e);
    }
  }

  /** Deletes the files of programs that have gone. */
  synchronized void forget(List<RegisteredProgram> gone) {
    for (RegisteredProgram program : gone) {
      Map<String, Path> files = written.remove(program);
      if (files != null) {
        files.values().forEach(BootContent::delete);
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It goes with the framework's cache, at the latest.
      LOG.warn("Cannot delete {}", file, e);
    }
  }
}
