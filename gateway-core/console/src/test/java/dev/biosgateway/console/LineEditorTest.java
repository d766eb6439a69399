package dev.biosgateway.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys become lines. */
class LineEditorTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

  private LineEditor editor(String keys) {
    return new LineEditor(
        new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(shown, true, StandardCharsets.UTF_8),
        line -> {
          String last = line.substring(line.lastIndexOf(' ') + 1);
          return List.of("call", "capital", "plugins").stream()
              .filter(word -> word.startsWith(last))
              .toList();
        });
  }

  @Test
  void keysAreShownAndTakenBack() throws IOException {
    assertEquals("caé", editor("cab\u007fé\n").read("> "));
    assertTrue(shown.toString(StandardCharsets.UTF_8).contains("> cab"));
  }

  @Test
  void tabCompletesWhatIsUniqueAndAsFarAsItIs() throws IOException {
    assertEquals("plugins ", editor("p\t\n").read("> "));
    assertEquals("help ca", editor("help c\t\n").read("> "));
    assertEquals("x", editor("x\t\n").read("> "));
  }

  @Test
  void tabListsWhatThereIs() throws IOException {
    assertEquals("ca", editor("ca\t\n").read("> "));
    assertTrue(shown.toString(StandardCharsets.UTF_8).contains("call  capital"));
  }

  @Test
  void arrowsBringEarlierLinesBack() throws IOException {
    LineEditor editor = editor("one\ntwo\n\u001b[A\u001b[A\n\u001b[A\u001b[B\u001b[Cend\n");
    assertEquals("one", editor.read("> "));
    assertEquals("two", editor.read("> "));
    assertEquals("one", editor.read("> "));
    assertEquals("end", editor.read("> "));
  }

  @Test
  void controlKeysDropTheLineOrEnd() throws IOException {
    LineEditor editor = editor("abc\u0003d\u0015e\u0004\n\u0004");
    assertEquals("e", editor.read("> "));
    assertNull(editor.read("> "));
    assertNull(editor.read("> "), "the end of the input");
  }
}
