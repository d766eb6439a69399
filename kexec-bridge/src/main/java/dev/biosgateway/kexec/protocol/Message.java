package dev.biosgateway.kexec.protocol;

import dev.biosgateway.kexec.protocol.ProtocolException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A message of one kernel to the other. */
public sealed interface Message {
  /**
   * Words for a human being.
   *
   * @param text UTF-8 on the wire
   */
  record Text(String text) implements Message {}

  /**
   * The image is ready for the old kernel's memory to be written away: it will not change until the
   * answer.
   *
   * @param jumpBackEntry where the old kernel goes on, as the image found it on its stack
   */
  record Save(int jumpBackEntry) implements Message {}

  /**
   * The answer.
   *
   * @param status 0 when all of it is safe, else an error number
   */
  record Saved(int status) implements Message {}

  /**
   * Which way into the old kernel the image will take, or asks to be taken.
   *
   * @param number of a {@link RestartPoint}
   */
  record Restart(int number) implements Message {}

  /**
   * The image asks that another resident system get the machine.
   *
   * @param system its name
   */
  record SwitchTo(String system) implements Message {}

  /**
   * The image asks that another resident system get the machine, and wants it back from there.
   *
   * @param system its name
   */
  record Call(String system) implements Message {}

  /**
   * Something went wrong on the other side.
   *
   * @param number an error number
   * @param text what happened
   */
  record Failure(int number, String text) implements Message {}

  /** A message of a type from a later minor version, as it is. */
  record Unknown(TypedRecord contents) implements Message {}

  /** The record it travels in. */
  default TypedRecord toRecord() {
    if (this instanceof Text m) {
      return record(1, utf8(m.text));
    } else if (this instanceof Save m) {
      return record(2, number(m.jumpBackEntry));
    } else if (this instanceof Saved m) {
      return record(3, number(m.status));
    } else if (this instanceof Restart m) {
      return record(4, number(m.number));
    } else if (this instanceof SwitchTo m) {
      return record(5, utf8(m.system));
    } else if (this instanceof Call m) {
      return record(7, utf8(m.system));
    } else if (this instanceof Failure m) {
      byte[] text = utf8(m.text);
      return record(
          6,
          ByteBuffer.allocate(4 + text.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(m.number)
              .put(text)
              .array());
    }
    return ((Unknown) this).contents;
  }

  /**
   * The message in a record.
   *
   * @param address where the mailbox is, for messages
   * @throws ProtocolException BAD_RECORD when the payload is too short, UNKNOWN_RECORD when the
   *     type is unknown and must be understood
   */
  static Message of(TypedRecord r, long address) {
    return switch (r.type()) {
      case 1 -> new Text(text(r, 0));
      case 2 -> new Save(number(r, address));
      case 3 -> new Saved(number(r, address));
      case 4 -> new Restart(number(r, address));
      case 5 -> new SwitchTo(text(r, 0));
      case 6 -> new Failure(number(r, address), text(r, 4));
      case 7 -> new Call(text(r, 0));
      default -> {
        if ((r.flags() & TypedRecord.MUST_UNDERSTAND) != 0) {
          throw new ProtocolException(
              Kind.UNKNOWN_RECORD,
              address,
              "message that must be understood",
              "type 1 to 7",
              "type " + r.type());
        }
        yield new Unknown(r);
      }
    };
  }

  private static TypedRecord record(int type, byte[] payload) {
    return new TypedRecord(type, 0, payload);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static String text(TypedRecord r, int from) {
    return new String(r.payload(), from, r.payload().length - from, StandardCharsets.UTF_8);
  }

  private static int number(TypedRecord r, long address) {
    if (r.payload().length < 4) {
      throw new ProtocolException(
          Kind.BAD_RECORD,
          address,
          "message of type " + r.type(),
          "at least 4 bytes",
          "" + r.payload().length);
    }
    return r.reader().getInt();
  }
}
