package dev.biosgateway.x86.device.keyboard;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.CpuPins;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.OpenToOutside;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * The 8042 keyboard and auxiliary device controller of a PS/2 (IBM PS/2 Hardware Interface
 * Technical Reference, "Keyboard and auxiliary device controller") at ports 60h and 64h, IRQ 1 and
 * IRQ 12, with a keyboard and a mouse. A byte on a cable takes 660 microseconds of virtual time;
 * the controller's own commands take none.
 *
 * <p>The A20 gate follows whoever wrote it last, this controller or port 92h, as in other virtual
 * PCs; the chips of a PC join both with an OR.
 */
public final class Kbc8042 implements Device, OpenToOutside, PortHandler {
  private static final int DATA = 0x60;
  private static final int STATUS_COMMAND = 0x64;
  private static final int KEYBOARD_IRQ = 1;
  private static final int MOUSE_IRQ = 12;

  private static final int STATUS_OUTPUT_FULL = 0x01;
  private static final int STATUS_SYSTEM = 0x04;
  private static final int STATUS_COMMAND_LAST = 0x08;
  private static final int STATUS_NOT_INHIBITED = 0x10;
  private static final int STATUS_MOUSE_DATA = 0x20;

  private static final int BYTE_KEYBOARD_INTERRUPT = 0x01;
  private static final int BYTE_MOUSE_INTERRUPT = 0x02;
  private static final int BYTE_SYSTEM = 0x04;
  private static final int BYTE_KEYBOARD_OFF = 0x10;
  private static final int BYTE_MOUSE_OFF = 0x20;
  private static final int BYTE_TRANSLATE = 0x40;

  private static final int OUTPUT_RESET = 0x01;
  private static final int OUTPUT_A20 = 0x02;

  // ---- commands
  private static final int READ_RAM = 0x20;
  private static final int WRITE_RAM = 0x60;
  private static final int TEST_PASSWORD = 0xa4;
  private static final int MOUSE_OFF = 0xa7;
  private static final int MOUSE_ON = 0xa8;
  private static final int TEST_MOUSE = 0xa9;
  private static final int SELF_TEST = 0xaa;
  private static final int TEST_KEYBOARD = 0xab;
  private static final int KEYBOARD_OFF = 0xad;
  private static final int KEYBOARD_ON = 0xae;
  private static final int READ_INPUT_PORT = 0xc0;
  private static final int READ_OUTPUT_PORT = 0xd0;
  private static final int WRITE_OUTPUT_PORT = 0xd1;
  private static final int WRITE_KEYBOARD_OUTPUT = 0xd2;
  private static final int WRITE_MOUSE_OUTPUT = 0xd3;
  private static final int WRITE_MOUSE = 0xd4;
  private static final int CLOSE_A20 = 0xdd;
  private static final int OPEN_A20 = 0xdf;
  private static final int READ_TEST_INPUTS = 0xe0;
  private static final int PULSE_OUTPUT_PORT = 0xf0;

  private static final int NONE = 0;
  private static final int SELF_TEST_PASSED = 0x55;
  private static final int NO_PASSWORD = 0xf1;

  /** Keyboard not locked, colour display, manufacturing jumper not set, second 256 KB enabled. */
  private static final int INPUT_PORT = 0xb0;

  /** 11 bits at 16.7 kHz. */
  private static final long BYTE_NANOS = 660_000;

  private final boolean afterFirmware;
  private final Event arrives =
      new Event("kbc8042.arrives") {
        @Override
        protected void fire(long due) {
          takeByte();
        }
      };

  private VirtualClock clock;
  private PhysicalBus bus;
  private CpuPins cpu;
  private UnmodelledAccess unmodelled;
  private InterruptLine irq1;
  private InterruptLine irq12;
  private Ps2Keyboard keyboard;
  private Ps2Mouse mouse;
  private Typist typist;

  /** The controller's 32 bytes of memory; byte 0 is the command byte. */
  private final byte[] ram = new byte[32];

  private int status;
  private int output;
  private int expecting;

  /** Whether the last byte of the keyboard was the break prefix, which translation swallows. */
  private boolean breakPrefix;

  private int suspendedInterrupts;

  /**
   * @param afterFirmware whether a reset leaves it as POST would: translating, with the keyboard's
   *     interrupt on
   */
  public Kbc8042(boolean afterFirmware) {
    this.afterFirmware = afterFirmware;
  }

  @Override
  public void attach(Wiring wiring) {
    clock = wiring.clock();
    bus = wiring.bus();
    cpu = wiring.cpu();
    unmodelled = wiring.unmodelled();
    irq1 = wiring.irq(KEYBOARD_IRQ);
    irq12 = wiring.irq(MOUSE_IRQ);
    keyboard = new Ps2Keyboard(clock, unmodelled);
    mouse = new Ps2Mouse(clock, unmodelled);
    typist = new Typist(clock, keyboard);
    keyboard.connect(this::wantByte);
    mouse.connect(this::wantByte);
    wiring.ports().map(DATA, 1, 1, this);
    wiring.ports().map(STATUS_COMMAND, 1, 1, this);
  }

