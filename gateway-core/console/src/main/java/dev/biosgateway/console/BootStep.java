package dev.biosgateway.console;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.boot.BootSession;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Something to type or to send, and what has to show before.
 *
 * @param after empty for at once
 * @param text with its escapes resolved
 * @param keyboard typed, else sent to the serial port
 */
record BootStep(Optional<Pattern> after, String text, boolean keyboard) {
  private static final String AFTER = "=>";

  /** Reads the argument of {@code --keys}. */
  static BootStep keys(String argument) {
    return parse("--keys", argument, true);
  }

  /** Reads the argument of {@code --send}. */
  static BootStep send(String argument) {
    return parse("--send", argument, false);
  }

  private static BootStep parse(String option, String argument, boolean keyboard) {
    int after = argument.indexOf(AFTER);
    Optional<Pattern> pattern =
        after < 0
            ? Optional.empty()
            : Optional.of(BootCommand.pattern(option, argument.substring(0, after)));
    String text = after < 0 ? argument : argument.substring(after + AFTER.length());
    return new BootStep(pattern, unescape(option, text), keyboard);
  }

  private static String unescape(String option, String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      i++;
      char escape = i < text.length() ? text.charAt(i) : ' ';
      out.append(
          switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'e' -> '\u001b';
            case '\\' -> '\\';
            default ->
                throw new InvalidRequestException(
                    option
                        + " "
                        + text
                        + ": expected \\n, \\r, \\t, \\b, \\e or \\\\, found \\"
                        + escape);
          });
    }
    return out.toString();
  }

  void perform(BootSession machine) {
    if (keyboard) {
      machine.type(text);
    } else {
      machine.send(text.getBytes(StandardCharsets.ISO_8859_1));
    }
  }
}
