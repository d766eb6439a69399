package dev.biosgateway.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The assembler of this computer: property {@code nasm}, default {@code /usr/bin/nasm}. */
record Nasm(Path program) {

  /** Finds it; without it a test is skipped and says why, where {@code CI} is true it fails. */
  static Nasm findOrSkip() {
    Path program = Path.of(System.getProperty("nasm", "/usr/bin/nasm"));
    String reason = "no assembler %s (set -Dnasm=PROGRAM)".formatted(program);
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      assertTrue(Files.isExecutable(program), reason);
    }
    assumeTrue(Files.isExecutable(program), reason);
    return new Nasm(program);
  }

  /** The flat image of a source file; fails with what the assembler says. */
  byte[] assemble(Path source) throws IOException, InterruptedException {
    Path image = source.resolveSibling(source.getFileName() + ".bin");
    Process process =
        new ProcessBuilder(
                program.toString(), "-w-all", "-f", "bin", "-o", image.toString(), "" + source)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    assertEquals(0, status, () -> withLines(said, source));
    return Files.readAllBytes(image);
  }

  /** Each message with the line of source that it is about. */
  private static String withLines(String said, Path source) {
    try {
      List<String> lines = Files.readAllLines(source);
      StringBuilder out = new StringBuilder();
      for (String message : said.split("\n")) {
        String[] parts = message.split(":", 3);
        boolean located = parts.length == 3 && parts[1].chars().allMatch(Character::isDigit);
        String line = located ? lines.get(Integer.parseInt(parts[1]) - 1) : "";
        out.append(line).append(" :: ").append(located ? parts[2] : message).append('\n');
      }
      return out.toString();
    } catch (IOException e) {
      return said;
    }
  }
}
