package dev.biosgateway.x86.device.keyboard;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which keys type which character on the US layout. */
final class UsLayout {
  private static final Map<Character, List<Key>> KEYS = new HashMap<>();

  static {
    for (char c = 'a'; c <= 'z'; c++) {
      pair(c, Character.toUpperCase(c), Key.valueOf(String.valueOf(Character.toUpperCase(c))));
    }
    String shiftedDigits = ")!@#$%^&*(";
    for (int digit = 0; digit < 10; digit++) {
      pair((char) ('0' + digit), shiftedDigits.charAt(digit), Key.valueOf("DIGIT_" + digit));
    }
    pair('`', '~', Key.GRAVE);
    pair('-', '_', Key.MINUS);
    pair('=', '+', Key.EQUALS);
    pair('[', '{', Key.LEFT_BRACKET);
    pair(']', '}', Key.RIGHT_BRACKET);
    pair('\\', '|', Key.BACKSLASH);
    pair(';', ':', Key.SEMICOLON);
    pair('\'', '"', Key.APOSTROPHE);
    pair(',', '<', Key.COMMA);
    pair('.', '>', Key.PERIOD);
    pair('/', '?', Key.SLASH);
    KEYS.put(' ', List.of(Key.SPACE));
    KEYS.put('\n', List.of(Key.ENTER));
    KEYS.put('\r', List.of(Key.ENTER));
    KEYS.put('\t', List.of(Key.TAB));
    KEYS.put('\b', List.of(Key.BACKSPACE));
    KEYS.put('\u001b', List.of(Key.ESCAPE));
  }

  private UsLayout() {}

  /**
   * The keys to be held together for a character, shift first.
   *
   * @throws IllegalArgumentException when there are none
   */
  static List<Key> keys(char c) {
    List<Key> keys = KEYS.get(c);
    if (keys == null) {
      throw new IllegalArgumentException(
          "character U+%04X: expected one that the US keyboard layout can type".formatted((int) c));
    }
    return keys;
  }

  private static void pair(char plain, char shifted, Key key) {
    KEYS.put(plain, List.of(key));
    KEYS.put(shifted, List.of(Key.LEFT_SHIFT, key));
  }
}
