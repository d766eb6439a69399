package dev.biosgateway.kexec.load;

import dev.biosgateway.kexec.protocol.PageRange;
import java.util.List;

/**
 * The rules kexec_load() has for segments (sanity_check_segment_list()), in its order: alignment
 * and end of all, then overlaps, then content, then size. Accepts what kexec accepts: destinations
 * that are no RAM, empty segments, entries outside of every segment.
 */
final class SegmentRules {
  /** KEXEC_DESTINATION_MEMORY_LIMIT of i386: every address. */
  private static final long DESTINATION_MEMORY_LIMIT = 0xffffffffL;

  private SegmentRules() {}

  /**
   * Checks a list of segments.
   *
   * @param ramPages RAM of the machine in pages: no segment, and not all of them together, may take
   *     more than half of it; {@link Integer#MAX_VALUE} for any size
   * @throws KexecException that names the segment and the rule
   */
  static void check(List<KexecSegment> segments, int ramPages) {
    for (KexecSegment s : segments) {
      if ((s.mem() & 0xfff) != 0 || (s.memsz() & 0xfff) != 0) {
        throw refuse(Errno.EADDRNOTAVAIL, s, "expected start and size to be multiples of 0x1000");
      }
      if (s.mem() < 0 || s.memsz() < 0 || s.end() > DESTINATION_MEMORY_LIMIT) {
        throw refuse(Errno.EADDRNOTAVAIL, s, "expected its end below 0x100000000");
      }
    }
    for (int i = 0; i < segments.size(); i++) {
      for (int j = 0; j < i; j++) {
        KexecSegment a = segments.get(i);
        KexecSegment b = segments.get(j);
        if (a.memsz() > 0 && b.memsz() > 0 && a.end() > b.mem() && a.mem() < b.end()) {
          throw refuse(Errno.EINVAL, a, "overlaps " + b);
        }
      }
    }
    for (KexecSegment s : segments) {
      if (s.buf().length > s.memsz()) {
        throw refuse(Errno.EINVAL, s, String.format("its 0x%x bytes do not fit", s.buf().length));
      }
    }
    long total = 0;
    for (KexecSegment s : segments) {
      if (s.memsz() >>> 12 > ramPages / 2) {
        throw refuse(
            Errno.EINVAL, s, "takes more than half of the machine's RAM, " + mib(ramPages));
      }
      total += s.memsz() >>> 12;
    }
    if (total > ramPages / 2) {
      throw new KexecException(
          Errno.EINVAL,
          String.format(
              "%d segments take 0x%x bytes, more than half of the machine's RAM, %s",
              segments.size(), total << 12, mib(ramPages)));
    }
  }

  /**
   * {@code --mem-min} and {@code --mem-max}: the first and the last address of what may be used.
   */
  static void requireWithin(List<KexecSegment> segments, long min, long max) {
    for (KexecSegment s : segments) {
      if (s.memsz() > 0 && (s.mem() < min || s.end() - 1 > max)) {
        throw refuse(
            Errno.EADDRNOTAVAIL,
            s,
            String.format("expected it from mem-min 0x%x to mem-max 0x%x", min, max));
      }
    }
  }

  /** Crash images lie in the memory that was set aside for them (crashkernel=). */
  static void requireReserved(List<KexecSegment> segments, PageRange reserved, boolean any) {
    for (KexecSegment s : segments) {
      if (s.mem() < reserved.address() || s.end() > reserved.end()) {
        throw refuse(
            Errno.EADDRNOTAVAIL,
            s,
            any
                ? "expected it in the crash kernel's memory, " + reserved
                : "no memory is set aside for a crash kernel");
      }
    }
  }

  private static String mib(int pages) {
    return (pages >>> 8) + " MiB";
  }

  private static KexecException refuse(Errno errno, KexecSegment segment, String why) {
    return new KexecException(errno, segment + ": " + why);
  }
}
