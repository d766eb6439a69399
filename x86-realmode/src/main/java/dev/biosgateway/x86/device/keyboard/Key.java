package dev.biosgateway.x86.device.keyboard;

/**
 * The keys of an enhanced keyboard, named as on the US layout, with their codes in scan code sets 2
 * and 3 (IBM PS/2 Hardware Interface Technical Reference, "Keyboards", scan code tables). Codes of
 * set 1 follow from those of set 2.
 */
public enum Key {
  A(0x1c, 0x1c, false, KeyType.TYPEMATIC),
  B(0x32, 0x32, false, KeyType.TYPEMATIC),
  C(0x21, 0x21, false, KeyType.TYPEMATIC),
  D(0x23, 0x23, false, KeyType.TYPEMATIC),
  E(0x24, 0x24, false, KeyType.TYPEMATIC),
  F(0x2b, 0x2b, false, KeyType.TYPEMATIC),
  G(0x34, 0x34, false, KeyType.TYPEMATIC),
  H(0x33, 0x33, false, KeyType.TYPEMATIC),
  I(0x43, 0x43, false, KeyType.TYPEMATIC),
  J(0x3b, 0x3b, false, KeyType.TYPEMATIC),
  K(0x42, 0x42, false, KeyType.TYPEMATIC),
  L(0x4b, 0x4b, false, KeyType.TYPEMATIC),
  M(0x3a, 0x3a, false, KeyType.TYPEMATIC),
  N(0x31, 0x31, false, KeyType.TYPEMATIC),
  O(0x44, 0x44, false, KeyType.TYPEMATIC),
  P(0x4d, 0x4d, false, KeyType.TYPEMATIC),
  Q(0x15, 0x15, false, KeyType.TYPEMATIC),
  R(0x2d, 0x2d, false, KeyType.TYPEMATIC),
  S(0x1b, 0x1b, false, KeyType.TYPEMATIC),
  T(0x2c, 0x2c, false, KeyType.TYPEMATIC),
  U(0x3c, 0x3c, false, KeyType.TYPEMATIC),
  V(0x2a, 0x2a, false, KeyType.TYPEMATIC),
  W(0x1d, 0x1d, false, KeyType.TYPEMATIC),
  X(0x22, 0x22, false, KeyType.TYPEMATIC),
  Y(0x35, 0x35, false, KeyType.TYPEMATIC),
  Z(0x1a, 0x1a, false, KeyType.TYPEMATIC),
  DIGIT_0(0x45, 0x45, false, KeyType.TYPEMATIC),
  DIGIT_1(0x16, 0x16, false, KeyType.TYPEMATIC),
  DIGIT_2(0x1e, 0x1e, false, KeyType.TYPEMATIC),
  DIGIT_3(0x26, 0x26, false, KeyType.TYPEMATIC),
  DIGIT_4(0x25, 0x25, false, KeyType.TYPEMATIC),
  DIGIT_5(0x2e, 0x2e, false, KeyType.TYPEMATIC),
  DIGIT_6(0x36, 0x36, false, KeyType.TYPEMATIC),
  DIGIT_7(0x3d, 0x3d, false, KeyType.TYPEMATIC),
  DIGIT_8(0x3e, 0x3e, false, KeyType.TYPEMATIC),
  DIGIT_9(0x46, 0x46, false, KeyType.TYPEMATIC),
  GRAVE(0x0e, 0x0e, false, KeyType.TYPEMATIC),
  MINUS(0x4e, 0x4e, false, KeyType.TYPEMATIC),
  EQUALS(0x55, 0x55, false, KeyType.TYPEMATIC),
  BACKSPACE(0x66, 0x66, false, KeyType.TYPEMATIC),
  TAB(0x0d, 0x0d, false, KeyType.TYPEMATIC),
  LEFT_BRACKET(0x54, 0x54, false, KeyType.TYPEMATIC),
  RIGHT_BRACKET(0x5b, 0x5b, false, KeyType.TYPEMATIC),
  BACKSLASH(0x5d, 0x5c, false, KeyType.TYPEMATIC),
  SEMICOLON(0x4c, 0x4c, false, KeyType.TYPEMATIC),
  APOSTROPHE(0x52, 0x52, false, KeyType.TYPEMATIC),
  ENTER(0x5a, 0x5a, false, KeyType.TYPEMATIC),
  COMMA(0x41, 0x41, false, KeyType.TYPEMATIC),
  PERIOD(0x49, 0x49, false, KeyType.TYPEMATIC),
  SLASH(0x4a, 0x4a, false, KeyType.TYPEMATIC),
  SPACE(0x29, 0x29, false, KeyType.TYPEMATIC),
  NON_US_BACKSLASH(0x61, 0x13, false, KeyType.TYPEMATIC),
  CAPS_LOCK(0x58, 0x14, false, KeyType.MAKE_BREAK),
  LEFT_SHIFT(0x12, 0x12, false, KeyType.MAKE_BREAK),
  RIGHT_SHIFT(0x59, 0x59, false, KeyType.MAKE_BREAK),
  LEFT_CONTROL(0x14, 0x11, false, KeyType.MAKE_BREAK),
  LEFT_ALT(0x11, 0x19, false, KeyType.MAKE_BREAK),
  RIGHT_CONTROL(0x14, 0x58, true, KeyType.MAKE_ONLY),
  RIGHT_ALT(0x11, 0x39, true, KeyType.MAKE_ONLY),
  LEFT_GUI(0x1f, 0x8b, true, KeyType.MAKE_ONLY),
  RIGHT_GUI(0x27, 0x8c, true, KeyType.MAKE_ONLY),
  MENU(0x2f, 0x8d, true, KeyType.MAKE_ONLY),
  INSERT(0x70, 0x67, true, KeyType.MAKE_ONLY),
  DELETE(0x71, 0x64, true, KeyType.TYPEMATIC),
  HOME(0x6c, 0x6e, true, KeyType.MAKE_ONLY),
  END(0x69, 0x65, true, KeyType.MAKE_ONLY),
  PAGE_UP(0x7d, 0x6f, true, KeyType.MAKE_ONLY),
  PAGE_DOWN(0x7a, 0x6d, true, KeyType.MAKE_ONLY),
  UP(0x75, 0x63, true, KeyType.TYPEMATIC),
  DOWN(0x72, 0x60, true, KeyType.TYPEMATIC),
  LEFT(0x6b, 0x61, true, KeyType.TYPEMATIC),
  RIGHT(0x74, 0x6a, true, KeyType.TYPEMATIC),
  NUM_LOCK(0x77, 0x76, false, KeyType.MAKE_ONLY),
  KEYPAD_0(0x70, 0x70, false, KeyType.MAKE_ONLY),
  KEYPAD_1(0x69, 0x69, false, KeyType.MAKE_ONLY),
  KEYPAD_2(0x72, 0x72, false, KeyType.MAKE_ONLY),
  KEYPAD_3(0x7a, 0x7a, false, KeyType.MAKE_ONLY),
  KEYPAD_4(0x6b, 0x6b, false, KeyType.MAKE_ONLY),
  KEYPAD_5(0x73, 0x73, false, KeyType.MAKE_ONLY),
  KEYPAD_6(0x74, 0x74, false, KeyType.MAKE_ONLY),
  KEYPAD_7(0x6c, 0x6c, false, KeyType.MAKE_ONLY),
  KEYPAD_8(0x75, 0x75, false, KeyType.MAKE_ONLY),
  KEYPAD_9(0x7d, 0x7d, false, KeyType.MAKE_ONLY),
  KEYPAD_PERIOD(0x71, 0x71, false, KeyType.MAKE_ONLY),
  KEYPAD_MULTIPLY(0x7c, 0x7e, false, KeyType.MAKE_ONLY),
  KEYPAD_MINUS(0x7b, 0x84, false, KeyType.MAKE_ONLY),
  KEYPAD_PLUS(0x79, 0x7c, false, KeyType.TYPEMATIC),
  KEYPAD_SLASH(0x4a, 0x77, true, KeyType.MAKE_ONLY),
  KEYPAD_ENTER(0x5a, 0x79, true, KeyType.MAKE_ONLY),
  ESCAPE(0x76, 0x08, false, KeyType.MAKE_ONLY),
  F1(0x05, 0x07, false, KeyType.MAKE_ONLY),
  F2(0x06, 0x0f, false, KeyType.MAKE_ONLY),
  F3(0x04, 0x17, false, KeyType.MAKE_ONLY),
  F4(0x0c, 0x1f, false, KeyType.MAKE_ONLY),
  F5(0x03, 0x27, false, KeyType.MAKE_ONLY),
  F6(0x0b, 0x2f, false, KeyType.MAKE_ONLY),
  F7(0x83, 0x37, false, KeyType.MAKE_ONLY),
  F8(0x0a, 0x3f, false, KeyType.MAKE_ONLY),
  F9(0x01, 0x47, false, KeyType.MAKE_ONLY),
  F10(0x09, 0x4f, false, KeyType.MAKE_ONLY),
  F11(0x78, 0x56, false, KeyType.MAKE_ONLY),
  F12(0x07, 0x5e, false, KeyType.MAKE_ONLY),
  SCROLL_LOCK(0x7e, 0x5f, false, KeyType.MAKE_ONLY),
  PRINT_SCREEN(0x7c, 0x57, true, KeyType.MAKE_ONLY),
  PAUSE(0x77, 0x62, false, KeyType.MAKE_ONLY);

  /** When a key sends something in scan code set 3. */
  enum KeyType {
    /** When pressed, and again while it is held. */
    TYPEMATIC,
    /** When pressed and when released. */
    MAKE_BREAK,
    /** When pressed. */
    MAKE_ONLY,
    /** All three. */
    TYPEMATIC_MAKE_BREAK
  }

  final int set2;
  final int set3;

  /** Whether E0h comes before the code in sets 1 and 2. */
  final boolean extended;

  final KeyType typeInSet3;

  Key(int set2, int set3, boolean extended, KeyType typeInSet3) {
    this.set2 = set2;
    this.set3 = set3;
    this.extended = extended;
    this.typeInSet3 = typeInSet3;
  }

  /** The key with a code of set 3, null when there is none. */
  static Key ofSet3(int code) {
    for (Key key : values()) {
      if (key.set3 == code) {
        return key;
      }
    }
    return null;
  }
}
