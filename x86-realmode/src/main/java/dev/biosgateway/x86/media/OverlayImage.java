package dev.biosgateway.x86.media;

import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one machine wrote, over an image that does not change: pages of 4 KB, copied from the
 * original when they are first written. The pages are part of the machine's state. Saving hands
 * them out as they are, and the next write to such a page makes a copy first: saving and going back
 * cost a reference for each page written, and a copy only for what is written in between.
 *
 * <p>Not thread-safe: one machine, one thread. The original may be shared.
 */
public final class OverlayImage implements BlockImage {
  private static final int PAGE = 4096;

  private final BlockImage original;

  /** In the order of the medium, so that equal contents give equal sections. */
  private final TreeMap<Long, Page> pages = new TreeMap<>();

  /** Bytes of a page; {@code shared} once a section has them. */
  private static final class Page {
    byte[] bytes;
    boolean shared;

    Page(byte[] bytes, boolean shared) {
      this.bytes = bytes;
      this.shared = shared;
    }
  }

  /**
   * @param original what shows where nothing was written; must not change as long as this lives
   */
  public OverlayImage(BlockImage original) {
    this.original = original;
  }

  @Override
  public String name() {
    return original.name();
  }

  @Override
  public long size() {
    return original.size();
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  /** Pages of 4096 bytes that were written. */
  public int writtenPages() {
    return pages.size();
  }

  @Override
  public void read(long offset, byte[] into, int at, int length) {
    ImageIdentity.requireRange(this, offset, length);
    if (pages.isEmpty()) {
      original.read(offset, into, at, length);
      return;
    }
    for (int done = 0; done < length; ) {
      long from = offset + done;
      int within = (int) (from % PAGE);
      int n = Math.min(length - done, PAGE - within);
      Page page = pages.get(from / PAGE);
      if (page == null) {
        original.read(from, into, at + done, n);
      } else {
        System.arraycopy(page.bytes, within, into, at + done, n);
      }
      done += n;
    }
  }

  @Override
  public void write(long offset, byte[] from, int at, int length) {
    ImageIdentity.requireRange(this, offset, length);
    for (int done = 0; done < length; ) {
      long to = offset + done;
      int within = (int) (to % PAGE);
      int n = Math.min(length - done, PAGE - within);
      System.arraycopy(from, at + done, writable(to / PAGE), within, n);
      done += n;
    }
  }

  private byte[] writable(long number) {
    Page page = pages.get(number);
    if (page == null) {
      long start = number * PAGE;
      byte[] bytes = new byte[PAGE];
      original.read(start, bytes, 0, (int) Math.min(PAGE, size() - start));
      page = new Page(bytes, false);
      pages.put(number, page);
    } else if (page.shared) {
      page.bytes = page.bytes.clone();
      page.shared = false;
    }
    return page.bytes;
  }

  @Override
  public void save(String prefix, Section out) {
    BlockImage.super.save(prefix, out);
    out.put(prefix + ".pages", pages.size());
    for (Map.Entry<Long, Page> entry : pages.entrySet()) {
      Page page = entry.getValue();
      page.shared = true;
      out.put(prefix + ".number", entry.getKey());
      out.putShared(prefix + ".page", page.bytes);
    }
  }

  @Override
  public void restore(String prefix, Section in) {
    BlockImage.super.restore(prefix, in);
    long count = in.getLong(prefix + ".pages");
    pages.clear();
    for (long i = 0; i < count; i++) {
      long number = in.getLong(prefix + ".number");
      byte[] bytes = in.getShared(prefix + ".page");
      if (bytes.length != PAGE || number < 0 || number * PAGE >= size()) {
        throw new StateException(
            "section %s: expected a page of %d bytes within %s, found %d bytes as page %d"
                .formatted(in.name(), PAGE, name(), bytes.length, number));
      }
      pages.put(number, new Page(bytes, true));
    }
  }

  @Override
  public String toString() {
    return name() + " with an overlay";
  }
}
