package dev.biosgateway.x86.device.keyboard;

import java.util.function.IntConsumer;

/**
 * The three scan code sets: what a keyboard sends when a key is pressed and when it is released.
 */
enum ScancodeSet {
  SET_1 {
    @Override
    void send(Key key, boolean make, boolean control, boolean alt, IntConsumer line) {
      // Set 1 is set 2 as the controller would translate it: the break prefix becomes bit 7.
      int[] release = {0};
      SET_2.send(
          key,
          make,
          control,
          alt,
          b -> {
            if (b == BREAK) {
              release[0] = 0x80;
            } else {
              line.accept(b >= EXTENDED ? b : Translation.toSet1(b) | release[0]);
              release[0] = 0;
            }
          });
    }
  },

  SET_2 {
    @Override
    void send(Key key, boolean make, boolean control, boolean alt, IntConsumer line) {
      if (key == Key.PAUSE) {
        if (make) {
          sendAll(line, control ? BREAK_KEY : PAUSE_KEY);
        }
      } else if (key == Key.PRINT_SCREEN && alt) {
        one(SYSTEM_REQUEST, false, make, line);
      } else if (key == Key.PRINT_SCREEN && !control) {
        // The keyboard pretends a shift, so that old software sees the key of the 84-key layout.
        int first = make ? Key.LEFT_SHIFT.set2 : key.set2;
        int second = make ? key.set2 : Key.LEFT_SHIFT.set2;
        one(first, true, make, line);
        one(second, true, make, line);
      } else {
        one(key.set2, key.extended, make, line);
      }
    }
  },

  SET_3 {
    @Override
    void send(Key key, boolean make, boolean control, boolean alt, IntConsumer line) {
      one(key.set3, false, make, line);
    }
  };

  private static final int EXTENDED = 0xe0;
  private static final int BREAK = 0xf0;

  /** Alt with Print Screen is the System Request key of the 84-key keyboard. */
  private static final int SYSTEM_REQUEST = 0x84;

  /** Pause has no break code of its own: both come when it is pressed. */
  private static final int[] PAUSE_KEY = {0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77};

  /** Control with Pause is Break. */
  private static final int[] BREAK_KEY = {0xe0, 0x7e, 0xe0, 0xf0, 0x7e};

  /**
   * Sends the bytes of a key.
   *
   * @param make pressed, otherwise released
   * @param control whether a Control key is held
   * @param alt whether an Alt key is held
   */
  abstract void send(Key key, boolean make, boolean control, boolean alt, IntConsumer line);

  private static void one(int code, boolean extended, boolean make, IntConsumer line) {
    if (extended) {
      line.accept(EXTENDED);
    }
    if (!make) {
      line.accept(BREAK);
    }
    line.accept(code);
  }

  private static void sendAll(IntConsumer line, int[] bytes) {
    for (int b : bytes) {
      line.accept(b);
    }
  }
}
