package dev.biosgateway.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Our machine: {@link GuestProcess} on the JDK that runs this.
 *
 * @param name column of the table
 * @param translation the policy, as property {@code biosgateway.translation} takes it
 */
record OwnMachine(String name, String translation) implements Engine {
  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public Running start(GuestImage guest, int iterations, Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dbiosgateway.translation=" + translation,
                "-cp",
                System.getProperty("java.class.path"),
                GuestProcess.class.getName(),
                guest.file().toString(),
                Integer.toString(iterations),
                Integer.toString(ENDLESS))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Running(process, process::getInputStream);
  }
}
