package dev.biosgateway.itests.conformance.boot;

import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.testkit.bare.BareBoot;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Another process, of the other tier: restores a machine, lets the interpreter run it to its end,
 * and says how it ended.
 */
public final class RestoredMachine {
  private RestoredMachine() {}

  /** Runs in the other process. */
  public static void main(String[] arguments) {
    try (BootSession machine =
        BareBoot.restore(Path.of(arguments[0]), BootRequest.builder().build())) {
      BootResult result = machine.run(LinuxGuest.DONE);
      System.out.println(result.end() + " " + machine.instructions() + " " + machine.digest());
    }
  }

  /** How a machine in a file ends in another process: end, instructions, digest. */
  static String endOf(Path file) throws IOException, InterruptedException {
    Process process = start(RestoredMachine.class, file);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    String[] lines = said.strip().split(System.lineSeparator());
    return lines[lines.length - 1];
  }

  /** Starts a main class of these tests in another process, in which nothing is translated. */
  static Process start(Class<?> main, Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-D" + TranslationPolicy.PROPERTY + "=" + TranslationPolicy.OFF,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            main.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
