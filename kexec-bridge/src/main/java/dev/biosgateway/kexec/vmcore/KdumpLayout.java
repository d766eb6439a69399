package dev.biosgateway.kexec.vmcore;

import java.nio.charset.StandardCharsets;

/**
 * Where things are in a kdump-compressed file of i386: the format of makedumpfile(8) and crash(8)
 * (diskdump_mod.h of makedumpfile: struct disk_dump_header, kdump_sub_header, page_desc), header
 * version 6.
 *
 * <pre>
 *   block 0   header
 *   block 1   sub header, then VMCOREINFO and the notes
 *   +         bitmap of the pages there are, bitmap of the pages in the file
 *   +         a descriptor for each page in the file
 *   +         the pages, each by itself a zlib stream where that is shorter
 * </pre>
 */
final class KdumpLayout {
  static final byte[] SIGNATURE = "KDUMP   ".getBytes(StandardCharsets.US_ASCII);
  static final int BLOCK = 4096;
  static final int VERSION = 6;

  /** Pages are compressed by zlib: of the header's status, and of a descriptor's flags. */
  static final int ZLIB = 1;

  // ---- struct disk_dump_header
  static final int HEADER_VERSION = 8;
  static final int UTSNAME = 12;
  static final int UTSNAME_FIELD = 65;
  static final int STATUS = 412;
  static final int BLOCK_SIZE = 416;
  static final int SUB_HEADER_BLOCKS = 420;
  static final int BITMAP_BLOCKS = 424;
  static final int MAX_MAPNR = 428;
  static final int NR_CPUS = 448;

  // ---- struct kdump_sub_header
  static final int DUMP_LEVEL = 4;
  static final int VMCOREINFO_OFFSET = 20;
  static final int VMCOREINFO_SIZE = 28;
  static final int NOTE_OFFSET = 32;
  static final int NOTE_SIZE = 40;
  static final int END_PFN = 64;
  static final int MAX_MAPNR_64 = 72;
  static final int SUB_HEADER = 80;

  // ---- struct page_desc
  static final int DESCRIPTOR = 24;
  static final int DESCRIPTOR_SIZE = 8;
  static final int DESCRIPTOR_FLAGS = 12;

  private KdumpLayout() {}

  /** Blocks of one bitmap. */
  static long bitmapBlocks(long pages) {
    return (pages + 8L * BLOCK - 1) / (8L * BLOCK);
  }
}
