package dev.biosgateway.console;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * A Gogo session on standard input and output. It takes the file descriptors, not System.in and
 * System.out, since Gogo puts its own per-session streams there.
 */
@Component(service = InteractiveShell.class)
public final class GogoShell implements InteractiveShell {
  private static final String PROMPT = "bios> ";

  /** The variable in which Gogo has the names of all commands. */
  private static final String COMMANDS = ".commands";

  private final CommandProcessor processor;

  /** Called by Declarative Services. */
  @Activate
  public GogoShell(@Reference CommandProcessor processor) {
    this.processor = processor;
  }

  @Override
  public int run(IntSupplier status, Completer completer) {
    int last = ExitStatus.RETURNED;
    boolean terminal = System.console() != null;
    try (PrintStream out = print(FileDescriptor.out);
        PrintStream err = print(FileDescriptor.err);
        FileInputStream in = new FileInputStream(FileDescriptor.in);
        CommandSession session = processor.createSession(in, out, err)) {
      session.put("SCOPE", "bios:*");
      Lines lines =
          terminal
              ? edited(new LineEditor(in, out, line -> completer.complete(line, names(session))))
              : plain(in);
      String line = lines.next();
      while (line != null && !line.strip().matches("exit|quit")) {
        if (!line.isBlank()) {
          boolean done = execute(session, line, out, err);
          int returned = status.getAsInt();
          last = done ? returned : ExitStatus.BAD_INPUT;
        }
        line = lines.next();
      }
      return last;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where lines come from; null at the end. */
  @FunctionalInterface
  private interface Lines {
    String next() throws IOException;
  }

  private static Lines plain(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))::readLine;
  }

  /** The terminal passes keys while a line is typed, and is as ever while its command runs. */
  private static Lines edited(LineEditor editor) {
    return () -> {
      boolean keys = Stty.keys();
      try {
        return editor.read(PROMPT);
      } finally {
        if (keys) {
          Stty.sane();
        }
      }
    };
  }

  /** The commands that Gogo knows, with and without their scopes. */
  private static Set<String> names(CommandSession session) {
    Set<String> names = new TreeSet<>();
    if (session.get(COMMANDS) instanceof Set<?> commands) {
      for (Object command : commands) {
        String name = command.toString();
        names.add(name);
        names.add(name.substring(name.indexOf(':') + 1));
      }
    }
    return names;
  }

  private static boolean execute(
      CommandSession session, String line, PrintStream out, PrintStream err) {
    try {
      Object value = session.execute(line);
      if (value != null) {
        out.println(session.format(value, Converter.INSPECT));
      }
      return true;
    } catch (Exception e) {
      // Gogo's execute declares Exception: whatever a command throws concerns its line only.
      err.println(e.getMessage() == null ? e.toString() : e.getMessage());
      return false;
    }
  }

  private static PrintStream print(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
