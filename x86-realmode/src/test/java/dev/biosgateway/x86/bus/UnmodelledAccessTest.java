package dev.biosgateway.x86.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UnmodelledAccessTest {
  private final UnmodelledAccess unmodelled = new UnmodelledAccess();

  private List<String> entries() {
    return unmodelled.entries().stream().map(Object::toString).toList();
  }

  @Test
  void countsInTheOrderOfTheFirstTouch() {
    for (String what : List.of("b", "a", "b")) {
      unmodelled.record(what);
    }
    assertEquals(List.of("b x2", "a x1"), entries());
    unmodelled.clear();
    assertEquals(List.of(), entries());
  }

  @Test
  void asksForThePlaceOnceForEachThing() {
    AtomicInteger asked = new AtomicInteger();
    unmodelled.setPlace(() -> "place " + asked.incrementAndGet());
    for (int call = 0; call < 3; call++) {
      unmodelled.record("a");
      unmodelled.record("b");
      unmodelled.clear();
    }
    assertEquals(2, asked.get());
  }

  @Test
  void aNumberMakesTextOnce() {
    for (int port = 0; port < 1000; port++) {
      unmodelled.record("in port 0x%04x", port);
      unmodelled.record("out port 0x%04x", port);
    }
    unmodelled.record("in port 0x%04x", 0x3f);
    unmodelled.record("in port 0x003f");
    assertEquals(2000, unmodelled.entries().size());
    assertTrue(entries().contains("in port 0x003f x3"));
    assertTrue(entries().contains("out port 0x003f x1"));
    unmodelled.clear();
    unmodelled.record("in port 0x%04x", 0x3f);
    assertEquals(List.of("in port 0x003f x1"), entries());
    long before = allocatedBytes();
    for (int n = 0; n < 100_000; n++) {
      unmodelled.record("in port 0x%04x", 0x3f);
    }
    assertTrue(allocatedBytes() - before < 100_000, "allocates with every touch");
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void numbersAreBoundedToo() {
    for (int i = 0; i < 5000; i++) {
      unmodelled.record("thing %d", i);
    }
    assertEquals(4096, unmodelled.entries().size());
    assertEquals(5000 - 4096, unmodelled.beyondMax());
    unmodelled.record("thing %d", 0);
    assertTrue(entries().contains("thing 0 x2"));
  }

  @Test
  void isBounded() {
    for (int i = 0; i < 5000; i++) {
      unmodelled.record("thing " + i);
    }
    assertEquals(4096, unmodelled.entries().size());
    assertEquals(5000 - 4096, unmodelled.beyondMax());
    unmodelled.record("thing 0");
    assertTrue(entries().contains("thing 0 x2"));
  }
}
