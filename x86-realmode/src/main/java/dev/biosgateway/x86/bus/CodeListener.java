package dev.biosgateway.x86.bus;

/** Told of writes to pages that carry {@link PageFlags#CODE}. */
public interface CodeListener {

  /** Bytes {@code physical .. physical + size - 1}, all in one page, have just been written. */
  void codeWritten(int physical, int size);

  /** Whether {@link #codeWritten} would find that one of the bytes is code. */
  boolean isCode(int physical, int size);

  /** The contents of a page changed as a whole (ROM mapped or unmapped, A20). */
  void codePageReplaced(int physicalPage);
}
