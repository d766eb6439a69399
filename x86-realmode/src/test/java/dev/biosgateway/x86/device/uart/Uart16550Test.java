package dev.biosgateway.x86.device.uart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.state.Section;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The 16550 against its data sheet, through its ports, at 115200 baud 8N1. */
class Uart16550Test {
  /** Ten bits of 16 periods of 1.8432 MHz. */
  private static final long CHARACTER = 10L * 16 * 1_000_000_000L / 1_843_200;

  private static final int DATA = 0x3f8;
  private static final int IER = 0x3f9;
  private static final int IIR = 0x3fa;
  private static final int LCR = 0x3fb;
  private static final int MCR = 0x3fc;
  private static final int LSR = 0x3fd;
  private static final int MSR = 0x3fe;

  private final DeviceBench bench = new DeviceBench();
  private final Uart16550 uart = bench.plug(new Uart16550("com1", 0x3f8, 4));

  Uart16550Test() {
    bench.out(LCR, 0x80);
    bench.out(DATA, 1);
    bench.out(IER, 0);
    bench.out(LCR, 0x03);
    bench.out(MCR, 0x0b);
  }

  private void send(String text) {
    for (char c : text.toCharArray()) {
      bench.out(DATA, c);
    }
  }

  private void receive(String text) {
    uart.receive(text.getBytes(StandardCharsets.ISO_8859_1));
    uart.poll();
  }

  @Test
  void divisorLatchIsBehindDlab() {
    bench.out(LCR, 0x83);
    bench.out(DATA, 0x34);
    bench.out(IER, 0x12);
    assertEquals(0x34, bench.in(DATA));
    assertEquals(0x12, bench.in(IER));
    bench.out(LCR, 0x03);
    assertEquals(0, bench.in(IER));
  }

  @Test
  void aCharacterTakesItsTime() {
    assertEquals(0x60, bench.in(LSR));
    send("A");
    assertEquals(0x20, bench.in(LSR), "it went to the shift register at once");
    send("B");
    assertEquals(0x00, bench.in(LSR));
    bench.runFor(CHARACTER - 1);
    assertEquals("", bench.console.toString());
    bench.runFor(1);
    assertEquals("A", bench.console.toString());
    assertEquals(0x20, bench.in(LSR));
    bench.runFor(CHARACTER);
    assertEquals("AB", bench.console.toString());
    assertEquals(0x60, bench.in(LSR));
  }

  @Test
  void withoutAPaceACharacterIsGoneAtOnce() {
    uart.setPaced(false);
    send("A");
    bench.clock.fireDueEvents();
    assertEquals("A", bench.console.toString());
    assertEquals(0x60, bench.in(LSR));
  }

  @Test
  void fifoTakesSixteen() {
    bench.out(IIR, 0x01);
    send("0123456789abcdefg"); // one shifts, sixteen wait
    send("X"); // no room: the last is overwritten
    bench.runFor(17 * CHARACTER);
    assertEquals("0123456789abcdefX", bench.console.toString());
  }

  @Test
  void transmitterEmptyInterrupts() {
    bench.out(IER, 0x02);
    assertTrue(bench.lines[4], "enabling it while empty raises it");
    assertEquals(0x02, bench.in(IIR));
    assertFalse(bench.lines[4], "reading IIR takes it away");
    assertEquals(0x01, bench.in(IIR));
    bench.out(IIR, 0x01);
    send("ab");
    bench.in(IIR);
    assertFalse(bench.lines[4]);
    bench.runFor(CHARACTER);
    assertTrue(bench.lines[4]);
  }

  @Test
  void interruptNeedsOut2() {
    bench.out(MCR, 0x03);
    bench.out(IER, 0x02);
    assertFalse(bench.lines[4]);
    bench.out(MCR, 0x0b);
    assertTrue(bench.lines[4]);
  }

  @Test
  void receivedCharactersArriveAtThePaceOfTheLine() {
    bench.out(IER, 0x01);
    receive("hi");
    assertEquals(0, bench.in(LSR) & 1);
    bench.runFor(CHARACTER);
    assertTrue(bench.lines[4]);
    assertEquals(0x04, bench.in(IIR));
    assertEquals('h', bench.in(DATA));
    assertFalse(bench.lines[4]);
    assertEquals(0, bench.in(LSR) & 1);
    bench.runFor(CHARACTER);
    assertEquals('i', bench.in(DATA));
  }

