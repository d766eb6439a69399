package dev.biosgateway.x86.device.pic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.state.Section;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The 8259A pair against its data sheet, through its ports. */
class Pic8259PairTest {
  private static final int EOI = 0x20;
  private static final int SPECIFIC_EOI = 0x60;
  private static final int READ_IRR = 0x0a;
  private static final int READ_ISR = 0x0b;

  private final DeviceBench bench = new DeviceBench();
  private final Pic8259Pair pic = bench.plug(new Pic8259Pair());
  private final Map<Integer, InterruptLine> wires = new HashMap<>();

  @BeforeEach
  void initialiseAsPost() {
    initialise(0x01);
  }

  private void initialise(int icw4) {
    bench.out(0x20, 0x11);
    bench.out(0x21, 0x08);
    bench.out(0x21, 0x04);
    bench.out(0x21, icw4);
    bench.out(0xa0, 0x11);
    bench.out(0xa1, 0x70);
    bench.out(0xa1, 0x02);
    bench.out(0xa1, icw4);
    bench.out(0x21, 0);
    bench.out(0xa1, 0);
  }

  /** One wire for each input, laid when it is first used. */
  private InterruptLine line(int irq) {
    return wires.computeIfAbsent(irq, pic::irq);
  }

  private void pulse(int... irqs) {
    for (int irq : irqs) {
      line(irq).set(true);
    }
  }

  private void drop(int... irqs) {
    for (int irq : irqs) {
      line(irq).set(false);
    }
  }

  private int status(int port, int which) {
    bench.out(port, which);
    return bench.in(port);
  }

  @Test
  void powersOnMaskedAndSilent() {
    pic.reset(ResetKind.POWER_ON);
    pulse(0, 1, 8);
    assertFalse(bench.intr);
    assertEquals(0xff, bench.in(0x21));
    assertEquals(0xff, bench.in(0xa1));
  }

  @Test
  void highestPriorityFirstAndNested() {
    pulse(3, 1, 4);
    assertEquals(0x1a, status(0x20, READ_IRR));
    assertTrue(bench.intr);
    assertEquals(0x09, bench.acknowledge.acknowledge());
    assertEquals(0x02, status(0x20, READ_ISR));
    assertEquals(0x18, status(0x20, READ_IRR));
    assertFalse(bench.intr, "lower priorities wait");
    pulse(0);
    assertTrue(bench.intr, "a higher one interrupts");
    assertEquals(0x08, bench.acknowledge.acknowledge());
    bench.out(0x20, EOI);
    assertEquals(0x02, status(0x20, READ_ISR), "the EOI ended the highest in service");
    bench.out(0x20, EOI);
    assertEquals(0x0b, bench.acknowledge.acknowledge());
    bench.out(0x20, SPECIFIC_EOI | 3);
    assertEquals(0x0c, bench.acknowledge.acknowledge());
  }

  @Test
  void slaveGoesThroughTheCascade() {
    pulse(8);
    assertEquals(0x04, status(0x20, READ_IRR));
    assertEquals(0x70, bench.acknowledge.acknowledge());
    assertEquals(0x04, status(0x20, READ_ISR));
    assertEquals(0x01, status(0xa0, READ_ISR));
    pulse(3);
    assertFalse(bench.intr, "IRQ 3 is below the cascade");
    pulse(1);
    assertEquals(0x09, bench.acknowledge.acknowledge());
  }

  @Test
  void maskKeepsTheRequestWaiting() {
    bench.out(0x21, 0x02);
    pulse(1);
    assertFalse(bench.intr);
    assertEquals(0x02, status(0x20, READ_IRR));
    assertEquals(0x02, bench.in(0x21));
    bench.out(0x21, 0);
    assertTrue(bench.intr);
  }

  @Test
  void edgeWantsALowFirst() {
    pulse(5);
    assertEquals(0x0d, bench.acknowledge.acknowledge());
    bench.out(0x20, EOI);
    assertFalse(bench.intr, "still high is no new edge");
    pulse(5);
    assertFalse(bench.intr);
    drop(5);
    pulse(5);
    assertTrue(bench.intr);
  }

  @Test
  void requestThatDropsBecomesSpurious() {
    pulse(3);
    drop(3);
    assertFalse(bench.intr);
    assertEquals(0x0f, bench.acknowledge.acknowledge());
    assertEquals(0, status(0x20, READ_ISR), "a spurious interrupt is not in service");
    pulse(9);
    bench.out(0xa1, 0x02); // masks it between request and acknowledge
    line(10).set(true);
    line(10).set(false);
    assertEquals(0x0f, bench.acknowledge.acknowledge());
  }

  @Test
  void spuriousOfTheSlaveLeavesTheCascadeInService() {
    // The slave's INT reaches the master, then the slave's request goes before its INTA.
    pulse(12);
    bench.out(0xa0, 0x0c); // poll: the read acknowledges the slave alone
    assertEquals(0x84, bench.in(0xa0));
    assertEquals(0x10, status(0xa0, READ_ISR));
    assertFalse(bench.intr, "its INT went low again");
  }

  @Test
  void levelTriggeredByElcr() {
    bench.out(0x4d0, 0x20);
    assertEquals(0x20, bench.in(0x4d0));
    pulse(5);
    assertEquals(0x0d, bench.acknowledge.acknowledge());
    bench.out(0x20, EOI);
    assertTrue(bench.intr, "the level still stands");
    drop(5);
    assertFalse(bench.intr);
  }

