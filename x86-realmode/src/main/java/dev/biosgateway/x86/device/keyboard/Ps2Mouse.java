package dev.biosgateway.x86.device.keyboard;

import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;

/**
 * A PS/2 mouse with the wheel and five buttons of an IntelliMouse Explorer (IBM PS/2 Hardware
 * Interface Technical Reference, "Mouse"; Microsoft's identification by three sample rates):
 * stream, remote and wrap mode, resolution, scaling, packets at the sample rate.
 */
final class Ps2Mouse extends Ps2Device {
  private static final int BUFFER = 16;

  // ---- commands
  private static final int SCALING_1_1 = 0xe6;
  private static final int SCALING_2_1 = 0xe7;
  private static final int SET_RESOLUTION = 0xe8;
  private static final int STATUS_REQUEST = 0xe9;
  private static final int STREAM_MODE = 0xea;
  private static final int READ_DATA = 0xeb;
  private static final int RESET_WRAP = 0xec;
  private static final int WRAP_MODE = 0xee;
  private static final int REMOTE_MODE = 0xf0;
  private static final int IDENTIFY = 0xf2;
  private static final int SAMPLE_RATE = 0xf3;
  private static final int ENABLE = 0xf4;
  private static final int DISABLE = 0xf5;
  private static final int SET_DEFAULTS = 0xf6;
  private static final int RESET = 0xff;

  private static final int NONE = 0;
  private static final int ERROR = 0xfc;

  // ---- device ids
  private static final int STANDARD = 0;
  private static final int WHEEL = 3;
  private static final int FIVE_BUTTONS = 4;

  /** Three rates in a row that ask for the wheel, and for all five buttons. */
  private static final int WHEEL_KNOCK = 200 << 16 | 100 << 8 | 80;

  private static final int BUTTONS_KNOCK = 200 << 16 | 200 << 8 | 80;

  private static final long SECOND = 1_000_000_000L;
  private static final long SELF_TEST = 2_000_000;
  private static final int[] ACCELERATED = {0, 1, 1, 3, 6, 9};

  private final VirtualClock clock;
  private final UnmodelledAccess unmodelled;
  private final Event sample =
      new Event("mouse.sample") {
        @Override
        protected void fire(long due) {
          sendIfMoved();
        }
      };
  private final Event selfTest =
      new Event("mouse.selfTest") {
        @Override
        protected void fire(long due) {
          answer(SELF_TEST_PASSED, id);
        }
      };

  private int id;
  private int rate;
  private int lastRates;
  private int resolution;
  private boolean scaling;
  private boolean reporting;
  private boolean remote;
  private boolean wrap;
  private int expecting;

  // ---- what has happened since the last packet, buttons as they are
  private int dx;
  private int dy;
  private int dz;
  private int buttons;
  private boolean buttonsChanged;

  Ps2Mouse(VirtualClock clock, UnmodelledAccess unmodelled) {
    super(BUFFER);
    this.clock = clock;
    this.unmodelled = unmodelled;
  }

  /** Power comes up: the self-test says so itself. */
  void powerOn() {
    forget();
    buttons = 0;
    setDefaults();
    id = STANDARD;
    clock.schedule(selfTest, clock.nanos() + SELF_TEST);
  }

  /** As POST leaves it: nothing to say. */
  void asFirmwareLeavesIt() {
    clock.cancel(selfTest);
    forget();
  }

  /**
   * Moves the mouse.
   *
   * @param right counts to the right
   * @param up counts away from the user
   * @param wheel notches towards the user
   */
  void move(int right, int up, int wheel) {
    dx += right;
    dy += up;
    dz += wheel;
    wantSample();
  }

  /** Presses and releases buttons: left, right, middle, fourth, fifth from bit 0 on. */
  void setButtons(int down) {
    buttonsChanged |= buttons != down;
    buttons = down;
    wantSample();
  }

  @Override
  void command(int value) {
    if (wrap && value != RESET && value != RESET_WRAP) {
      answer(value);
      return;
    }
    if (expecting != NONE) {
      int command = expecting;
      expecting = NONE;
      parameter(command, value);
      return;
    }
    switch (value) {
      case SCALING_1_1, SCALING_2_1 -> {
        scaling = value == SCALING_2_1;
        answer(ACKNOWLEDGE);
      }
      case SET_RESOLUTION, SAMPLE_RATE -> {
        expecting = value;
        answer(ACKNOWLEDGE);
      }
      case STATUS_REQUEST -> answer(ACKNOWLEDGE, status(), resolution, rate);
      case STREAM_MODE, REMOTE_MODE -> {
        remote = value == REMOTE_MODE;
        forgetMovement();
        answer(ACKNOWLEDGE);
      }
      case READ_DATA -> {
        answer(ACKNOWLEDGE);
        sendPacket();
      }
      case RESET_WRAP, WRAP_MODE -> {
        wrap = value == WRAP_MODE;
        answer(ACKNOWLEDGE);
      }
      case IDENTIFY -> answer(ACKNOWLEDGE, id);
      case ENABLE, DISABLE -> {
        reporting = value == ENABLE;
        forgetMovement();
        answer(ACKNOWLEDGE);
      }
      case SET_DEFAULTS -> {
        setDefaults();
        answer(ACKNOWLEDGE);
      }
      case RESEND -> resendLast();
      case RESET -> {
        setDefaults();
        id = STANDARD;
        answer(ACKNOWLEDGE);
        clock.schedule(selfTest, clock.nanos() + SELF_TEST);
      }
      default -> {
        unmodelled.record("mouse: command %02Xh does not exist", value);
        answer(RESEND);
      }
    }
  }

