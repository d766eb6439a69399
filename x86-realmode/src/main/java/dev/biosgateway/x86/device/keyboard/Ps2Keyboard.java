package dev.biosgateway.x86.device.keyboard;

import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.keyboard.Key.KeyType;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * An enhanced PS/2 keyboard (IBM PS/2 Hardware Interface Technical Reference, "Keyboards"): all
 * commands, scan code sets 1 to 3, typematic repeat, lights. Keys are pressed on the machine's
 * thread; {@link Typist} takes them from others.
 */
final class Ps2Keyboard extends Ps2Device {
  private static final int BUFFER = 16;

  // ---- commands
  private static final int SET_LIGHTS = 0xed;
  private static final int ECHO = 0xee;
  private static final int SCAN_CODE_SET = 0xf0;
  private static final int IDENTIFY = 0xf2;
  private static final int TYPEMATIC_RATE = 0xf3;
  private static final int ENABLE = 0xf4;
  private static final int DEFAULT_DISABLE = 0xf5;
  private static final int SET_DEFAULT = 0xf6;
  private static final int ALL_TYPEMATIC = 0xf7;
  private static final int ALL_MAKE_BREAK = 0xf8;
  private static final int ALL_MAKE_ONLY = 0xf9;
  private static final int ALL_TYPEMATIC_MAKE_BREAK = 0xfa;
  private static final int KEY_TYPEMATIC = 0xfb;
  private static final int KEY_MAKE_BREAK = 0xfc;
  private static final int KEY_MAKE_ONLY = 0xfd;
  private static final int RESET = 0xff;

  private static final int NONE = 0;
  private static final int LIGHTS = 0x07;

  /** 10.9 characters a second after 500 ms. */
  private static final int TYPEMATIC_DEFAULT = 0x2b;

  private static final long MILLI = 1_000_000;

  /**
   * A real keyboard takes 500 to 900 ms for its self-test. Nothing depends on how long it takes,
   * but a guest that waits for it runs all the while.
   */
  private static final long SELF_TEST = 2 * MILLI;

  private final VirtualClock clock;
  private final UnmodelledAccess unmodelled;
  private final boolean[] pressed = new boolean[Key.values().length];
  private final KeyType[] types = new KeyType[Key.values().length];
  private final Event repeat =
      new Event("keyboard.typematic") {
        @Override
        protected void fire(long due) {
          repeatKey(due);
        }
      };
  private final Event selfTest =
      new Event("keyboard.selfTest") {
        @Override
        protected void fire(long due) {
          answer(SELF_TEST_PASSED);
        }
      };

  private ScancodeSet set;
  private boolean scanning;
  private int lights;
  private int typematic;

  /** The command whose parameter is expected, {@link #NONE} for none. */
  private int expecting;

  /** The key that repeats, null when none does. */
  private Key repeating;

  Ps2Keyboard(VirtualClock clock, UnmodelledAccess unmodelled) {
    super(BUFFER);
    this.clock = clock;
    this.unmodelled = unmodelled;
  }

  /** Power comes up: the self-test says so itself. */
  void powerOn() {
    forget();
    Arrays.fill(pressed, false);
    expecting = NONE;
    lights = 0;
    setDefaults();
    scanning = true;
    clock.schedule(selfTest, clock.nanos() + SELF_TEST);
  }

  /** As POST leaves it: set 2, scanning, nothing to say. */
  void asFirmwareLeavesIt() {
    clock.cancel(selfTest);
    forget();
  }

  /** Lights, bit 0 Scroll Lock, bit 1 Num Lock, bit 2 Caps Lock. */
  int lights() {
    return lights;
  }

  /** Presses a key, or releases it; nothing happens where it is so already. */
  void set(Key key, boolean down) {
    if (pressed[key.ordinal()] == down) {
      return;
    }
    pressed[key.ordinal()] = down;
    if (!scanning) {
      return;
    }
    if (down) {
      send(key, true);
      repeating = repeats(key) ? key : null;
      if (repeating == null) {
        clock.cancel(repeat);
      } else {
        clock.schedule(repeat, clock.nanos() + delayNanos());
      }
    } else {
      if (sendsBreak(key)) {
        send(key, false);
      }
      if (repeating == key) {
        stopRepeating();
      }
    }
  }

