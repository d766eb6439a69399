package dev.biosgateway.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.UnmodelledAccess;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of ports that no device has. */
class EmptyPortsTest {
  private static final UnmodelledAccess OTHER = new UnmodelledAccess("rdmsr 0x3a", 1);

  @Test
  void neighboursAreRangesAndCountsAreAddedUp() {
    List<UnmodelledAccess> accesses =
        List.of(
            new UnmodelledAccess("in port 0x0cf9", 2),
            new UnmodelledAccess("out port 0x0cf8", 3),
            OTHER,
            new UnmodelledAccess("in port 0x0cf8", 4),
            new UnmodelledAccess("in port 0x0213", 144));
    assertEquals(
        Optional.of("no device at ports 0x213 0xcf8-0xcf9 (150 reads, 3 writes)"),
        EmptyPorts.line(accesses));
    assertFalse(EmptyPorts.has(OTHER));
    assertTrue(EmptyPorts.has(accesses.get(0)));
  }

  @Test
  void withoutAnyNothingIsSaid() {
    assertEquals(Optional.empty(), EmptyPorts.line(List.of(OTHER)));
  }
}
