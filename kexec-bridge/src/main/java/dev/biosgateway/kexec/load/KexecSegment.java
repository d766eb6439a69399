package dev.biosgateway.kexec.load;

import java.util.Objects;

/**
 * struct kexec_segment: bytes and the physical range they are for.
 *
 * @param name for messages; kexec's own segments have none
 * @param buf what the range holds at its start; zeroes follow. Not copied, not changed
 * @param mem physical address of the range, a multiple of 4096
 * @param memsz size of the range in bytes, a multiple of 4096; 0 is legal
 */
public record KexecSegment(String name, byte[] buf, long mem, long memsz) {
  /** Refuses null. */
  public KexecSegment {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(buf, "buf");
  }

  /** A segment just large enough for its bytes. */
  public static KexecSegment of(String name, byte[] buf, long mem) {
    return new KexecSegment(name, buf, mem, (buf.length + 0xfffL) & ~0xfffL);
  }

  /** A range without content, which a program may scribble over: kexec-tools' backup segment. */
  public static KexecSegment zeroed(String name, long mem, long memsz) {
    return new KexecSegment(name, new byte[0], mem, memsz);
  }

  /** The first address behind the range. */
  public long end() {
    return mem + memsz;
  }

  /** Pages of the range. */
  public int pages() {
    return (int) (memsz >>> 12);
  }

  @Override
  public String toString() {
    return String.format("segment %s (0x%08x, 0x%x bytes)", name, mem, memsz);
  }
}