  @Override
  void command(int value) {
    if (expecting != NONE && (value < SET_LIGHTS || expecting == SCAN_CODE_SET)) {
      int command = expecting;
      expecting = NONE;
      parameter(command, value);
      return;
    }
    expecting = NONE;
    switch (value) {
      case SET_LIGHTS, SCAN_CODE_SET, TYPEMATIC_RATE -> expect(value);
      case KEY_TYPEMATIC, KEY_MAKE_BREAK, KEY_MAKE_ONLY -> expect(value);
      case ECHO -> answer(ECHO);
      case IDENTIFY -> answer(ACKNOWLEDGE, 0xab, 0x83);
      case ENABLE -> {
        data.clear();
        stopRepeating();
        scanning = true;
        answer(ACKNOWLEDGE);
      }
      case DEFAULT_DISABLE -> {
        setDefaults();
        scanning = false;
        answer(ACKNOWLEDGE);
      }
      case SET_DEFAULT -> {
        setDefaults();
        answer(ACKNOWLEDGE);
      }
      case ALL_TYPEMATIC -> setAll(KeyType.TYPEMATIC);
      case ALL_MAKE_BREAK -> setAll(KeyType.MAKE_BREAK);
      case ALL_MAKE_ONLY -> setAll(KeyType.MAKE_ONLY);
      case ALL_TYPEMATIC_MAKE_BREAK -> setAll(KeyType.TYPEMATIC_MAKE_BREAK);
      case RESEND -> resendLast();
      case RESET -> {
        setDefaults();
        lights = 0;
        scanning = true;
        answer(ACKNOWLEDGE);
        clock.schedule(selfTest, clock.nanos() + SELF_TEST);
      }
      default -> {
        unmodelled.record("keyboard: command %02Xh does not exist", value);
        answer(RESEND);
      }
    }
  }

  @Override
  void save(String prefix, Section out) {
    super.save(prefix, out);
    byte[] down = new byte[pressed.length];
    byte[] kinds = new byte[types.length];
    for (int i = 0; i < down.length; i++) {
      down[i] = (byte) (pressed[i] ? 1 : 0);
      kinds[i] = (byte) types[i].ordinal();
    }
    out.put(prefix + "pressed", down).put(prefix + "types", kinds);
    out.put(prefix + "set", set.ordinal()).put(prefix + "scanning", scanning);
    out.put(prefix + "lights", lights).put(prefix + "typematic", typematic);
    out.put(prefix + "expecting", expecting);
    out.put(prefix + "repeating", repeating == null ? -1 : repeating.ordinal());
    out.put(prefix + "repeatAt", repeat.dueNanos()).put(prefix + "testAt", selfTest.dueNanos());
  }

  @Override
  void restore(String prefix, Section in) {
    super.restore(prefix, in);
    byte[] down = new byte[pressed.length];
    byte[] kinds = new byte[types.length];
    in.getBytes(prefix + "pressed", down);
    in.getBytes(prefix + "types", kinds);
    for (int i = 0; i < down.length; i++) {
      pressed[i] = down[i] != 0;
      types[i] = KeyType.values()[kinds[i]];
    }
    set = ScancodeSet.values()[in.getInt(prefix + "set")];
    scanning = in.getBoolean(prefix + "scanning");
    lights = in.getInt(prefix + "lights");
    typematic = in.getInt(prefix + "typematic");
    expecting = in.getInt(prefix + "expecting");
    int key = in.getInt(prefix + "repeating");
    repeating = key < 0 ? null : Key.values()[key];
    clock.scheduleAgain(repeat, in.getLong(prefix + "repeatAt"));
    clock.scheduleAgain(selfTest, in.getLong(prefix + "testAt"));
  }

