package dev.biosgateway.kexec.snapshot;

import dev.biosgateway.x86.MachineState;
import dev.biosgateway.x86.snapshot.MachineImage;
import dev.biosgateway.x86.snapshot.PagedMemory;
import java.util.ArrayList;
import java.util.List;

/** What is different between two instants of one machine. */
public final class SnapshotDifference {
  private static final int PAGE = 4096;

  private SnapshotDifference() {}

  /**
   * Differences in words: of memory by ranges of pages, with the first byte that differs and how
   * many do, then of components by register.
   */
  public static List<String> of(MachineImage from, MachineImage to) {
    List<String> out = new ArrayList<>();
    for (PagedMemory memory : from.memories()) {
      PagedMemory other =
          to.memory(memory.name())
              .orElseThrow(() -> new IllegalArgumentException("no memory " + memory.name()));
      memory(memory, other, out);
    }
    out.addAll(MachineState.differences(from.sections(), to.sections()));
    return out;
  }

  private static void memory(PagedMemory from, PagedMemory to, List<String> out) {
    byte[] one = new byte[PAGE];
    byte[] other = new byte[PAGE];
    int begin = -1;
    long bytes = 0;
    long first = 0;
    for (int page = 0; page <= from.pages(); page++) {
      boolean differs = page < from.pages() && !from.samePage(page, to);
      if (differs) {
        from.read(page, one, 0);
        to.read(page, other, 0);
        for (int i = 0; i < PAGE; i++) {
          if (one[i] != other[i]) {
            first = begin < 0 && bytes == 0 ? (long) page * PAGE + i : first;
            bytes++;
          }
        }
        begin = begin < 0 ? page : begin;
      } else if (begin >= 0) {
        out.add(
            String.format(
                "%s 0x%08x-0x%08x: %d pages, %d bytes differ, the first at 0x%08x",
                from.name(),
                (long) begin * PAGE,
                (long) page * PAGE - 1,
                page - begin,
                bytes,
                first));
        begin = -1;
        bytes = 0;
      }
    }
  }
}
