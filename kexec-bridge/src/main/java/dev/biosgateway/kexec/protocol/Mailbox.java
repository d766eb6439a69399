package dev.biosgateway.kexec.protocol;

import dev.biosgateway.kexec.protocol.ProtocolException.Kind;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The page through which two kernels write to each other: one half for each direction, in each
 * nothing or some {@link Message messages}, with length and checksum. Who has read a half empties
 * it. Not thread-safe; both sides run on the machine's thread.
 */
public final class Mailbox {
  /** Who a half is written to. */
  public enum Direction {
    /** From the old kernel to the new one. */
    TO_IMAGE(0),
    /** From the new kernel to the old one. */
    TO_HOST(HALF);

    private final int offset;

    Direction(int offset) {
      this.offset = offset;
    }
  }

  private static final int HALF = 0x800;
  private static final int HEADER = 16;
  private static final int CHECKSUM_AT = 12;

  /** "KXJM". */
  private static final int MAGIC = 'K' | 'X' << 8 | 'J' << 16 | 'M' << 24;

  private final PhysicalBus bus;
  private final int address;

  /**
   * A mailbox in a page.
   *
   * @param address physical, a multiple of 4096, in RAM
   */
  public Mailbox(PhysicalBus bus, int address) {
    this.bus = Objects.requireNonNull(bus, "bus");
    this.address = address;
  }

  /** Makes both halves empty. */
  public void clear() {
    for (Direction direction : Direction.values()) {
      post(direction, List.of());
    }
  }

  /**
   * Writes messages in the place of what is there.
   *
   * @throws ProtocolException NO_ROOM when they do not fit in half a page
   */
  public void post(Direction direction, List<Message> messages) {
    int length = HEADER;
    for (Message m : messages) {
      length += m.toRecord().size();
    }
    if (length > HALF) {
      throw new ProtocolException(
          Kind.NO_ROOM, address + direction.offset, "messages", HALF + " bytes", "" + length);
    }
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC).putShort((short) ProtocolBlock.MAJOR).putShort((short) ProtocolBlock.MINOR);
    out.putInt(length).putInt(0);
    messages.forEach(m -> m.toRecord().write(out));
    out.putInt(CHECKSUM_AT, ProtocolBlock.checksum(out.array(), length, CHECKSUM_AT));
    bus.load(address + direction.offset, out.array());
  }

  /**
   * Reads what is there, and empties that half.
   *
   * @throws ProtocolException when it cannot be read; it stays as it is then
   */
  public List<Message> take(Direction direction) {
    List<Message> messages = read(direction);
    post(direction, List.of());
    return messages;
  }

  /**
   * Reads what is there.
   *
   * @throws ProtocolException when it cannot be read
   */
  public List<Message> read(Direction direction) {
    int at = address + direction.offset;
    byte[] half = new byte[HALF];
    bus.read(at, half, 0, HALF);
    ByteBuffer in = ByteBuffer.wrap(half).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getInt(0) != MAGIC) {
      throw new ProtocolException(
          Kind.NO_MAGIC, at, "magic", "KXJM", String.format("0x%08x", in.getInt(0)));
    }
    int major = in.getShort(4) & 0xffff;
    if (major != ProtocolBlock.MAJOR) {
      throw new ProtocolException(
          Kind.UNKNOWN_VERSION, at + 4, "major version", "" + ProtocolBlock.MAJOR, "" + major);
    }
    int length = in.getInt(8);
    if (length < HEADER || length > HALF || (length & 3) != 0) {
      throw new ProtocolException(
          Kind.BAD_LENGTH,
          at + 8,
          "length",
          "a multiple of 4 from 16 to 2048",
          "" + (length & 0xffffffffL));
    }
    int expected = ProtocolBlock.checksum(half, length, CHECKSUM_AT);
    if (in.getInt(CHECKSUM_AT) != expected) {
      throw new ProtocolException(
          Kind.BAD_CHECKSUM,
          at + CHECKSUM_AT,
          "checksum",
          String.format("0x%08x", expected),
          String.format("0x%08x", in.getInt(CHECKSUM_AT)));
    }
    ByteBuffer records = ByteBuffer.wrap(Arrays.copyOf(half, length));
    records.order(ByteOrder.LITTLE_ENDIAN).position(HEADER);
    return TypedRecord.readAll(records, at).stream().map(r -> Message.of(r, at)).toList();
  }
}
