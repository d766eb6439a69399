package dev.biosgateway.console;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** How the terminal on standard input treats what is typed, by stty(1). */
final class Stty {
  private static final long PATIENCE_SECONDS = 5;

  private Stty() {}

  /** Every key reaches us, Ctrl-C included, and nothing is shown. False where that is not so. */
  static boolean raw() {
    return set("raw", "-echo");
  }

  /** Keys reach us one by one and are not shown; output is as usual. False where that is not so. */
  static boolean keys() {
    return set("-icanon", "-echo", "-isig", "min", "1");
  }

  /** As a shell expects it. */
  static void sane() {
    set("sane");
  }

  private static boolean set(String... settings) {
    String[] command = new String[settings.length + 1];
    command[0] = "stty";
    System.arraycopy(settings, 0, command, 1, settings.length);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectErrorStream(true)
              .start();
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // a system without stty: line by line, then
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
