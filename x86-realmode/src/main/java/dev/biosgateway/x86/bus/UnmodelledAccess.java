package dev.biosgateway.x86.bus;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accounts for everything the guest touched that is not modelled: ports and addresses nobody
 * answers, reserved register bits, writes to ROM. The first touch of each is logged with the place
 * in the guest, every touch is counted; nothing is swallowed.
 */
public final class UnmodelledAccess {
  private static final Logger LOG = LoggerFactory.getLogger(UnmodelledAccess.class);
  private static final int DIFFERENT_MAX = 4096;

  /** Places in {@link #numbered}: a power of two, never more than half full. */
  private static final int SLOTS = 2 * DIFFERENT_MAX;

  /** One thing that was touched, and how often. */
  public static final class Entry {
    private final String what;
    private String format;
    private int number;
    private long count;

    Entry(String what) {
      this.what = what;
    }

    /** For example {@code out port 0x0402} or {@code pit8254 control word: BCD}. */
    public String what() {
      return what;
    }

    public long count() {
      return count;
    }

    @Override
    public String toString() {
      return what + " x" + count;
    }
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Entries that came with a number, hashed by it, so that a touch needs no text. */
  private final Entry[] numbered = new Entry[SLOTS];

  private boolean hasNumbered;

  /** What has been logged: once for each machine, however often the account is cleared. */
  private final Set<String> logged = new HashSet<>();

  private Supplier<String> place = () -> "power-on";
  private long beyondMax;

  /** Says how to name the place in the guest that is being executed. */
  public void setPlace(Supplier<String> where) {
    place = where;
  }

  /**
   * Records a touch.
   *
   * @param what names the thing, without values that differ from touch to touch
   */
  public void record(String what) {
    Entry e = entry(what);
    if (e != null) {
      e.count++;
    }
  }

  /**
   * Records a touch of one of many things that differ in a number, for example a port. A guest may
   * do this millions of times a second: only the first touch of each makes its text.
   *
   * @param format names the thing, with one place for the number, as {@link String#format} has it
   */
  public void record(String format, int number) {
    int slot = (format.hashCode() ^ number * 0x9e3779b9) >>> 7 & SLOTS - 1;
    while (numbered[slot] != null) {
      Entry e = numbered[slot];
      if (e.number == number && e.format.equals(format)) {
        e.count++;
        return;
      }
      slot = slot + 1 & SLOTS - 1;
    }
    if (entries.size() >= DIFFERENT_MAX) {
      beyondMax++;
      return;
    }
    Entry e = entry(format.formatted(number));
    e.format = format;
    e.number = number;
    e.count++;
    numbered[slot] = e;
    hasNumbered = true;
  }

  /** The entry of that name, a new one if need be; null, and counted, when there is no room. */
  private Entry entry(String what) {
    Entry e = entries.get(what);
    if (e == null) {
      if (entries.size() >= DIFFERENT_MAX) {
        beyondMax++;
        return null;
      }
      e = new Entry(what);
      entries.put(what, e);
      if (logged.size() < DIFFERENT_MAX && logged.add(what)) {
        LOG.info("not modelled: {}, first touched at {}", what, place.get());
      }
    }
    return e;
  }

  /** What was touched so far, in the order of the first touch. */
  public Collection<Entry> entries() {
    return Collections.unmodifiableCollection(entries.values());
  }

  /** Touches of things that no longer found room in the list. */
  public long beyondMax() {
    return beyondMax;
  }

  /** Forgets everything, so that the next call starts with an empty account. */
  public void clear() {
    entries.clear();
    if (hasNumbered) {
      Arrays.fill(numbered, null);
      hasNumbered = false;
    }
    beyondMax = 0;
  }
}
