package dev.biosgateway.kexec.protocol;

/** What stands where the protocol should be cannot be used; says which field, where and why. */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong, for programs. */
  public enum Kind {
    /** There is no block or no mailbox at the address. */
    NO_MAGIC,
    /** Its major version is one that nobody here knows. */
    UNKNOWN_VERSION,
    /** A length is impossible. */
    BAD_LENGTH,
    /** The checksum is not that of the bytes. */
    BAD_CHECKSUM,
    /** A record that must be understood is of an unknown type. */
    UNKNOWN_RECORD,
    /** A record contradicts its own description. */
    BAD_RECORD,
    /** Something has no room. */
    NO_ROOM
  }

  private final Kind kind;
  private final long address;

  ProtocolException(Kind kind, long address, String field, String expected, String found) {
    super(
        String.format(
            "kexec jump protocol, %s at 0x%08x: expected %s, found %s",
            field, address, expected, found));
    this.kind = kind;
    this.address = address;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** Physical address of what is wrong. */
  public long address() {
    return address;
  }
}
