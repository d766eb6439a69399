package dev.biosgateway.itests.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The programs of the system that engines are. */
final class Programs {
  private Programs() {}

  /** Why {@code program} cannot be started, when it is not on the path. */
  static Optional<String> missing(String program, String packages) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return Optional.empty();
      }
    }
    return Optional.of(program + " is not on the path: install " + packages);
  }

  /** Starts a program; options without spaces of their own may come in one string. */
  static Process start(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program));
    for (String argument : arguments) {
      command.addAll(List.of(argument.split(" ")));
    }
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Runs a program that is to end well. */
  static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes()).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(String.join(" ", command) + ": interrupted", e);
    }
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in = Programs.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not in the module");
      }
      return in.readAllBytes();
    }
  }
}