  @Override
  void save(String prefix, Section out) {
    super.save(prefix, out);
    out.put(prefix + "id", id).put(prefix + "rate", rate).put(prefix + "lastRates", lastRates);
    out.put(prefix + "resolution", resolution).put(prefix + "scaling", scaling);
    out.put(prefix + "reporting", reporting).put(prefix + "remote", remote);
    out.put(prefix + "wrap", wrap).put(prefix + "expecting", expecting);
    out.put(prefix + "dx", dx).put(prefix + "dy", dy).put(prefix + "dz", dz);
    out.put(prefix + "buttons", buttons).put(prefix + "buttonsChanged", buttonsChanged);
    out.put(prefix + "sampleAt", sample.dueNanos()).put(prefix + "testAt", selfTest.dueNanos());
  }

  @Override
  void restore(String prefix, Section in) {
    super.restore(prefix, in);
    id = in.getInt(prefix + "id");
    rate = in.getInt(prefix + "rate");
    lastRates = in.getInt(prefix + "lastRates");
    resolution = in.getInt(prefix + "resolution");
    scaling = in.getBoolean(prefix + "scaling");
    reporting = in.getBoolean(prefix + "reporting");
    remote = in.getBoolean(prefix + "remote");
    wrap = in.getBoolean(prefix + "wrap");
    expecting = in.getInt(prefix + "expecting");
    dx = in.getInt(prefix + "dx");
    dy = in.getInt(prefix + "dy");
    dz = in.getInt(prefix + "dz");
    buttons = in.getInt(prefix + "buttons");
    buttonsChanged = in.getBoolean(prefix + "buttonsChanged");
    clock.scheduleAgain(sample, in.getLong(prefix + "sampleAt"));
    clock.scheduleAgain(selfTest, in.getLong(prefix + "testAt"));
  }

  private void parameter(int command, int value) {
    if (command == SET_RESOLUTION && value <= 3) {
      resolution = value;
      answer(ACKNOWLEDGE);
    } else if (command == SAMPLE_RATE && isRate(value)) {
      rate = value;
      lastRates = (lastRates << 8 | value) & 0xffffff;
      if (lastRates == WHEEL_KNOCK && id == STANDARD) {
        id = WHEEL;
      } else if (lastRates == BUTTONS_KNOCK) {
        id = FIVE_BUTTONS;
      }
      answer(ACKNOWLEDGE);
    } else {
      answer(ERROR);
    }
  }

  private static boolean isRate(int value) {
    return switch (value) {
      case 10, 20, 40, 60, 80, 100, 200 -> true;
      default -> false;
    };
  }

  private void setDefaults() {
    data.clear();
    rate = 100;
    lastRates = 0;
    resolution = 2;
    scaling = false;
    reporting = false;
    remote = false;
    wrap = false;
    expecting = NONE;
    forgetMovement();
    clock.cancel(sample);
  }

  private void forgetMovement() {
    dx = 0;
    dy = 0;
    dz = 0;
    buttonsChanged = false;
    data.clear();
  }

  /** Byte 1 of a status report: mode, enable, scaling, buttons in the order left, middle, right. */
  private int status() {
    return (remote ? 0x40 : 0)
        | (reporting ? 0x20 : 0)
        | (scaling ? 0x10 : 0)
        | (buttons & 1) << 2
        | (buttons & 4) >>> 1
        | (buttons & 2) >>> 1;
  }

  private void wantSample() {
    if (reporting && !remote && !wrap && !sample.isScheduled()) {
      clock.schedule(sample, clock.nanos() + SECOND / rate);
    }
  }

  private void sendIfMoved() {
    if (!reporting || remote || wrap || (dx | dy | dz) == 0 && !buttonsChanged) {
      return;
    }
    if (data.room() >= 4) {
      sendPacket();
    }
    if ((dx | dy | dz) != 0 || buttonsChanged) {
      wantSample();
    }
  }

  /** Three bytes, or four with a wheel; what does not fit stays for the next packet. */
  private void sendPacket() {
    int x = Math.max(-256, Math.min(255, dx));
    int y = Math.max(-256, Math.min(255, dy));
    int z = id == STANDARD ? 0 : Math.max(-8, Math.min(7, dz));
    dx -= x;
    dy -= y;
    dz = id == STANDARD ? 0 : dz - z;
    buttonsChanged = false;
    if (scaling && !remote) {
      x = accelerated(x);
      y = accelerated(y);
    }
    data.add(buttons & 7 | 0x08 | (x < 0 ? 0x10 : 0) | (y < 0 ? 0x20 : 0));
    data.add(x & 0xff);
    data.add(y & 0xff);
    if (id == WHEEL) {
      data.add(z & 0xff);
    } else if (id == FIVE_BUTTONS) {
      data.add(z & 0x0f | (buttons & 0x18) << 1);
    }
    announce();
  }

  /** Scaling 2:1, by the table of the reference. */
  private static int accelerated(int counts) {
    int size = Math.abs(counts);
    int more = size < ACCELERATED.length ? ACCELERATED[size] : Math.min(255, 2 * size);
    return counts < 0 ? -more : more;
  }
}
