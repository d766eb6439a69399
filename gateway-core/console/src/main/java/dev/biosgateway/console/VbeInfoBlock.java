package dev.biosgateway.console;

import dev.biosgateway.api.FarPointer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answer of VBE function 00h (VESA BIOS Extension Core Functions Standard 3.0, section 4.3).
 * Its far pointers can be followed only into the block itself, where VBE 2.0 and later put the mode
 * list and the strings of their own if the caller asks for it by the signature VBE2.
 */
final class VbeInfoBlock {
  private static final byte[] SIGNATURE = "VESA".getBytes(StandardCharsets.US_ASCII);
  private static final int SMALLEST = 0x14;
  private static final int END_OF_LIST = 0xffff;

  private final byte[] bytes;
  private final FarPointer address;

  private VbeInfoBlock(byte[] bytes, FarPointer address) {
    this.bytes = bytes;
    this.address = address;
  }

  /**
   * Recognises a block by its signature.
   *
   * @param address where the block was in guest memory
   */
  static Optional<VbeInfoBlock> in(byte[] bytes, FarPointer address) {
    boolean signed =
        bytes.length >= SMALLEST
            && bytes[0] == SIGNATURE[0]
            && bytes[1] == SIGNATURE[1]
            && bytes[2] == SIGNATURE[2]
            && bytes[3] == SIGNATURE[3];
    return signed ? Optional.of(new VbeInfoBlock(bytes, address)) : Optional.empty();
  }

  /** The version as BCD: 0x0300. */
  int version() {
    return word(0x04);
  }

  /** Capability bits, 32 bits. */
  long capabilities() {
    return word(0x0a) | (long) word(0x0c) << 16;
  }

  /** Video memory in KiB: the field counts blocks of 64 KiB. */
  int memoryKib() {
    return word(0x12) * 64;
  }

  /** The mode numbers, if the list lies in the block and ends there. */
  Optional<List<Integer>> modes() {
    int at = inside(pointer(0x0e));
    List<Integer> modes = new ArrayList<>();
    while (at >= 0 && at + 1 < bytes.length) {
      int mode = word(at);
      if (mode == END_OF_LIST) {
        return Optional.of(modes);
      }
      modes.add(mode);
      at += 2;
    }
    return Optional.empty();
  }

  /** The block in readable lines. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "VBE %x.%x, %d KiB of video memory, capabilities 0x%08x",
            version() >> 8, version() & 0xff, memoryKib(), capabilities()));
    add(lines, "OEM      ", pointer(0x06));
    if (version() >= 0x0200 && bytes.length >= 0x22) {
      // Filled only for a caller that put "VBE2" into the block; null pointers else.
      if (pointer(0x16).linear() == 0) {
        lines.add("vendor   not asked for: a buffer that starts with VBE2 does (info:512=VBE2)");
      }
      add(lines, "vendor   ", pointer(0x16));
      add(lines, "product  ", pointer(0x1a));
      add(lines, "revision ", pointer(0x1e));
    }
    Optional<List<Integer>> modes = modes();
    if (modes.isEmpty()) {
      lines.add("modes    listed at " + pointer(0x0e) + ", outside the block");
      return lines;
    }
    List<Integer> numbers = modes.get();
    lines.add("modes    " + numbers.size());
    for (int i = 0; i < numbers.size(); i += 12) {
      StringBuilder row = new StringBuilder("        ");
      for (int mode : numbers.subList(i, Math.min(i + 12, numbers.size()))) {
        row.append(String.format(" %04x", mode));
      }
      lines.add(row.toString());
    }
    return lines;
  }

  private void add(List<String> lines, String label, FarPointer text) {
    if (text.linear() != 0) {
      lines.add(label + string(text));
    }
  }

  private String string(FarPointer pointer) {
    int start = inside(pointer);
    if (start < 0) {
      return "at " + pointer + ", outside the block";
    }
    int end = start;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return "\"" + new String(bytes, start, end - start, StandardCharsets.ISO_8859_1) + "\"";
  }

  private int inside(FarPointer pointer) {
    int offset = pointer.linear() - address.linear();
    return offset >= 0 && offset < bytes.length ? offset : -1;
  }

  private FarPointer pointer(int at) {
    return new FarPointer(word(at + 2), word(at));
  }

  private int word(int at) {
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
  }
}
