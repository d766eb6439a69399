package dev.biosgateway.x86.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
  private final VirtualClock clock = new VirtualClock(10);
  private final List<String> fired = new ArrayList<>();

  private Event event(String name) {
    return new Event(name) {
      @Override
      protected void fire(long due) {
        fired.add(name + "@" + due);
      }
    };
  }

  @Test
  void timeFollowsInstructions() {
    clock.retire(7);
    assertEquals(70, clock.nanos());
    assertEquals(7, clock.retiredInstructions());
    assertEquals(Long.MAX_VALUE, clock.instructionsToNextEvent());
  }

  @Test
  void eventIsDueAtTheFirstInstructionBoundaryAtOrAfterItsInstant() {
    Event e = event("e");
    clock.schedule(e, 25);
    assertEquals(3, clock.instructionsToNextEvent());
    clock.retire(2);
    clock.fireDueEvents();
    assertEquals(List.of(), fired);
    clock.retire(1);
    assertEquals(0, clock.instructionsToNextEvent());
    clock.fireDueEvents();
    assertEquals(List.of("e@25"), fired);
    assertFalse(e.isScheduled());
  }

  @Test
  void sameInstantGoesByNameInWhateverOrderTheyWereScheduled() {
    for (String n : List.of("c", "a", "b")) {
      clock.schedule(event(n), 100);
    }
    clock.retire(10);
    clock.fireDueEvents();
    assertEquals(List.of("a@100", "b@100", "c@100"), fired);
  }

  @Test
  void haltedCpuSkipsToTheNextEvent() {
    assertFalse(clock.skipToNextEvent());
    clock.schedule(event("e"), 1_000_000);
    assertTrue(clock.skipToNextEvent());
    assertEquals(1_000_000, clock.nanos());
    assertEquals(0, clock.retiredInstructions());
    assertEquals(List.of("e@1000000"), fired);
  }

  @Test
  void periodicEventDoesNotDrift() {
    Event[] tick = new Event[1];
    tick[0] =
        new Event("tick") {
          @Override
          protected void fire(long due) {
            fired.add("t" + due);
            clock.schedule(tick[0], due + 7);
          }
        };
    clock.schedule(tick[0], 7);
    clock.retire(3);
    clock.fireDueEvents();
    assertEquals(List.of("t7", "t14", "t21", "t28"), fired);
  }

  @Test
  void queueOrdersLikeASortedMap() {
    Random random = new Random(42);
    TreeMap<Long, String> expected = new TreeMap<>();
    List<Event> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      long at = random.nextInt(1 << 20) * 1000L + i;
      Event e = event("e" + i);
      clock.schedule(e, at + 5);
      clock.schedule(e, at);
      all.add(e);
      expected.put(at, "e" + i + "@" + at);
    }
    for (int i = 0; i < 500; i += 3) {
      expected.remove(all.get(i).dueNanos());
      clock.cancel(all.get(i));
      clock.cancel(all.get(i));
    }
    while (clock.skipToNextEvent()) {
      assertTrue(fired.size() <= expected.size());
    }
    assertEquals(List.copyOf(expected.values()), fired);
  }

  @Test
  void aRateOutOfRangeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new VirtualClock(0));
  }
}
