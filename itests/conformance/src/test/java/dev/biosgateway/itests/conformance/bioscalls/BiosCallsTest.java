package dev.biosgateway.itests.conformance.bioscalls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.host.Nasm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * BIOS calls one by one beside QEMU: all registers, the flags, a piece of memory. Every difference
 * has its row in {@code differences.tsv}; both logs are left in {@code target/bioscalls}.
 */
class BiosCallsTest {
  private static final Path LOGS = Path.of("target/bioscalls");
  private static final int CALLS_AT_LEAST = 200;

  @Test
  void theGuestIsWhatItsSourceSays() {
    Nasm.assertAssembles(BiosCallsGuest.SOURCE, BiosCallsGuest.IMAGE);
  }

  @Test
  void callsAnswerAsOnQemu(@TempDir Path folder) throws IOException {
    Files.createDirectories(LOGS);
    String theirLog = BiosCallsGuest.onQemu(folder);
    Files.writeString(LOGS.resolve("qemu.txt"), theirLog);
    String ourLog = BiosCallsGuest.onOurs();
    Files.writeString(LOGS.resolve("ours.txt"), ourLog);
    List<BiosCall> theirs = BiosCall.parse(theirLog);
    List<BiosCall> ours = BiosCall.parse(ourLog);
    assertTrue(theirs.size() >= CALLS_AT_LEAST, () -> "calls: " + theirs.size());
    assertEquals(theirs.size(), ours.size(), "calls");
    List<KnownDifference> known = knownDifferences();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      compare(ours.get(i), theirs.get(i), known, wrong);
    }
    assertEquals("", String.join("\n", wrong));
  }

  private static void compare(
      BiosCall ours, BiosCall theirs, List<KnownDifference> known, List<String> wrong) {
    assertEquals(theirs.toString(), ours.toString());
    theirs
        .fields()
        .forEach(
            (name, value) -> {
              String here = ours.fields().get(name);
              if (!value.equals(here) && known.stream().noneMatch(k -> k.explains(ours, name))) {
                wrong.add("%s: %s=%s, QEMU %s".formatted(ours, name, here, value));
              }
            });
  }

  private static List<KnownDifference> knownDifferences() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            BiosCallsTest.class.getResourceAsStream("differences.tsv"), "differences.tsv")) {
      return KnownDifference.parse(new String(in.readAllBytes(), UTF_8));
    }
  }
}