  @Test
  void elcrRefusesInputsThatAreAlwaysEdges() {
    bench.out(0x4d0, 0xff);
    bench.out(0x4d1, 0xff);
    assertEquals(0xf8, bench.in(0x4d0));
    assertEquals(0xde, bench.in(0x4d1));
    assertTrue(bench.recorded("ELCR"));
  }

  /** Data sheet, "Automatic Rotation": the input just served gets the lowest priority. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 5, 6, 7})
  void rotationOnNonSpecificEoi(int served) {
    pulse(served);
    bench.acknowledge.acknowledge();
    bench.out(0x20, 0xa0);
    drop(served);
    pulse(0, 1, 3, 4, 5, 6, 7);
    for (int i = 1; i <= 8; i++) {
      int expected = served + i & 7;
      if (expected != 2) {
        assertEquals(0x08 + expected, bench.acknowledge.acknowledge());
        bench.out(0x20, EOI);
      }
    }
  }

  @Test
  void setPriorityCommandAndSpecificRotation() {
    bench.out(0x20, 0xc0 | 4); // IR4 lowest, IR5 highest
    pulse(0, 4, 5);
    assertEquals(0x0d, bench.acknowledge.acknowledge());
    bench.out(0x20, 0xe0 | 5); // ends IR5 and makes it the lowest
    assertEquals(0x08, bench.acknowledge.acknowledge());
    bench.out(0x20, SPECIFIC_EOI);
    drop(5);
    pulse(5);
    assertEquals(0x0c, bench.acknowledge.acknowledge());
  }

  @Test
  void automaticEoiAndItsRotation() {
    initialise(0x03);
    pulse(1, 4);
    assertEquals(0x09, bench.acknowledge.acknowledge());
    assertEquals(0, status(0x20, READ_ISR));
    assertEquals(0x0c, bench.acknowledge.acknowledge(), "nothing is in service");
    bench.out(0x20, 0x80); // rotate in automatic EOI mode
    drop(1, 4);
    pulse(1);
    bench.acknowledge.acknowledge();
    drop(1);
    pulse(1, 4);
    assertEquals(0x0c, bench.acknowledge.acknowledge(), "IR1 is the lowest now");
  }

  @Test
  void specialMaskLetsLowerOnesIn() {
    pulse(1);
    bench.acknowledge.acknowledge();
    bench.out(0x21, 0x02);
    pulse(6);
    assertFalse(bench.intr);
    bench.out(0x20, 0x68);
    assertTrue(bench.intr);
    assertEquals(0x0e, bench.acknowledge.acknowledge());
    bench.out(0x20, EOI);
    assertEquals(0x02, status(0x20, READ_ISR), "a masked bit is not ended by non-specific EOI");
    bench.out(0x20, 0x48);
    bench.out(0x20, EOI);
    assertEquals(0, status(0x20, READ_ISR));
  }

  @Test
  void specialFullyNestedModeLetsTheSlaveInterruptItself() {
    initialise(0x11);
    pulse(12);
    assertEquals(0x74, bench.acknowledge.acknowledge());
    pulse(8);
    assertTrue(bench.intr);
    assertEquals(0x70, bench.acknowledge.acknowledge());
    initialise(0x01);
    drop(8, 12);
    pulse(12);
    assertEquals(0x74, bench.acknowledge.acknowledge());
    pulse(8);
    assertFalse(bench.intr, "without it the cascade in service blocks");
  }

  @Test
  void pollIsAnAcknowledge() {
    bench.out(0x20, 0x0c);
    assertEquals(0x00, bench.in(0x20), "nothing waits");
    pulse(3);
    bench.out(0x20, 0x0c);
    assertEquals(0x83, bench.in(0x21), "the next read of either port");
    assertFalse(bench.intr);
    assertEquals(0x08, status(0x20, READ_ISR));
  }

  @Test
  void icw1ForgetsEdgesMaskAndPriority() {
    bench.out(0x20, 0xc3);
    bench.out(0x21, 0xff);
    pulse(1);
    bench.out(0x20, 0x11);
    bench.out(0x21, 0x20);
    bench.out(0x21, 0x04);
    bench.out(0x21, 0x01);
    assertEquals(0, bench.in(0x21));
    assertFalse(bench.intr);
    drop(1);
    pulse(1, 7);
    assertEquals(0x21, bench.acknowledge.acknowledge());
  }

  @Test
  void whatIsNotModelledIsRecorded() {
    bench.out(0x20, 0x18);
    assertTrue(bench.recorded("LTIM"));
    assertTrue(bench.recorded("no ICW4"));
  }

  @Test
  void theCascadeIsNoInputForDevices() {
    assertThrows(IllegalArgumentException.class, () -> pic.irq(2));
    assertThrows(IllegalArgumentException.class, () -> pic.irq(16));
  }

  @Test
  void savedInTheMiddleOfInitialisationAndService() {
    pulse(3, 12);
    bench.acknowledge.acknowledge();
    bench.out(0xa0, 0x11);
    bench.out(0xa1, 0x78);
    Section saved = DeviceBench.save(pic);
    boolean intr = bench.intr;
    bench.out(0xa1, 0x02);
    bench.out(0xa1, 0x01);
    bench.out(0x20, EOI);
    drop(3);
    pic.restore(saved.rewind());
    assertEquals(saved, DeviceBench.save(pic));
    assertEquals(intr, bench.intr);
    bench.out(0xa1, 0x02); // goes on with ICW3
    bench.out(0xa1, 0x01);
    bench.out(0xa1, 0xfe);
    assertEquals(0xfe, bench.in(0xa1));
  }
}
