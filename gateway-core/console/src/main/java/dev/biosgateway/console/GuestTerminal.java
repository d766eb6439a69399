package dev.biosgateway.console;

import dev.biosgateway.api.boot.BootSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Standard input as a serial line of the guest. A terminal is put into raw mode for that time, so
 * that every key, Ctrl-C included, is the guest's; Ctrl-A is the way out: x after it ends the
 * machine, another Ctrl-A is the guest's.
 */
final class GuestTerminal {
  private static final int ESCAPE = 1; // Ctrl-A
  private static final int BUFFER = 256;
  private static final long PATIENCE_SECONDS = 5;

  private final BootSession machine;
  private final boolean raw;
  private final Thread restore = new Thread(GuestTerminal::cook, "bios-gateway-terminal");
  private volatile boolean closed;

  private GuestTerminal(BootSession machine, boolean raw) {
    this.machine = machine;
    this.raw = raw;
  }

  /** Whether standard input and output are a terminal. */
  static boolean isPresent() {
    return System.console() != null;
  }

  /** Lets standard input reach a machine until {@link #close}. */
  static GuestTerminal connect(BootSession machine) {
    boolean raw = isPresent() && stty("raw", "-echo");
    GuestTerminal terminal = new GuestTerminal(machine, raw);
    if (raw) {
      Runtime.getRuntime().addShutdownHook(terminal.restore);
    }
    Thread reader = new Thread(() -> terminal.read(System.in), "bios-gateway-serial-input");
    reader.setDaemon(true);
    reader.start();
    return terminal;
  }

  private void read(InputStream in) {
    byte[] buffer = new byte[BUFFER];
    boolean escaped = false;
    try {
      for (int n = in.read(buffer); n >= 0 && !closed; n = in.read(buffer)) {
        int sent = 0;
        byte[] send = new byte[n];
        for (int i = 0; i < n; i++) {
          if (raw && escaped && buffer[i] == 'x') {
            machine.stop();
          } else if (raw && !escaped && buffer[i] == ESCAPE) {
            escaped = true;
            continue;
          } else {
            send[sent++] = buffer[i];
          }
          escaped = false;
        }
        machine.send(Arrays.copyOf(send, sent));
      }
    } catch (IOException e) {
      closed = true; // as at the end of the input: the line is silent from now on
    }
  }

  private static void cook() {
    stty("sane");
  }

  private static boolean stty(String... settings) {
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

  /** Gives the terminal back to whoever has started us. */
  void close() {
    closed = true;
    if (raw) {
      Runtime.getRuntime().removeShutdownHook(restore);
      cook();
    }
  }
}
