package dev.biosgateway.x86.isa;

/** Where a {@link Decoder} gets its bytes. */
@FunctionalInterface
public interface CodeSource {
  /**
   * The byte {@code index} bytes after the instruction's first one, 0 to 255. Asked for in
   * ascending order and only when the instruction really needs it, so that a fetch may throw the
   * fault that this very byte causes.
   */
  int byteAt(int index);
}
