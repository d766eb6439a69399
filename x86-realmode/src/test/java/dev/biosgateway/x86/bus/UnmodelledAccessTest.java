package dev.biosgateway.x86.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
