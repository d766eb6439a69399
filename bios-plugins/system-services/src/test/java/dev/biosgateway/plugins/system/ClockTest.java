package dev.biosgateway.plugins.system;

import static dev.biosgateway.api.Register.AL;
import static dev.biosgateway.api.Register.CX;
import static dev.biosgateway.api.Register.DX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.testkit.bare.BareGateway;
import dev.biosgateway.testkit.bare.BareMachine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** INT 1Ah AH=00h-05h: the real time clock and the tick counter. */
@BareMachine(startTime = "2004-02-28T21:59:08Z")
class ClockTest {
  private static final long SECONDS = (21 * 60 + 59) * 60 + 8;
  private static final long PIT_HZ = 1193182;
  private static final int MIDNIGHTS = 0x470;

  private Services services;

  @BeforeEach
  void mapRom(BareGateway gateway) {
    services = new Services(gateway);
  }

  private CallResult clock(int ax, int cx, int dx) {
    CallResult result = services.call(0x1a, ax, call -> call.register(CX, cx).register(DX, dx));
    assertFalse(result.registers().carry(), result::toString);
    return result;
  }

  private void assertClock(int ax, long cx, long dx) {
    CallResult result = clock(ax, 0, 0);
    assertEquals(Long.toHexString(cx), Long.toHexString(result.get(CX)));
    assertEquals(Long.toHexString(dx), Long.toHexString(result.get(DX)));
  }

  @Test
  void timeAndDateAreBcd() {
    assertClock(0x0200, 0x2159, 0x0800);
    assertClock(0x0400, 0x2004, 0x0228);
  }

  @Test
  void timeIsSet() {
    clock(0x0300, 0x0807, 0x0900);
    assertClock(0x0200, 0x0807, 0x0900);
    assertClock(0x0400, 0x2004, 0x0228);
  }

  @Test
  void dateIsSet() {
    clock(0x0500, 0x1999, 0x1231);
    assertClock(0x0400, 0x1999, 0x1231);
    assertClock(0x0200, 0x2159, 0x0800);
  }

  @Test
  void ticksStartWithTheClock() {
    long ticks = SECONDS * PIT_HZ >> 16;
    assertClock(0x0000, ticks >> 16, ticks & 0xffff);
  }

  @Test
  void ticksAreSet() {
    clock(0x0100, 0x0012, 0x3456);
    assertClock(0x0000, 0x0012, 0x3456);
  }

  @Test
  void midnightIsToldOnce() {
    services.poke(MIDNIGHTS, (byte) 1);
    assertEquals(1, services.call(0x1a, 0x0055).get(AL));
    assertEquals(0, services.call(0x1a, 0x0055).get(AL));
  }

  @Test
  void unknownServiceSaysSo() {
    for (int ah : new int[] {0x06, 0x07, 0x10, 0xb0, 0xb2, 0xff}) {
      assertTrue(services.call(0x1a, ah << 8).registers().carry(), () -> "AH=" + ah);
    }
  }
}
