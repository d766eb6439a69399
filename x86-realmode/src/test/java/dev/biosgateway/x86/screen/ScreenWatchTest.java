package dev.biosgateway.x86.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Waiting for text: what is found, and how often the screen is read for it. */
class ScreenWatchTest {
  /** A display of two rows that counts how often it is read. */
  private static final class Paper implements Display {
    private final byte[] characters = new byte[20];
    private long changes;
    private int reads;

    private Paper() {
      Arrays.fill(characters, (byte) ' ');
    }

    private void print(int at, String text) {
      byte[] codes = text.getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(codes, 0, characters, at, codes.length);
      changes++;
    }

    @Override
    public Optional<TextScreen> text() {
      reads++;
      return Optional.of(new TextScreen(10, 2, characters.clone(), new byte[20], -1));
    }

    @Override
    public ScreenPicture picture() {
      return ScreenPicture.blank(80, 32, 0);
    }

    @Override
    public long changes() {
      return changes;
    }
  }

  private final Paper paper = new Paper();
  private final Screen screen = new Screen(paper, "pc");

  @Test
  void findsTextAcrossRows() {
    ScreenWatch watch = screen.watch(Pattern.compile("lo(g+)in:\n# "));
    assertFalse(watch.found());
    paper.print(0, "loggin:");
    assertFalse(watch.found());
    paper.print(10, "# x");
    assertTrue(watch.found());
    assertEquals("gg", watch.match().orElseThrow().group(1));
  }

  @Test
  void readsTheScreenOnlyWhenItMayHaveChanged() {
    ScreenWatch watch = screen.watch(Pattern.compile("ready"));
    for (int i = 0; i < 1000; i++) {
      assertFalse(watch.found());
    }
    assertEquals(1, paper.reads);
    paper.print(0, "steady");
    assertFalse(watch.found());
    assertEquals(2, paper.reads);
  }

  @Test
  void whatWasSeenOnceStaysFound() {
    ScreenWatch watch = screen.watch(Pattern.compile("ready"));
    paper.print(0, "ready");
    assertTrue(watch.found());
    paper.print(0, "     ");
    assertTrue(watch.found());
    assertFalse(screen.watch(Pattern.compile("ready")).found());
  }

  @Test
  void aBoardWithoutDisplayHasNoTextAndNoPicture() {
    Screen none = new Screen(null, "micro");
    assertFalse(none.isPresent());
    assertTrue(none.text().isEmpty());
    assertFalse(none.watch(Pattern.compile("")).found());
    var e = assertThrows(IllegalStateException.class, none::png);
    assertTrue(e.getMessage().contains("found board micro"));
  }
}
