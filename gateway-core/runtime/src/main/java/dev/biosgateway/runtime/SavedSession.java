package dev.biosgateway.runtime;

import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.spi.MachineProvider;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.api.spi.Media;
import dev.biosgateway.api.spi.ProgramImage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A session in a file: who wrote it, the settings of its machine, then the machine as its provider
 * writes it.
 *
 * @param settings what kind of machine it is
 * @param template the machine
 */
record SavedSession(MachineSettings settings, MachineTemplate template) {
  /** First bytes of the file: "BGSESS" and a version. */
  private static final long MAGIC = 0x4247_5345_5353_0002L;

  /** Writes a file, or replaces it, at once or not at all. */
  static void write(Path file, MachineSettings settings, MachineTemplate template) {
    try {
      WholeFile.write(file, stream -> writeTo(stream, settings, template));
    } catch (IOException e) {
      throw new GatewayException("cannot save the session to " + file + ": " + e, e);
    }
  }

  private static void writeTo(
      OutputStream stream, MachineSettings settings, MachineTemplate template) throws IOException {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(stream));
    out.writeLong(MAGIC);
    out.writeLong(settings.memoryBytes());
    out.writeUTF(settings.board());
    out.writeUTF(settings.cpu());
    out.writeUTF(settings.startTime().toString());
    out.writeUTF(settings.firmware().map(Path::toString).orElse(""));
    out.writeUTF(settings.displayFirmware().map(Path::toString).orElse(""));
    write(settings.media().floppies(), out);
    write(settings.media().disks(), out);
    write(settings.media().cdroms(), out);
    template.write(out);
    out.flush();
  }

  /**
   * Reads a file.
   *
   * @param java the programs in Java that are installed
   * @throws InvalidRequestException if it is no saved session
   */
  static SavedSession read(Path file, MachineProvider provider, List<ProgramImage> java) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      long magic = in.readLong();
      if (magic != MAGIC) {
        throw new InvalidRequestException(
            String.format(
                "%s is no saved session: at offset 0 expected %016x, found %016x",
                file, MAGIC, magic));
      }
      MachineSettings settings =
          new MachineSettings(
              in.readLong(),
              in.readUTF(),
              in.readUTF(),
              Instant.parse(in.readUTF()),
              path(in.readUTF()),
              path(in.readUTF()),
              new Media(paths(in), paths(in), paths(in)));
      return new SavedSession(settings, provider.read(settings, java, in));
    } catch (NoSuchFileException e) {
      throw new InvalidRequestException("cannot read " + file + ": there is no such file", e);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new InvalidRequestException(file + " is no saved session: " + e.getMessage(), e);
    }
  }

  private static void write(List<Path> files, DataOutputStream out) throws IOException {
    out.writeByte(files.size());
    for (Path file : files) {
      out.writeUTF(file.toString());
    }
  }

  private static List<Path> paths(DataInputStream in) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = in.readUnsignedByte(); i > 0; i--) {
      files.add(Path.of(in.readUTF()));
    }
    return files;
  }

  private static Optional<Path> path(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }
}