  @Override
  public void reset(ResetKind kind) {
    status = STATUS_NOT_INHIBITED;
    output = 0;
    expecting = NONE;
    breakPrefix = false;
    suspendedInterrupts = 0;
    clock.cancel(arrives);
    Arrays.fill(ram, (byte) 0);
    setCommandByte(BYTE_KEYBOARD_OFF | BYTE_MOUSE_OFF);
    if (kind == ResetKind.POWER_ON) {
      keyboard.powerOn();
      mouse.powerOn();
      if (afterFirmware) {
        keyboard.asFirmwareLeavesIt();
        mouse.asFirmwareLeavesIt();
      }
    }
    if (afterFirmware) {
      setCommandByte(BYTE_KEYBOARD_INTERRUPT | BYTE_SYSTEM | BYTE_MOUSE_OFF | BYTE_TRANSLATE);
    }
    driveInterrupts();
  }

  /** Who presses keys; may be asked by any thread. */
  public Typist typist() {
    return typist;
  }

  /**
   * Moves the mouse; on the machine's thread.
   *
   * @param right counts to the right
   * @param up counts away from the user
   * @param wheel notches towards the user
   */
  public void moveMouse(int right, int up, int wheel) {
    mouse.move(right, up, wheel);
  }

  /** Sets the mouse's buttons, left in bit 0, right, middle, fourth, fifth; machine's thread. */
  public void setMouseButtons(int down) {
    mouse.setButtons(down);
  }

  /** The keyboard's lights: bit 0 Scroll Lock, bit 1 Num Lock, bit 2 Caps Lock. */
  public int keyboardLights() {
    return keyboard.lights();
  }

  @Override
  public void poll() {
    typist.poll();
  }

  @Override
  public int in(int port, int size) {
    if (port == STATUS_COMMAND) {
      return status | (has(BYTE_SYSTEM) ? STATUS_SYSTEM : 0);
    }
    int value = output;
    status &= ~(STATUS_OUTPUT_FULL | STATUS_MOUSE_DATA);
    driveInterrupts();
    wantByte();
    return value;
  }

  @Override
  public void out(int port, int size, int value) {
    if (port == STATUS_COMMAND) {
      status |= STATUS_COMMAND_LAST;
      command(value);
    } else {
      status &= ~STATUS_COMMAND_LAST;
      int command = expecting;
      expecting = NONE;
      data(command, value);
    }
  }

  @Override
  public void suspend(PowerPhase phase) {
    if (phase == PowerPhase.FREEZE) {
      suspendedInterrupts = ram[0] & (BYTE_KEYBOARD_INTERRUPT | BYTE_MOUSE_INTERRUPT);
      setCommandByte(ram[0] & ~suspendedInterrupts);
    }
  }

  @Override
  public void resume(PowerPhase phase) {
    if (phase == PowerPhase.FREEZE) {
      setCommandByte(ram[0] | suspendedInterrupts);
      suspendedInterrupts = 0;
    }
  }

  @Override
  public String sectionName() {
    return "kbc8042";
  }

  @Override
  public void save(Section out) {
    out.put("ram", ram).put("status", status).put("output", output).put("expecting", expecting);
    out.put("breakPrefix", breakPrefix).put("arrivesAt", arrives.dueNanos());
    out.put("suspendedInterrupts", suspendedInterrupts);
    keyboard.save("keyboard.", out);
    mouse.save("mouse.", out);
  }

  /** What the typist has still to type is not the machine's. */
  @Override
  public void restore(Section in) {
    in.getBytes("ram", ram);
    status = in.getInt("status");
    output = in.getInt("output");
    expecting = in.getInt("expecting");
    breakPrefix = in.getBoolean("breakPrefix");
    clock.scheduleAgain(arrives, in.getLong("arrivesAt"));
    suspendedInterrupts = in.getInt("suspendedInterrupts");
    keyboard.restore("keyboard.", in);
    mouse.restore("mouse.", in);
    driveInterrupts();
  }

  @Override
  public String toString() {
    return "kbc8042";
  }

  private void command(int value) {
    expecting = NONE;
    if (value >= READ_RAM && value < READ_RAM + ram.length) {
      answer(ram[value - READ_RAM] & 0xff);
    } else if (value >= WRITE_RAM && value < WRITE_RAM + ram.length) {
      expecting = value;
    } else if (value >= PULSE_OUTPUT_PORT) {
      if ((value & OUTPUT_RESET) == 0) {
        cpu.requestReset(ResetKind.HARD);
      }
    } else {
      other(value);
    }
  }