  @Test
  void overrunIsALineStatusError() {
    receive("abc");
    bench.out(IER, 0x04);
    bench.runFor(3 * CHARACTER);
    assertTrue(bench.lines[4]);
    assertEquals(0x06, bench.in(IIR));
    assertEquals(0x63, bench.in(LSR));
    assertEquals(0x61, bench.in(LSR), "reading clears it");
    assertEquals('c', bench.in(DATA), "without FIFO the new one replaces the old");
  }

  @Test
  void triggerLevelAndTimeout() {
    bench.out(IIR, 0x41); // FIFO, four characters
    bench.out(IER, 0x01);
    receive("abc");
    bench.runFor(3 * CHARACTER);
    assertFalse(bench.lines[4], "below the trigger level");
    bench.runFor(4 * CHARACTER - 1);
    assertFalse(bench.lines[4]);
    bench.runFor(1);
    assertEquals(0xcc, bench.in(IIR), "four character times of silence");
    bench.in(DATA);
    assertEquals(0xc1, bench.in(IIR));
    receive("de");
    bench.runFor(2 * CHARACTER);
    assertEquals(0xc4, bench.in(IIR));
  }

  @Test
  void fifoCanBeCleared() {
    bench.out(IIR, 0x01);
    receive("abc");
    bench.runFor(3 * CHARACTER);
    bench.out(IIR, 0x03);
    assertEquals(0x60, bench.in(LSR));
    assertEquals(0xc1, bench.in(IIR));
  }

  @Test
  void loopback() {
    bench.out(MCR, 0x10 | 0x0a);
    assertEquals(0x90, bench.in(MSR) & 0xf0, "OUT2 is DCD, RTS is CTS");
    bench.out(MCR, 0x15);
    assertEquals(0x60, bench.in(MSR) & 0xf0, "OUT1 is RI, DTR is DSR");
    send("Z");
    bench.runFor(CHARACTER);
    assertEquals('Z', bench.in(DATA));
    assertEquals("", bench.console.toString());
  }

  @Test
  void modemDeltas() {
    bench.in(MSR);
    assertEquals(0xb0, bench.in(MSR));
    bench.out(IER, 0x08);
    bench.out(MCR, 0x18); // loopback: RTS and DTR are off, so CTS and DSR drop
    bench.out(MCR, 0x0b);
    assertEquals(0x00, bench.in(IIR));
    assertEquals(0xb3, bench.in(MSR));
    assertEquals(0x01, bench.in(IIR));
  }

  @Test
  void scratchKeepsItsValueAcrossReset() {
    bench.out(0x3ff, 0xa5);
    uart.reset(ResetKind.HARD);
    assertEquals(0xa5, bench.in(0x3ff));
    assertEquals(0x60, bench.in(LSR));
  }

  @Test
  void noDivisorNoLine() {
    bench.out(LCR, 0x83);
    bench.out(DATA, 0);
    bench.out(LCR, 0x03);
    send("A");
    bench.runFor(1_000_000_000L);
    assertEquals("", bench.console.toString());
    assertTrue(bench.recorded("divisor 0"));
  }

  @Test
  void suspendDrainsAndSilences() throws Exception {
    bench.out(IIR, 0x01);
    bench.out(IER, 0x02);
    send("bye");
    uart.suspend(PowerPhase.FREEZE);
    assertEquals("bye", bench.console.toString());
    assertFalse(bench.lines[4]);
    assertEquals(0, bench.in(IER));
    uart.resume(PowerPhase.FREEZE);
    assertEquals(0x02, bench.in(IER));
  }

  @Test
  void savedInTheMiddleOfACharacter() {
    bench.out(IIR, 0x01);
    send("abc");
    receive("xy");
    bench.runFor(CHARACTER + CHARACTER / 2);
    Section saved = DeviceBench.save(uart);
    Section clock = new Section("clock");
    bench.clock.save(clock);
    bench.console.setLength(0);
    bench.runFor(3 * CHARACTER);
    String rest = bench.console.toString();
    bench.clock.restore(clock.rewind());
    uart.restore(saved.rewind());
    assertEquals(saved, DeviceBench.save(uart));
    bench.console.setLength(0);
    bench.runFor(3 * CHARACTER);
    assertEquals("bc", rest);
    assertEquals(rest, bench.console.toString());
    assertEquals('x', bench.in(DATA));
  }
}
