package dev.biosgateway.kexec.protocol;

import dev.biosgateway.kexec.protocol.ProtocolException.Kind;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * What the kernel that is left tells the kernel that is entered: where it goes on, what of its
 * memory is to be backed up, in which ways it can be entered again, where messages go. Independent
 * of either kernel's version; PROTOCOL.md describes it byte by byte. Immutable.
 *
 * @param jumpBackEntry physical address at which the old kernel goes on
 * @param mailbox physical address of the page for messages, 0 for none
 * @param image the memory the new kernel may use, which is the old kernel's own otherwise
 * @param backup what is to be backed up; empty if the old kernel does not say
 * @param restartPoints ways into the old kernel, RESTORE among them
 */
public record ProtocolBlock(
    int jumpBackEntry,
    int mailbox,
    Optional<PageRange> image,
    Optional<MemoryMap> backup,
    List<RestartPoint> restartPoints) {
  /** Where the block lies: a page of the first megabyte that no kernel of the time uses. */
  public static final int ADDRESS = 0x7000;

  /** The longest block there may be. */
  public static final int SIZE_MAX = 0x1000;

  /** "KXJP". */
  static final int MAGIC = 'K' | 'X' << 8 | 'J' << 16 | 'P' << 24;

  /** Major version: others are refused. */
  public static final int MAJOR = 1;

  /** Minor version: higher ones only add records. */
  public static final int MINOR = 0;

  static final int HEADER = 32;
  private static final int CHECKSUM_AT = 12;

  private static final int BACKUP_PAIRS = 1;
  private static final int BACKUP_BITMAP = 2;
  private static final int RESTART_POINTS = 3;
  private static final int IMAGE_AREA = 4;

  /** Refuses null; copies the list. */
  public ProtocolBlock {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(backup, "backup");
    restartPoints = List.copyOf(restartPoints);
  }

  /** The restart point of a number, if the old kernel has it. */
  public Optional<RestartPoint> restartPoint(int number) {
    return restartPoints.stream().filter(p -> p.number() == number).findFirst();
  }

  /**
   * The bytes of the block, the memory map in its shorter encoding.
   *
   * @throws ProtocolException NO_ROOM when it does not fit in its page
   */
  public byte[] toBytes() {
    return toBytes(backup.map(MemoryMap::shorter).orElse(MemoryMap.Encoding.PAIRS));
  }

  /**
   * The bytes of the block.
   *
   * @throws ProtocolException NO_ROOM when it does not fit in its page
   */
  public byte[] toBytes(MemoryMap.Encoding encoding) {
    List<TypedRecord> records = new ArrayList<>();
    image.ifPresent(area -> records.add(record(IMAGE_AREA, 0, 16, b -> putRange(b, area))));
    backup.ifPresent(
        map ->
            records.add(
                record(
                    encoding == MemoryMap.Encoding.PAIRS ? BACKUP_PAIRS : BACKUP_BITMAP,
                    TypedRecord.MUST_UNDERSTAND,
                    map.size(encoding),
                    b -> map.write(encoding, b))));
    records.add(record(RESTART_POINTS, 0, 4 + 8 * restartPoints.size(), this::putPoints));
    int length = HEADER + records.stream().mapToInt(TypedRecord::size).sum();
    if (length > SIZE_MAX) {
      throw new ProtocolException(
          Kind.NO_ROOM, ADDRESS, "length", "at most " + SIZE_MAX + " bytes", "" + length);
    }
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC).putShort((short) MAJOR).putShort((short) MINOR).putInt(length).putInt(0);
    out.putInt(jumpBackEntry).putInt(mailbox).putLong(0);
    records.forEach(r -> r.write(out));
    out.putInt(CHECKSUM_AT, checksum(out.array(), length, CHECKSUM_AT));
    return out.array();
  }

  private static TypedRecord record(int type, int flags, int size, Consumer<ByteBuffer> writer) {
    ByteBuffer payload = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    writer.accept(payload);
    return new TypedRecord(type, flags, payload.array());
  }

  private static void putRange(ByteBuffer out, PageRange range) {
    out.putLong(range.address()).putLong(range.pages());
  }

  private void putPoints(ByteBuffer out) {
    out.putInt(restartPoints.size());
    restartPoints.forEach(p -> out.putInt(p.number()).putInt(p.entry()));
  }

  /** CRC-32 (IEEE 802.3) of {@code length} bytes, those of the checksum itself taken as zero. */
  static int checksum(byte[] bytes, int length, int checksumAt) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, checksumAt);
    crc.update(new byte[4]);
    crc.update(bytes, checksumAt + 4, length - checksumAt - 4);
    return (int) crc.getValue();
  }

  /** Writes the block to its place. */
  public void publish(PhysicalBus bus) {
    bus.load(ADDRESS, toBytes());
  }

  /**
   * Reads the block at its place.
   *
   * @throws ProtocolException when there is none, or one that cannot be used
   */
  public static ProtocolBlock find(PhysicalBus bus) {
    byte[] page = new byte[SIZE_MAX];
    bus.read(ADDRESS, page, 0, page.length);
    return parse(page, ADDRESS);
  }

  /**
   * Reads a block.
   *
   * @param bytes the block and whatever follows it
   * @param address physical address of the first byte, for messages
   * @throws ProtocolException when it is none, or cannot be used
   */
  public static ProtocolBlock parse(byte[] bytes, long address) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < HEADER || in.getInt(0) != MAGIC) {
      throw new ProtocolException(
          Kind.NO_MAGIC,
          address,
          "magic",
          "KXJP",
          bytes.length < 4 ? "the end" : String.format("0x%08x", in.getInt(0)));
    }
    int major = in.getShort(4) & 0xffff;
    if (major != MAJOR) {
      throw new ProtocolException(
          Kind.UNKNOWN_VERSION,
          address + 4,
          "major version",
          "" + MAJOR,
          major + "." + (in.getShort(6) & 0xffff));
    }
    int length = in.getInt(8);
    if (length < HEADER || length > Math.min(bytes.length, SIZE_MAX) || (length & 3) != 0) {
      throw new ProtocolException(
          Kind.BAD_LENGTH,
          address + 8,
          "length",
          "a multiple of 4 from 32 to " + Math.min(bytes.length, SIZE_MAX),
          "" + (length & 0xffffffffL));
    }
    int expected = checksum(bytes, length, CHECKSUM_AT);
    if (in.getInt(CHECKSUM_AT) != expected) {
      throw new ProtocolException(
          Kind.BAD_CHECKSUM,
          address + CHECKSUM_AT,
          "checksum",
          String.format("0x%08x", expected),
          String.format("0x%08x", in.getInt(CHECKSUM_AT)));
    }
    int entry = in.getInt(16);
    int mailbox = in.getInt(20);
    in.position(HEADER).limit(length);
    return assemble(entry, mailbox, TypedRecord.readAll(in, address), address);
  }

  private static ProtocolBlock assemble(
      int entry, int mailbox, List<TypedRecord> records, long address) {
    Optional<PageRange> image = Optional.empty();
    Optional<MemoryMap> backup = Optional.empty();
    List<RestartPoint> points = new ArrayList<>();
    long at = address + HEADER;
    for (TypedRecord r : records) {
      long payload = at + TypedRecord.HEADER;
      switch (r.type()) {
        case BACKUP_PAIRS -> {
          requireSize(r, 8, payload);
          backup = Optional.of(MemoryMap.readPairs(r.reader(), payload));
        }
        case BACKUP_BITMAP -> {
          requireSize(r, 16, payload);
          backup = Optional.of(MemoryMap.readBitmap(r.reader(), payload));
        }
        case IMAGE_AREA -> {
          requireSize(r, 16, payload);
          ByteBuffer in = r.reader();
          image = Optional.of(MemoryMap.range(in.getLong(), in.getLong(), payload));
        }
        case RESTART_POINTS -> readPoints(r, payload, points);
        default -> {
          if ((r.flags() & TypedRecord.MUST_UNDERSTAND) != 0) {
            throw new ProtocolException(
                Kind.UNKNOWN_RECORD,
                at,
                "record that must be understood",
                "type 1 to 4",
                "type " + r.type());
          }
        }
      }
      at += r.size();
    }
    return new ProtocolBlock(entry, mailbox, image, backup, points);
  }

  private static void readPoints(TypedRecord r, long address, List<RestartPoint> out) {
    requireSize(r, 4, address);
    ByteBuffer in = r.reader();
    int count = in.getInt();
    if (count < 0 || in.remaining() != 8L * count) {
      throw new ProtocolException(
          Kind.BAD_RECORD,
          address,
          "number of restart points",
          "" + in.remaining() / 8,
          "" + count);
    }
    for (int i = 0; i < count; i++) {
      out.add(new RestartPoint(in.getInt(), in.getInt()));
    }
  }

  private static void requireSize(TypedRecord r, int atLeast, long address) {
    if (r.payload().length < atLeast) {
      throw new ProtocolException(
          Kind.BAD_RECORD,
          address,
          "record of type " + r.type(),
          "at least " + atLeast + " bytes",
          "" + r.payload().length);
    }
  }
}
