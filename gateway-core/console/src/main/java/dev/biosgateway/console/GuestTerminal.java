package dev.biosgateway.console;

import dev.biosgateway.api.boot.BootSession;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Standard input as a serial line of the guest. A terminal is put into raw mode for that time, so
 * that every key, Ctrl-C included, is the guest's; Ctrl-A is the way out: x after it ends the
 * machine, another Ctrl-A is the guest's.
 */
final class GuestTerminal {
  private static final int ESCAPE = 1; // Ctrl-A
  private static final int BUFFER = 256;

  private final BootSession machine;
  private final boolean raw;
  private final Thread restore = new Thread(Stty::sane, "bios-gateway-terminal");
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
    boolean raw = isPresent() && Stty.raw();
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

  /** Gives the terminal back to whoever has started us. */
  void close() {
    closed = true;
    if (raw) {
      Runtime.getRuntime().removeShutdownHook(restore);
      Stty.sane();
    }
  }
}
