package dev.biosgateway.kexec.call;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.program.PhysicalProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * Who lies where below 640 K during one call: whole pages, first fit, around the called program.
 * What lies there now does not matter: the jump exchanges it.
 */
final class ConventionalMemory {
  private static final int FIRST = 0x8000;
  private static final int END = (int) PhysicalProgram.CONVENTIONAL_END;
  private static final int PAGE = 0x1000;

  private record Range(long start, long end) {}

  private final List<Range> taken = new ArrayList<>();

  /** Memory in which a program's segments have their places already. */
  ConventionalMemory(List<KexecSegment> program) {
    program.forEach(s -> taken.add(new Range(s.mem(), s.end())));
  }

  /**
   * Takes the lowest room there is.
   *
   * @param bytes how much, rounded up to pages
   * @param what it is for
   * @return physical address of a page
   * @throws InvalidRequestException if there is no room
   */
  int take(int bytes, String what) {
    int size = bytes + PAGE - 1 & -PAGE;
    for (int at = FIRST; at + size <= END; at += PAGE) {
      if (isFree(at, at + size)) {
        taken.add(new Range(at, at + size));
        return at;
      }
    }
    throw new InvalidRequestException(
        String.format(
            "%s: no room for 0x%x bytes in conventional memory, 0x%x to 0x%x, beside %d other"
                + " ranges; ask for smaller or fewer buffers",
            what, bytes, FIRST, END, taken.size()));
  }

  private boolean isFree(int start, int end) {
    for (Range r : taken) {
      if (start < r.end && end > r.start) {
        return false;
      }
    }
    return true;
  }
}
