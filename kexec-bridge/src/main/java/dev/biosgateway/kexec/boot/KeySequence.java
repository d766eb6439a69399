package dev.biosgateway.kexec.boot;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.x86.device.keyboard.Key;
import dev.biosgateway.x86.device.keyboard.Typist;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text to be typed, with keys in angle brackets: {@code dir\n<F12><Ctrl-Alt-Del>}. */
final class KeySequence {
  private static final Pattern BRACKETED = Pattern.compile("<([A-Za-z][A-Za-z0-9_-]*)>");

  /** Names that people use and the enumeration does not. */
  private static final Map<String, String> NAMES =
      Map.of(
          "CTRL", "LEFT_CONTROL",
          "ALT", "LEFT_ALT",
          "SHIFT", "LEFT_SHIFT",
          "DEL", "DELETE",
          "INS", "INSERT",
          "ESC", "ESCAPE",
          "PGUP", "PAGE_UP",
          "PGDN", "PAGE_DOWN");

  private final List<Consumer<Typist>> strokes = new ArrayList<>();

  private KeySequence() {}

  /**
   * Reads it. Angle brackets that no key's name is between are typed as they are.
   *
   * @throws InvalidRequestException when there is no such key
   */
  static KeySequence parse(String text) {
    KeySequence sequence = new KeySequence();
    Matcher matcher = BRACKETED.matcher(text);
    int at = 0;
    while (matcher.find()) {
      sequence.addText(text.substring(at, matcher.start()));
      sequence.addChord(matcher.group(1));
      at = matcher.end();
    }
    sequence.addText(text.substring(at));
    return sequence;
  }

  private void addText(String text) {
    if (!text.isEmpty()) {
      strokes.add(typist -> typist.type(text));
    }
  }

  private void addChord(String names) {
    List<Key> keys = new ArrayList<>();
    for (String name : names.split("-")) {
      keys.add(key(name, names));
    }
    strokes.add(typist -> typist.chord(keys));
  }

  private static Key key(String name, String names) {
    String upper = name.toUpperCase(Locale.ROOT);
    try {
      return Key.valueOf(NAMES.getOrDefault(upper, upper));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          "key <"
              + names
              + ">: expected names of keys with - between them, as <F12>, <Up>, <Enter>,"
              + " <Ctrl-Alt-Del>; found "
              + name,
          e);
    }
  }

  /** Types it, up to a character that the keyboard's layout does not have. */
  void typeOn(Typist typist) {
    try {
      strokes.forEach(stroke -> stroke.accept(typist));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }
}
