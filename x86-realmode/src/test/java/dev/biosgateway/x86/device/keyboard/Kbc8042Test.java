package dev.biosgateway.x86.device.keyboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The 8042, the keyboard and the mouse against IBM's reference, through ports 60h and 64h. */
class Kbc8042Test {
  private static final long MILLI = 1_000_000;

  private final DeviceBench bench = new DeviceBench();
  private final Kbc8042 controller = bench.plug(new Kbc8042(false));

  @BeforeEach
  void initialise() {
    bench.runFor(20 * MILLI);
    command(0xaa);
    assertEquals(List.of(0x55), read());
    setByte(0x47); // both interrupts, system flag, translation
    assertEquals(List.of(0xaa, 0xaa, 0x00), read(), "self-tests of keyboard and mouse");
  }

  private void command(int value) {
    bench.out(0x64, value);
  }

  private void setByte(int value) {
    command(0x60);
    bench.out(0x60, value);
  }

  /** Everything that comes within 50 ms, as a polling guest reads it. */
  private List<Integer> read() {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      if ((bench.in(0x64) & 1) != 0) {
        out.add(bench.in(0x60));
      }
      bench.runFor(MILLI);
    }
    return out;
  }

  private List<Integer> keyboard(int... bytes) {
    List<Integer> out = new ArrayList<>();
    for (int b : bytes) {
      bench.out(0x60, b);
      out.addAll(read());
    }
    return out;
  }

  private List<Integer> mouse(int... bytes) {
    List<Integer> out = new ArrayList<>();
    for (int b : bytes) {
      command(0xd4);
      bench.out(0x60, b);
      out.addAll(read());
    }
    return out;
  }

  private List<Integer> tap(Key... keys) {
    controller.typist().chord(List.of(keys));
    controller.poll();
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      out.addAll(read());
    }
    return out;
  }

  @Test
  void controllerCommands() {
    command(0x20);
    assertEquals(List.of(0x47), read());
    command(0x64);
    bench.out(0x60, 0x5a);
    command(0x24);
    assertEquals(List.of(0x5a), read(), "memory of its own");
    command(0xab);
    assertEquals(List.of(0), read());
    command(0xa9);
    assertEquals(List.of(0), read());
    command(0xa4);
    assertEquals(List.of(0xf1), read(), "no password");
    command(0xc0);
    assertEquals(List.of(0xb0), read());
    command(0xa7);
    command(0xad);
    command(0x20);
    assertEquals(List.of(0x77), read(), "both devices off");
    command(0xb8);
    assertTrue(bench.recorded("kbc8042: command B8h"));
  }

  @Test
  void statusSaysWhatWasWrittenLastAndWhoseDataItIs() {
    command(0xd3);
    assertEquals(0x1c, bench.in(0x64));
    bench.out(0x60, 0x12);
    assertEquals(0x35, bench.in(0x64));
    assertTrue(bench.lines[12]);
    assertFalse(bench.lines[1]);
    assertEquals(0x12, bench.in(0x60));
    assertEquals(0x14, bench.in(0x64));
    assertFalse(bench.lines[12]);
  }

  @Test
  void outputPortOpensA20AndResets() {
    command(0xd1);
    bench.out(0x60, 0xdd);
    assertFalse(bench.bus.a20());
    command(0xd0);
    assertEquals(List.of(0xc1), read());
    command(0xdf);
    assertTrue(bench.bus.a20());
    command(0xff);
    assertNull(bench.requestedReset, "pulses nothing");
    command(0xfe);
    assertEquals(ResetKind.HARD, bench.requestedReset);
  }

  @Test
  void keysComeInSet1ByTranslation() {
    assertEquals(List.of(0x1e, 0x9e), tap(Key.A));
    assertEquals(List.of(0x2a, 0x1e, 0x9e, 0xaa), tap(Key.LEFT_SHIFT, Key.A));
    assertEquals(List.of(0xe0, 0x48, 0xe0, 0xc8), tap(Key.UP));
    assertEquals(List.of(0x41, 0xc1), tap(Key.F7));
    assertEquals(List.of(0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5), tap(Key.PAUSE));
    assertEquals(List.of(0xe0, 0x2a, 0xe0, 0x37, 0xe0, 0xb7, 0xe0, 0xaa), tap(Key.PRINT_SCREEN));
    assertEquals(List.of(0x38, 0x54, 0xd4, 0xb8), tap(Key.LEFT_ALT, Key.PRINT_SCREEN));
    assertEquals(List.of(0x1d, 0xe0, 0x46, 0xe0, 0xc6, 0x9d), tap(Key.LEFT_CONTROL, Key.PAUSE));
  }

  @Test
  void threeScanCodeSetsWithoutTranslation() {
    setByte(0x07);
    assertEquals(List.of(0x1c, 0xf0, 0x1c), tap(Key.A));
    assertEquals(List.of(0xe0, 0x75, 0xe0, 0xf0, 0x75), tap(Key.UP));
    assertEquals(List.of(0xfa, 0xfa), keyboard(0xf0, 1));
    assertEquals(List.of(0x1e, 0x9e), tap(Key.A));
    assertEquals(List.of(0xe0, 0x48, 0xe0, 0xc8), tap(Key.UP));
    assertEquals(List.of(0xfa, 0xfa), keyboard(0xf0, 3));
    assertEquals(List.of(0x1c), tap(Key.A), "typematic keys send no break in set 3");
    assertEquals(List.of(0x12, 0xf0, 0x12), tap(Key.LEFT_SHIFT));
    assertEquals(List.of(0x08), tap(Key.ESCAPE));
    assertEquals(List.of(0xfa, 0xfa, 3), keyboard(0xf0, 0));
    assertEquals(List.of(0xfa), keyboard(0xf8));
    assertEquals(List.of(0x1c, 0xf0, 0x1c), tap(Key.A), "all make and break");
    assertEquals(List.of(0xfa, 0xfa), keyboard(0xfd, 0x1c));
    assertEquals(List.of(0xfa), keyboard(0xf4));
    assertEquals(List.of(0x1c), tap(Key.A), "this one make only");
    assertEquals(List.of(0xfa, 0xfe), keyboard(0xf0, 4), "no such set");
  }

  @Test
  void keyboardCommands() {
    assertEquals(List.of(0xee), keyboard(0xee));
    assertEquals(List.of(0xfa, 0xab, 0x41), keyboard(0xf2), "83h translated");
    assertEquals(List.of(0xfa, 0xfa), keyboard(0xed, 0x05));
    assertEquals(0x05, controller.keyboardLights());
    assertEquals(List.of(0xfe), keyboard(0x11), "no such command");
    assertEquals(List.of(0xfa), keyboard(0xf5));
    assertEquals(List.of(), tap(Key.A), "disabled");
    assertEquals(List.of(0xfa), keyboard(0xf4));
    assertEquals(List.of(0x1e, 0x9e), tap(Key.A));
    assertEquals(List.of(0x1e), keyboard(0xfe), "the last byte, without its prefix");
    assertEquals(List.of(0xfa, 0xaa), keyboard(0xff));
  }

  @Test
  void aHeldKeyRepeatsAsItsRateSays() {
    keyboard(0xf3, 0x00); // after 250 ms, every 33.36 ms
    controller.typist().press(Key.X);
    controller.poll();
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      out.addAll(read());
    }
    // Down at 10 ms, first again at 260 ms, then 294 and 327 ms.
    assertEquals(List.of(0x2d, 0x2d, 0x2d, 0x2d), out.subList(0, 4));
    assertEquals(4, out.size());
    controller.typist().release(Key.X);
    controller.poll();
    out.clear();
    out.addAll(read());
    assertEquals(0xad, out.get(out.size() - 1));
    assertEquals(List.of(), read());
  }

  @Test
  void whatFindsNoRoomIsAnOverrun() {
    Ps2Keyboard alone = new Ps2Keyboard(bench.clock, bench.unmodelled);
    alone.powerOn();
    bench.runFor(5 * MILLI);
    assertEquals(0xaa, alone.take());
    for (int i = 0; i < 10; i++) {
      alone.set(Key.A, true);
      alone.set(Key.A, false);
    }
    List<Integer> sent = new ArrayList<>();
    while (alone.hasOutput()) {
      sent.add(alone.take());
    }
    assertEquals(16, sent.size());
    assertEquals(0x00, sent.get(15), "the overrun code of set 2");
  }

  @Test
  void typesTextOfTheUsLayout() {
    controller.typist().type("a!\n");
    controller.poll();
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      out.addAll(read());
    }
    assertEquals(List.of(0x1e, 0x9e, 0x2a, 0x02, 0x82, 0xaa, 0x1c, 0x9c), out);
    assertTrue(controller.typist().isIdle());
    assertThrows(IllegalArgumentException.class, () -> controller.typist().type("\u00fc"));
  }

  @Test
  void mouseCommandsAndPackets() {
    assertEquals(List.of(0xfa, 0x00), mouse(0xf2));
    assertEquals(List.of(0xfa, 0x00, 0x02, 0x64), mouse(0xe9));
    assertEquals(List.of(0xfa, 0xfa), mouse(0xe8, 3));
    assertEquals(List.of(0xfa, 0xfc), mouse(0xe8, 4));
    controller.moveMouse(5, -3, 0);
    assertEquals(List.of(), read(), "not reporting yet");
    assertEquals(List.of(0xfa), mouse(0xf4));
    controller.moveMouse(5, -3, 0);
    assertEquals(List.of(0x28, 0x05, 0xfd), read());
    controller.setMouseButtons(3);
    assertEquals(List.of(0x0b, 0, 0), read());
    assertEquals(List.of(0xfa, 0x25, 0x03, 0x64), mouse(0xe9), "left in bit 2, right in bit 0");
    controller.moveMouse(300, 0, 0);
    assertEquals(List.of(0x0b, 0xff, 0, 0x0b, 45, 0), read(), "two packets");
    assertEquals(List.of(0xfa, 0xaa, 0x00), mouse(0xff));
  }

  @Test
  void wheelAndFiveButtonsAfterTheKnock() {
    mouse(0xf3, 200, 0xf3, 100, 0xf3, 80);
    assertEquals(List.of(0xfa, 0x03), mouse(0xf2));
    mouse(0xf4);
    controller.moveMouse(0, 0, -1);
    assertEquals(List.of(0x08, 0, 0, 0xff), read());
    mouse(0xf3, 200, 0xf3, 200, 0xf3, 80);
    assertEquals(List.of(0xfa, 0x04), mouse(0xf2));
    controller.setMouseButtons(0x10);
    assertEquals(List.of(0x08, 0, 0, 0x20), read());
  }

  @Test
  void wrapAndRemoteMode() {
    mouse(0xee);
    assertEquals(List.of(0x12), mouse(0x12));
    assertEquals(List.of(0xfa), mouse(0xec));
    mouse(0xf0);
    controller.moveMouse(1, 1, 0);
    assertEquals(List.of(), read());
    assertEquals(List.of(0xfa, 0x08, 1, 1), mouse(0xeb));
  }

  @Test
  void savedBetweenTwoBytesItGoesOn() {
    bench.out(0x60, 0xf2);
    bench.runFor(MILLI);
    assertEquals(0xfa, bench.in(0x60));
    Section saved = DeviceBench.save(controller);
    keyboard(0xf5);
    controller.restore(saved.rewind());
    assertEquals(saved, DeviceBench.save(controller));
    assertEquals(List.of(0xab, 0x41), read());
  }

  @Test
  void suspendedItInterruptsNobody() {
    controller.suspend(PowerPhase.FREEZE);
    command(0xd2);
    bench.out(0x60, 1);
    assertFalse(bench.lines[1]);
    controller.resume(PowerPhase.FREEZE);
    assertTrue(bench.lines[1]);
  }
}
