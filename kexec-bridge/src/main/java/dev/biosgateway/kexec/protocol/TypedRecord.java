package dev.biosgateway.kexec.protocol;

import dev.biosgateway.kexec.protocol.ProtocolException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The one shape of everything variable in the protocol: type, flags, length, payload, padded to 4
 * bytes. Who does not know a type passes over it, unless it has {@link #MUST_UNDERSTAND}.
 *
 * @param type what the payload is, 1 to 0xffff
 * @param flags {@link #MUST_UNDERSTAND} or 0
 * @param payload not copied, not changed
 */
public record TypedRecord(int type, int flags, byte[] payload) {
  /** Who does not know this type must not use the block. */
  public static final int MUST_UNDERSTAND = 1;

  static final int HEADER = 8;

  /** Bytes it takes, padding included. */
  int size() {
    return HEADER + (payload.length + 3 & ~3);
  }

  void write(ByteBuffer out) {
    out.putShort((short) type).putShort((short) flags).putInt(payload.length).put(payload);
    while ((out.position() & 3) != 0) {
      out.put((byte) 0);
    }
  }

  /** Payload, to be read in the protocol's byte order. */
  ByteBuffer reader() {
    return ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads the records that fill a buffer from its position to its limit.
   *
   * @param address physical address of the buffer's first byte
   */
  static List<TypedRecord> readAll(ByteBuffer in, long address) {
    List<TypedRecord> out = new ArrayList<>();
    while (in.hasRemaining()) {
      long at = address + in.position();
      if (in.remaining() < HEADER) {
        throw new ProtocolException(
            Kind.BAD_RECORD, at, "record", "8 bytes of header", in.remaining() + " bytes");
      }
      int type = in.getShort() & 0xffff;
      int flags = in.getShort() & 0xffff;
      int length = in.getInt();
      if (type == 0 || length < 0 || (length + 3L & ~3L) > in.remaining()) {
        throw new ProtocolException(
            Kind.BAD_RECORD,
            at,
            "record",
            "a type and at most " + in.remaining() + " bytes",
            String.format("type %d with %d bytes", type, length & 0xffffffffL));
      }
      byte[] payload = new byte[length];
      in.get(payload);
      in.position(in.position() + (-length & 3));
      out.add(new TypedRecord(type, flags, payload));
    }
    return out;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof TypedRecord r
        && type == r.type
        && flags == r.flags
        && Arrays.equals(payload, r.payload);
  }

  @Override
  public int hashCode() {
    return 31 * type + Arrays.hashCode(payload);
  }

  @Override
  public String toString() {
    return String.format("record %d, %d bytes", type, payload.length);
  }
}
