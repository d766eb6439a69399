package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The runnable jar as a user starts it: arguments in, exit status and two streams out. */
final class GatewayProcess {
  /** A process that takes this long hangs; seconds. */
  private static final long PATIENCE = 120;

  private final Path home;

  /**
   * A user of the gateway.
   *
   * @param home folder for everything the gateway keeps
   */
  GatewayProcess(Path home) {
    this.home = home;
    try {
      Files.createDirectory(home.resolve("tmp"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks that all processes, now ended, took their temporary files with them. */
  void assertNoTemporaryFiles() {
    try (Stream<Path> left = Files.list(home.resolve("tmp"))) {
      assertEquals(List.of(), left.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a process left.
   *
   * @param status exit status
   * @param out standard output
   * @param err standard error
   */
  record Outcome(int status, String out, String err) {
    /** Checks the exit status and that nobody complained; gives the one JSON object. */
    JsonObject json(int expectedStatus) {
      assertEquals(expectedStatus, status, this::toString);
      assertEquals("", err);
      return JsonParser.parseString(out).getAsJsonObject();
    }

    /** Checks that this is a refusal: status 2, one line on standard error with these words. */
    void assertRefused(String... words) {
      assertEquals(2, status, this::toString);
      assertEquals("", out);
      assertEquals(1, err.lines().count(), err);
      for (String word : words) {
        assertTrue(err.contains(word), err);
      }
    }
  }

  /** A process that has been started. */
  final class Running {
    private final Process process;
    private final Path out;
    private final Path err;

    private Running(String input, List<String> arguments) throws IOException {
      Path folder = Files.createTempDirectory(home, "run");
      out = folder.resolve("out");
      err = folder.resolve("err");
      Path in = Files.writeString(folder.resolve("in"), input);
      ProcessBuilder builder =
          new ProcessBuilder(command(arguments))
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().put("BIOS_GATEWAY_HOME", home.resolve("home").toString());
      process = builder.start();
    }

    /** The process itself, for those who kill it. */
    Process process() {
      return process;
    }

    /** Waits for its end. */
    Outcome outcome() {
      try {
        if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("hangs: " + process.info());
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for the process", e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Starts it with this standard input. */
  Running start(String input, String... arguments) {
    try {
      return new Running(input, List.of(arguments));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the gateway", e);
    }
  }

  /** Runs it to its end. */
  Outcome run(String... arguments) {
    return start("", arguments).outcome();
  }

  private List<String> command(List<String> arguments) {
    String jar = System.getProperty("biosgateway.jar");
    assertTrue(jar != null && Files.exists(Path.of(jar)), "biosgateway.jar=" + jar);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // So that the report on coverage knows what only these processes run.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-javaagent:") && argument.contains("jacoco"))
        .forEach(command::add);
    command.add("-Djava.io.tmpdir=" + home.resolve("tmp"));
    command.add("-jar");
    command.add(jar);
    command.addAll(arguments);
    return command;
  }
}
