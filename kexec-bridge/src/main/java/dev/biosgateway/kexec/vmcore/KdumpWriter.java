package dev.biosgateway.kexec.vmcore;

import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.PageRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;

/** Writes a kdump-compressed file, see {@link KdumpLayout}. For one dump; not thread-safe. */
final class KdumpWriter {
  private static final int PAGE = PageRange.PAGE;
  private static final int OUT = 1 << 18;

  private final PhysicalMemory memory;
  private final MemoryMap ram;
  private final List<PageRun> runs;
  private final List<Note> notes;
  private final DumpLevel level;

  /** Pages up to the last there is. */
  private final long mapped;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final byte[] page = new byte[PAGE];
  private final byte[] packed = new byte[PAGE];
  private ByteBuffer descriptors;
  private ByteBuffer out;
  private FileChannel file;
  private long at;

  /**
   * A dump.
   *
   * @param ram pages there are, whether they are in the file or not
   * @param runs pages in the file
   */
  KdumpWriter(
      PhysicalMemory memory, MemoryMap ram, List<PageRun> runs, List<Note> notes, DumpLevel level) {
    this.memory = memory;
    this.ram = ram;
    this.runs = runs;
    this.notes = notes;
    this.level = level;
    mapped = ram.ranges().stream().mapToLong(PageRange::end).max().orElse(0) / PAGE;
  }

  void write(FileChannel channel) throws IOException {
    ByteBuffer head = head();
    int pages = Math.toIntExact(runs.stream().mapToLong(PageRun::pages).sum());
    descriptors =
        ByteBuffer.allocate(Math.multiplyExact(pages, KdumpLayout.DESCRIPTOR))
            .order(ByteOrder.LITTLE_ENDIAN);
    file = channel;
    out = ByteBuffer.allocate(OUT);
    long table = head.capacity();
    at = table + descriptors.capacity();
    file.position(at);
    try {
      writePages();
    } finally {
      deflater.end();
    }
    flush();
    file.position(0);
    writeAll(head.rewind());
    writeAll(descriptors.rewind());
  }

  /** All pages of zeros are one. */
  private void writePages() throws IOException {
    long zeroPage = -1;
    int zeroSize = 0;
    for (PageRun run : runs) {
      for (long i = 0; i < run.pages(); i++) {
        if (run.zeros() && zeroPage >= 0) {
          describe(zeroPage, zeroSize, KdumpLayout.ZLIB);
          continue;
        }
        memory.read(run.address() + i * PAGE, page);
        int size = pack();
        long begin = at;
        boolean shorter = size < PAGE;
        put(shorter ? packed : page, shorter ? size : PAGE);
        describe(begin, shorter ? size : PAGE, shorter ? KdumpLayout.ZLIB : 0);
        if (run.zeros()) {
          zeroPage = begin;
          zeroSize = size;
        }
      }
    }
  }

  private void describe(long offset, int size, int flags) {
    descriptors.putLong(offset).putInt(size).putInt(flags).putLong(0);
  }

  /** Compresses the page; PAGE when that does not make it shorter. */
  private int pack() {
    deflater.reset();
    deflater.setInput(page);
    deflater.finish();
    int size = deflater.deflate(packed);
    return deflater.finished() ? size : PAGE;
  }

  private void put(byte[] bytes, int size) throws IOException {
    if (out.remaining() < size) {
      flush();
    }
    out.put(bytes, 0, size);
    at += size;
  }

  private void flush() throws IOException {
    writeAll(out.flip());
    out.clear();
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  /** Header, sub header with VMCOREINFO and notes, bitmaps. */
  private ByteBuffer head() {
    Note vmcoreinfo =
        notes.stream().filter(n -> n.name().equals(Note.VMCOREINFO)).findFirst().orElse(null);
    int infoSize = vmcoreinfo == null ? 0 : vmcoreinfo.description().length;
    int notesSize = notes.stream().mapToInt(Note::size).sum();
    int infoAt = KdumpLayout.BLOCK + KdumpLayout.SUB_HEADER;
    int notesAt = infoAt + Note.pad(infoSize);
    int subHeaderBlocks = blocks(notesAt + notesSize) - 1;
    int bitmap = Math.toIntExact(KdumpLayout.bitmapBlocks(mapped));
    int bitmapsAt = (1 + subHeaderBlocks) * KdumpLayout.BLOCK;
    ByteBuffer out =
        ByteBuffer.allocate(bitmapsAt + 2 * bitmap * KdumpLayout.BLOCK)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.put(KdumpLayout.SIGNATURE).putInt(KdumpLayout.VERSION);
    utsname(out, vmcoreinfo);
    out.putInt(KdumpLayout.STATUS, KdumpLayout.ZLIB);
    out.putInt(KdumpLayout.BLOCK_SIZE, KdumpLayout.BLOCK);
    out.putInt(KdumpLayout.SUB_HEADER_BLOCKS, subHeaderBlocks);
    out.putInt(KdumpLayout.BITMAP_BLOCKS, 2 * bitmap);
    out.putInt(KdumpLayout.MAX_MAPNR, (int) mapped);
    out.putInt(KdumpLayout.NR_CPUS, 1);
    ByteBuffer sub = out.slice(KdumpLayout.BLOCK, KdumpLayout.SUB_HEADER);
    sub.order(ByteOrder.LITTLE_ENDIAN).putInt(KdumpLayout.DUMP_LEVEL, level.bits());
    if (vmcoreinfo != null) {
      sub.putLong(KdumpLayout.VMCOREINFO_OFFSET, infoAt);
      sub.putInt(KdumpLayout.VMCOREINFO_SIZE, infoSize);
      out.position(infoAt).put(vmcoreinfo.description());
    }
    sub.putLong(KdumpLayout.NOTE_OFFSET, notesAt).putInt(KdumpLayout.NOTE_SIZE, notesSize);
    sub.putLong(KdumpLayout.END_PFN, mapped).putLong(KdumpLayout.MAX_MAPNR_64, mapped);
    out.position(notesAt);
    notes.forEach(n -> n.write(out));
    for (PageRange range : ram.ranges()) {
      mark(out, bitmapsAt, range.address() / PAGE, range.pages());
    }
    for (PageRun run : runs) {
      mark(out, bitmapsAt + bitmap * KdumpLayout.BLOCK, run.address() / PAGE, run.pages());
    }
    return out;
  }

  private static int blocks(int bytes) {
    return (bytes + KdumpLayout.BLOCK - 1) / KdumpLayout.BLOCK;
  }

  /** System, node, release, version, machine, domain; release and machine are what readers use. */
  private static void utsname(ByteBuffer out, Note vmcoreinfo) {
    String release = vmcoreinfo == null ? null : vmcoreinfo.lines().get("OSRELEASE");
    uts(out, 0, release == null ? "unknown" : "Linux");
    uts(out, 2, release == null ? "" : release);
    uts(out, 4, "i686");
  }

  private static void uts(ByteBuffer out, int field, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int at = KdumpLayout.UTSNAME + field * KdumpLayout.UTSNAME_FIELD;
    out.put(at, bytes, 0, Math.min(bytes.length, KdumpLayout.UTSNAME_FIELD - 1));
  }

  private static void mark(ByteBuffer out, int bitmap, long first, long pages) {
    for (long pfn = first; pfn < first + pages; pfn++) {
      int at = bitmap + (int) (pfn >>> 3);
      out.put(at, (byte) (out.get(at) | 1 << (pfn & 7)));
    }
  }
}
