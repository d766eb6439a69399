package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.host.Prerequisite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Types the tutorial of the kexec bridge as it stands, and compares what it shows. */
class TutorialIT {
  private static final Path REPOSITORY = Path.of("../..").toAbsolutePath().normalize();
  private static final String WITH_LINUX = "Hibernation without ACPI";
  private static final long PATIENCE = 300;

  @TempDir private static Path folder;

  /**
   * A command.
   *
   * @param text with its further lines, if it has any
   * @param shown what the tutorial shows of its output
   */
  private record Step(String text, List<String> shown) {
    /** The dots stand for anything in a line, alone for any lines. */
    Pattern pattern() {
      return Pattern.compile(
          shown.stream()
              .map(
                  line ->
                      line.equals("…")
                          ? "(?:.*\n)*?"
                          : Arrays.stream(line.split("…", -1))
                              .map(Pattern::quote)
                              .collect(Collectors.joining(".*", "", "\n")))
              .collect(Collectors.joining()));
    }
  }

  private static List<Step> steps(String section) {
    List<Step> steps = new ArrayList<>();
    boolean inside = false;
    for (String line : section.split("\n")) {
      if (line.startsWith("```")) {
        inside = line.equals("```console");
      } else if (inside && line.startsWith("$ ")) {
        steps.add(new Step(line.substring(2), new ArrayList<>()));
      } else if (inside && line.startsWith("> ")) {
        Step last = steps.remove(steps.size() - 1);
        steps.add(new Step(last.text + "\n" + line.substring(2), last.shown));
      } else if (inside) {
        steps.get(steps.size() - 1).shown.add(line);
      }
    }
    return steps;
  }

  @TestFactory
  Stream<DynamicTest> everySectionShowsWhatItSays() throws IOException {
    Prerequisite.file("biosgateway.nasm", "/usr/bin/nasm", "install Debian's package nasm");
    Files.createSymbolicLink(folder.resolve("kexec-bridge"), REPOSITORY.resolve("kexec-bridge"));
    Files.createSymbolicLink(folder.resolve("gateway-core"), REPOSITORY.resolve("gateway-core"));
    String tutorial = Files.readString(REPOSITORY.resolve("kexec-bridge/TUTORIAL.md"));
    return Arrays.stream(tutorial.split("(?m)^#+ "))
        .filter(section -> section.contains("```console"))
        .map(section -> DynamicTest.dynamicTest(section.split("\n")[0], () -> type(section)));
  }

  private static void type(String section) throws Exception {
    if (section.startsWith(WITH_LINUX)) {
      Path linux = Prerequisite.shared("linux");
      Prerequisite.file("biosgateway.cpio", "/usr/bin/cpio", "install Debian's package cpio");
      Files.createSymbolicLink(
          folder.resolve("bzImage"), linux.resolve("bzImage-i386-fix-lz4").toAbsolutePath());
      Files.createSymbolicLink(
          folder.resolve("initramfs"), linux.resolve("initramfs-i486.cpio").toAbsolutePath());
      Files.createDirectory(folder.resolve("t"));
    }
    for (Step step : steps(section)) {
      String output = run(step.text);
      assertTrue(
          step.pattern().matcher(output).matches(),
          () -> "$ " + step.text + "\nshows\n" + output + "instead of\n" + step.shown);
    }
  }

  private static String run(String command) throws IOException, InterruptedException {
    Path out = folder.resolve("output.txt");
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile());
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    shell.environment().merge("PATH", java, (path, own) -> own + ":" + path);
    shell.environment().put("BIOS_GATEWAY_HOME", folder.resolve("home").toString());
    Process process = shell.start();
    if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("hangs: " + command);
    }
    String text = Files.readString(out, StandardCharsets.UTF_8).replace("\r", "");
    return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
  }
}
