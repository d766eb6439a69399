package dev.biosgateway.itests.conformance.firmware;

import static org.junit.jupiter.api.Assertions.fail;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.screen.TextScreen;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.util.function.Supplier;

/** A machine on its way through its firmware's POST, and what that writes to a debug port. */
final class Post {
  private static final long SLICE = 1_000_000;
  private static final long BUDGET = 60 * SLICE;

  private final StringBuilder log = new StringBuilder();
  private final Machine machine;

  Post(String board, Fitting fitting, int debugPort) {
    this(board, fitting, debugPort, MachineConfig.DEFAULT.translation());
  }

  Post(String board, Fitting fitting, int debugPort, TranslationPolicy translation) {
    machine =
        new Machine(
            MachineConfig.DEFAULT
                .withTranslation(translation)
                .withBoard(Boards.named(board))
                .withFitting(fitting.withDebugPort(debugPort, b -> log.append((char) b))));
  }

  Machine machine() {
    return machine;
  }

  String log() {
    return log.toString();
  }

  /** Runs until the log has a text. */
  String runToLog(String text) {
    return run(text, log::toString);
  }

  /** Runs until the text screen has a text. */
  String runToScreen(String text) {
    return run(text, () -> machine.screen().text().map(TextScreen::toString).orElse(""));
  }

  private String run(String text, Supplier<String> where) {
    for (long run = 0; run < BUDGET; run += SLICE) {
      Stop stop = machine.run(SLICE);
      String found = where.get();
      if (found.contains(text)) {
        return found;
      }
      if (stop.reason() != Stop.Reason.BUDGET) {
        fail("expected \"%s\", found %s after:%n%s%n%s".formatted(text, stop, found, log));
      }
    }
    return fail(
        "expected \"%s\" within %d instructions, found:%n%s%n%s"
            .formatted(text, BUDGET, where.get(), log));
  }
}