  private void expect(int command) {
    expecting = command;
    answer(ACKNOWLEDGE);
  }

  private void parameter(int command, int value) {
    switch (command) {
      case SET_LIGHTS -> {
        lights = value & LIGHTS;
        answer(ACKNOWLEDGE);
      }
      case TYPEMATIC_RATE -> {
        typematic = value & 0x7f;
        answer(ACKNOWLEDGE);
      }
      case SCAN_CODE_SET -> {
        if (value == 0) {
          answer(ACKNOWLEDGE, set.ordinal() + 1);
        } else if (value <= ScancodeSet.values().length) {
          set = ScancodeSet.values()[value - 1];
          data.clear();
          answer(ACKNOWLEDGE);
        } else {
          answer(RESEND);
        }
      }
      default -> setOne(command, value);
    }
  }

  /** FBh to FDh: any number of keys by their codes of set 3, up to the next command. */
  private void setOne(int command, int code) {
    Key key = Key.ofSet3(code);
    if (key == null) {
      answer(RESEND);
      return;
    }
    types[key.ordinal()] =
        switch (command) {
          case KEY_TYPEMATIC -> KeyType.TYPEMATIC;
          case KEY_MAKE_BREAK -> KeyType.MAKE_BREAK;
          case KEY_MAKE_ONLY -> KeyType.MAKE_ONLY;
          default -> throw new AssertionError(command);
        };
    expecting = command;
    answer(ACKNOWLEDGE);
  }

  private void setAll(KeyType type) {
    Arrays.fill(types, type);
    answer(ACKNOWLEDGE);
  }

  private void setDefaults() {
    data.clear();
    stopRepeating();
    set = ScancodeSet.SET_2;
    typematic = TYPEMATIC_DEFAULT;
    for (Key key : Key.values()) {
      types[key.ordinal()] = key.typeInSet3;
    }
  }

  private boolean repeats(Key key) {
    if (set != ScancodeSet.SET_3) {
      return key != Key.PAUSE;
    }
    KeyType type = types[key.ordinal()];
    return type == KeyType.TYPEMATIC || type == KeyType.TYPEMATIC_MAKE_BREAK;
  }

  private boolean sendsBreak(Key key) {
    KeyType type = types[key.ordinal()];
    return set != ScancodeSet.SET_3
        || type == KeyType.MAKE_BREAK
        || type == KeyType.TYPEMATIC_MAKE_BREAK;
  }

  private void repeatKey(long due) {
    send(repeating, true);
    clock.schedule(repeat, due + periodNanos());
  }

  private void stopRepeating() {
    repeating = null;
    clock.cancel(repeat);
  }

  /** All bytes of a key, or the overrun code where there is no room for them. */
  private void send(Key key, boolean make) {
    boolean control = held(Key.LEFT_CONTROL) || held(Key.RIGHT_CONTROL);
    boolean alt = held(Key.LEFT_ALT) || held(Key.RIGHT_ALT);
    ByteQueue codes = new ByteQueue(BUFFER);
    set.send(key, make, control, alt, codes::add);
    if (codes.size() > data.room() - 1) {
      int overrun = set == ScancodeSet.SET_1 ? 0xff : 0x00;
      if (data.room() > 0) {
        data.add(overrun);
      } else {
        data.replaceYoungest(overrun);
      }
    } else {
      while (!codes.isEmpty()) {
        data.add(codes.take());
      }
    }
    announce();
  }

  private boolean held(Key key) {
    return pressed[key.ordinal()];
  }

  /** Bits 5 and 6: 250 ms to 1 s. */
  private long delayNanos() {
    return ((typematic >>> 5) + 1) * 250 * MILLI;
  }

  /** Bits 0 to 4: (8 + A) * 2^B * 4.17 ms. */
  private long periodNanos() {
    return ((8L + (typematic & 7)) << (typematic >>> 3 & 3)) * 4_170_000;
  }
}