  private void other(int value) {
    switch (value) {
      case TEST_PASSWORD -> answer(NO_PASSWORD);
      case MOUSE_OFF -> setCommandByte(ram[0] | BYTE_MOUSE_OFF);
      case MOUSE_ON -> setCommandByte(ram[0] & ~BYTE_MOUSE_OFF);
      case TEST_MOUSE, TEST_KEYBOARD -> answer(0);
      case SELF_TEST -> {
        setCommandByte(ram[0] | BYTE_SYSTEM);
        answer(SELF_TEST_PASSED);
      }
      case KEYBOARD_OFF -> setCommandByte(ram[0] | BYTE_KEYBOARD_OFF);
      case KEYBOARD_ON -> setCommandByte(ram[0] & ~BYTE_KEYBOARD_OFF);
      case READ_INPUT_PORT -> answer(INPUT_PORT);
      case READ_OUTPUT_PORT -> answer(outputPort());
      case WRITE_OUTPUT_PORT, WRITE_KEYBOARD_OUTPUT, WRITE_MOUSE_OUTPUT, WRITE_MOUSE ->
          expecting = value;
      case CLOSE_A20, OPEN_A20 -> bus.setA20(value == OPEN_A20);
      case READ_TEST_INPUTS ->
          answer((has(BYTE_KEYBOARD_OFF) ? 0 : 1) | (has(BYTE_MOUSE_OFF) ? 0 : 2));
      default -> unmodelled.record("kbc8042: command %02Xh", value);
    }
  }

  private void data(int command, int value) {
    if (command >= WRITE_RAM && command < WRITE_RAM + ram.length) {
      if (command == WRITE_RAM) {
        setCommandByte(value);
      } else {
        ram[command - WRITE_RAM] = (byte) value;
      }
      return;
    }
    switch (command) {
      case NONE -> {
        setCommandByte(ram[0] & ~BYTE_KEYBOARD_OFF); // sending switches the keyboard on
        breakPrefix = false;
        keyboard.receive(value);
      }
      case WRITE_OUTPUT_PORT -> {
        bus.setA20((value & OUTPUT_A20) != 0);
        if ((value & OUTPUT_RESET) == 0) {
          cpu.requestReset(ResetKind.HARD);
        }
      }
      case WRITE_KEYBOARD_OUTPUT -> answer(value);
      case WRITE_MOUSE_OUTPUT -> fill(value, true);
      case WRITE_MOUSE -> {
        setCommandByte(ram[0] & ~BYTE_MOUSE_OFF);
        mouse.receive(value);
      }
      default -> throw new AssertionError(command);
    }
  }

  /** Clock and data lines high, interrupts as they are, A20 as it is, RESET# high. */
  private int outputPort() {
    boolean full = (status & STATUS_OUTPUT_FULL) != 0;
    boolean fromMouse = (status & STATUS_MOUSE_DATA) != 0;
    return 0xc0
        | (full && !fromMouse ? 0x10 : 0)
        | (full && fromMouse ? 0x20 : 0)
        | (bus.a20() ? OUTPUT_A20 : 0)
        | OUTPUT_RESET;
  }

  private boolean has(int bit) {
    return (ram[0] & bit) != 0;
  }

  private void setCommandByte(int value) {
    ram[0] = (byte) value;
    driveInterrupts();
    wantByte();
  }

  /** The controller's own answer replaces what is in the output buffer. */
  private void answer(int value) {
    fill(value, false);
  }

  private void fill(int value, boolean fromMouse) {
    output = value;
    status |= STATUS_OUTPUT_FULL;
    status = fromMouse ? status | STATUS_MOUSE_DATA : status & ~STATUS_MOUSE_DATA;
    driveInterrupts();
  }

  private boolean keyboardSends() {
    return keyboard.hasOutput() && !has(BYTE_KEYBOARD_OFF);
  }

  private boolean mouseSends() {
    return mouse.hasOutput() && !has(BYTE_MOUSE_OFF);
  }

  /** Lets a byte come over a cable, when one waits and there is room for it. */
  private void wantByte() {
    boolean room = (status & STATUS_OUTPUT_FULL) == 0;
    if (room && (keyboardSends() || mouseSends()) && !arrives.isScheduled()) {
      clock.schedule(arrives, clock.nanos() + BYTE_NANOS);
    }
  }

  private void takeByte() {
    if ((status & STATUS_OUTPUT_FULL) != 0) {
      return; // the controller has answered something; the cable waits until it is read
    }
    if (keyboardSends()) {
      int value = keyboard.take();
      if (!has(BYTE_TRANSLATE)) {
        fill(value, false);
      } else if (value == 0xf0) {
        breakPrefix = true;
        wantByte();
      } else {
        fill(Translation.toSet1(value) | (breakPrefix ? 0x80 : 0), false);
        breakPrefix = false;
      }
    } else if (mouseSends()) {
      fill(mouse.take(), true);
    }
  }

  private void driveInterrupts() {
    boolean full = (status & STATUS_OUTPUT_FULL) != 0;
    boolean fromMouse = (status & STATUS_MOUSE_DATA) != 0;
    irq1.set(full && !fromMouse && has(BYTE_KEYBOARD_INTERRUPT));
    irq12.set(full && fromMouse && has(BYTE_MOUSE_INTERRUPT));
  }
}
