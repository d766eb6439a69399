package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineState;
import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.List;

/** All of a machine: every byte of memory, every section of every component. */
record WholeState(byte[] ram, List<byte[]> blocks, List<Section> sections) {
  static WholeState of(Machine machine) {
    List<byte[]> blocks = new ArrayList<>();
    for (MemoryBlock block : machine.bus().blocks()) {
      blocks.add(block.bytes.clone());
    }
    return new WholeState(machine.bus().ram.clone(), blocks, machine.sections());
  }

  /** Requires the same memory and the same sections, but for time itself where it may go on. */
  void assertSame(WholeState now, boolean timeGoesOn) {
    assertArrayEquals(ram, now.ram, "main memory");
    for (int i = 0; i < blocks.size(); i++) {
      assertArrayEquals(blocks.get(i), now.blocks.get(i), "memory of a device");
    }
    List<String> differences =
        MachineState.differences(sections, now.sections).stream()
            .filter(d -> !timeGoesOn || !isTime(d))
            .toList();
    assertEquals(List.of(), differences);
  }

  /** The clock itself, and what devices note about how far they have followed it. */
  private static boolean isTime(String difference) {
    return difference.startsWith("clock.") || difference.startsWith("mc146818.caughtUpTo");
  }
}
