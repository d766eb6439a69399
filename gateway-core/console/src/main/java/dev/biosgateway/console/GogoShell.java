package dev.biosgateway.console;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
  private final CommandProcessor processor;

  /** Called by Declarative Services. */
  @Activate
  public GogoShell(@Reference CommandProcessor processor) {
    this.processor = processor;
  }

  @Override
  public int run(IntSupplier status) {
    int last = ExitStatus.RETURNED;
    boolean prompt = System.console() != null;
    try (PrintStream out = print(FileDescriptor.out);
        PrintStream err = print(FileDescriptor.err);
        FileInputStream in = new FileInputStream(FileDescriptor.in);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        CommandSession session = processor.createSession(in, out, err)) {
      session.put("SCOPE", "bios:*");
      String line = next(lines, out, prompt);
      while (line != null && !line.strip().matches("exit|quit")) {
        if (!line.isBlank()) {
          boolean done = execute(session, line, out, err);
          int returned = status.getAsInt();
          last = done ? returned : ExitStatus.BAD_INPUT;
        }
        line = next(lines, out, prompt);
      }
      return last;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String next(BufferedReader lines, PrintStream out, boolean prompt)
      throws IOException {
    if (prompt) {
      out.print("bios> ");
      out.flush();
    }
    return lines.readLine();
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
