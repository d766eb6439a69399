package dev.biosgateway.kexec.vmcore;

import dev.biosgateway.kexec.protocol.PageRange;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Takes a kdump-compressed file apart, see {@link KdumpLayout}, and believes none of its fields.
 */
final class KdumpReader {
  private static final int PAGE = PageRange.PAGE;
  private static final byte[] ZEROS = new byte[PAGE];

  private final Path file;
  private final ByteBuffer in;
  private final byte[] page = new byte[PAGE];

  KdumpReader(Path file, byte[] bytes) {
    this.file = file;
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static boolean isOne(byte[] bytes) {
    int length = KdumpLayout.SIGNATURE.length;
    return bytes.length >= length
        && Arrays.equals(bytes, 0, length, KdumpLayout.SIGNATURE, 0, length);
  }

  /** What was left out when it was written, as {@link DumpLevel} has it. */
  int level() {
    return in.getInt(KdumpLayout.BLOCK + KdumpLayout.DUMP_LEVEL);
  }

  Vmcore read() throws VmcoreException {
    requireBytes("header", 0, KdumpLayout.BLOCK + KdumpLayout.SUB_HEADER);
    int version = in.getInt(KdumpLayout.HEADER_VERSION);
    if (version < KdumpLayout.VERSION) {
      throw wrong(
          "header_version",
          KdumpLayout.HEADER_VERSION,
          KdumpLayout.VERSION + " or later",
          "" + version);
    }
    if (in.getInt(KdumpLayout.BLOCK_SIZE) != KdumpLayout.BLOCK) {
      throw wrong(
          "block_size, of a dump of i386",
          KdumpLayout.BLOCK_SIZE,
          "" + KdumpLayout.BLOCK,
          "" + in.getInt(KdumpLayout.BLOCK_SIZE));
    }
    long mapped = in.getLong(KdumpLayout.BLOCK + KdumpLayout.MAX_MAPNR_64);
    long subHeaderBlocks = in.getInt(KdumpLayout.SUB_HEADER_BLOCKS) & 0xffffffffL;
    if (mapped < 0 || mapped > 1L << 40) {
      throw wrong(
          "max_mapnr_64",
          KdumpLayout.BLOCK + KdumpLayout.MAX_MAPNR_64,
          "0 to 2^40 pages",
          "" + mapped);
    }
    long bitmap = KdumpLayout.bitmapBlocks(mapped) * KdumpLayout.BLOCK;
    long bitmapsAt = (1 + subHeaderBlocks) * KdumpLayout.BLOCK;
    requireBytes("bitmaps", bitmapsAt, 2 * bitmap);
    List<Note> notes = notes();
    return new Vmcore(
        DumpFormat.KDUMP, notes, loads(mapped, bitmapsAt + bitmap, bitmapsAt + 2 * bitmap));
  }

  private List<Note> notes() throws VmcoreException {
    long offset = in.getLong(KdumpLayout.BLOCK + KdumpLayout.NOTE_OFFSET);
    long size = in.getInt(KdumpLayout.BLOCK + KdumpLayout.NOTE_SIZE) & 0xffffffffL;
    requireBytes("offset_note and size_note", offset, size);
    return Note.readAll(file, in, offset, size);
  }

  private List<Vmcore.Load> loads(long mapped, long bitmap, long table) throws VmcoreException {
    boolean zerosLeftOut = (level() & DumpLevel.ZERO) != 0;
    List<Vmcore.Load> out = new ArrayList<>();
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    long begin = 0;
    long end = -1; // of the run so far, as a page number
    boolean zeros = false;
    long descriptor = table;
    Inflater inflater = new Inflater();
    try {
      for (long pfn = 0; pfn < mapped; pfn++) {
        if ((in.get((int) (bitmap + (pfn >>> 3))) >>> (pfn & 7) & 1) == 0) {
          continue;
        }
        readPage(descriptor, inflater);
        descriptor += KdumpLayout.DESCRIPTOR;
        boolean zero = zerosLeftOut && Arrays.equals(page, ZEROS);
        if (pfn != end || zero != zeros) {
          take(begin, end, content, out);
          begin = pfn;
          zeros = zero;
        }
        if (!zero) {
          content.write(page, 0, PAGE);
        }
        end = pfn + 1;
      }
    } finally {
      inflater.end();
    }
    take(begin, end, content, out);
    return out;
  }

  private static void take(
      long begin, long end, ByteArrayOutputStream content, List<Vmcore.Load> out) {
    if (end > begin) {
      out.add(new Vmcore.Load(begin * PAGE, content.toByteArray(), (end - begin) * PAGE));
    }
    content.reset();
  }

  private void readPage(long descriptor, Inflater inflater) throws VmcoreException {
    requireBytes("page descriptor", descriptor, KdumpLayout.DESCRIPTOR);
    int at = (int) descriptor;
    long offset = in.getLong(at);
    long size = in.getInt(at + KdumpLayout.DESCRIPTOR_SIZE) & 0xffffffffL;
    int flags = in.getInt(at + KdumpLayout.DESCRIPTOR_FLAGS);
    requireBytes("page_desc.offset and size", offset, size);
    if (flags == 0 && size == PAGE) {
      in.get((int) offset, page);
      return;
    }
    if (flags != KdumpLayout.ZLIB || size > PAGE) {
      throw wrong(
          "page_desc.flags and size",
          descriptor,
          "0 and 4096, or 1 (zlib) and less",
          flags + " and " + size);
    }
    try {
      inflater.reset();
      inflater.setInput(in.array(), (int) offset, (int) size);
      int inflated = inflater.inflate(page);
      if (inflated != PAGE) {
        throw wrong("page", offset, "4096 bytes of zlib", inflated + " bytes");
      }
    } catch (DataFormatException e) {
      throw wrong("page", offset, "a zlib stream", "" + e.getMessage());
    }
  }

  private void requireBytes(String field, long at, long size) throws VmcoreException {
    VmcoreException.requireBytes(file, field, at, size, in.capacity());
  }

  private VmcoreException wrong(String field, long at, String expected, String found) {
    return new VmcoreException(file, field, at, expected, found);
  }
}
