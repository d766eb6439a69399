package dev.biosgateway.itests.conformance.captured;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The MOO format, version 1: chunks of a tag of four characters and a length, little-endian, TEST
 * with chunks of its own in it. What an instruction does is in NAME, BYTS, INIT, FINA and EXCP; bus
 * cycles, hashes and prefetch queues are passed over.
 */
final class MooFile implements CapturedFile {
  private static final String HEADER = "MOO ";
  private final Path path;
  private final ByteBuffer content;
  private final String processor;

  MooFile(Path path, byte[] bytes) throws IOException {
    this.path = path;
    content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String tag = bytes.length < 20 ? "" : tag();
    if (!tag.equals(HEADER)) {
      throw new IOException("%s: expected a MOO file, found the tag '%s'".formatted(path, tag));
    }
    int end = content.getInt() + content.position();
    int version = content.get();
    if (version != 1) {
      throw new IOException("%s: expected MOO version 1, found %d".formatted(path, version));
    }
    content.position(content.position() + 7);
    processor = tag().strip();
    content.position(end);
  }

  @Override
  public String processor() {
    return processor;
  }

  @Override
  public void forEach(Consumer<CapturedCase> action) throws IOException {
    while (content.hasRemaining()) {
      String tag = tag();
      int end = content.getInt() + content.position();
      if (tag.equals("TEST")) {
        action.accept(test(end));
      }
      content.position(end);
    }
  }

  private CapturedCase test(int end) throws IOException {
    int number = content.getInt();
    String name = "";
    byte[] bytes = {};
    State before = null;
    State after = null;
    int exception = -1;
    while (content.position() < end) {
      String tag = tag();
      int next = content.getInt() + content.position();
      switch (tag) {
        case "NAME" -> name = new String(counted(), StandardCharsets.US_ASCII);
        case "BYTS" -> bytes = counted();
        case "INIT" -> before = state(next);
        case "FINA" -> after = state(next);
        case "EXCP" -> exception = content.get() & 0xff;
        case "CYCL", "HASH", "GMET" -> {}
        default ->
            throw new IOException("%s, case %d: unknown chunk '%s'".formatted(path, number, tag));
      }
      content.position(next);
    }
    if (before == null || after == null) {
      throw new IOException("%s, case %d: no INIT or no FINA".formatted(path, number));
    }
    return new CapturedCase(
        number,
        name,
        bytes,
        before.registers,
        before.memory,
        after.over(before.registers),
        after.memory,
        exception);
  }

  /** Registers that are there by a mask, and bytes of memory. */
  private static final class State {
    private final int[] registers = new int[CapturedCase.REGISTERS.length];
    private int mask;
    private int[][] memory = {};

    int[] over(int[] before) {
      int[] all = before.clone();
      for (int r = 0; r < all.length; r++) {
        all[r] = (mask >> r & 1) != 0 ? registers[r] : all[r];
      }
      return all;
    }
  }

  private State state(int end) throws IOException {
    State state = new State();
    while (content.position() < end) {
      String tag = tag();
      int next = content.getInt() + content.position();
      switch (tag) {
        case "REGS" -> {
          state.mask = content.getShort() & 0xffff;
          for (int r = 0; r < state.registers.length; r++) {
            state.registers[r] = (state.mask >> r & 1) != 0 ? content.getShort() & 0xffff : 0;
          }
        }
        case "RAM " -> {
          state.memory = new int[content.getInt()][];
          for (int n = 0; n < state.memory.length; n++) {
            state.memory[n] = new int[] {content.getInt(), content.get() & 0xff};
          }
        }
        case "QUEU" -> {}
        default -> throw new IOException("%s: unknown chunk '%s' of a state".formatted(path, tag));
      }
      content.position(next);
    }
    return state;
  }

  private byte[] counted() {
    byte[] bytes = new byte[content.getInt()];
    content.get(bytes);
    return bytes;
  }

  private String tag() {
    byte[] tag = new byte[4];
    content.get(tag);
    return new String(tag, StandardCharsets.US_ASCII);
  }
}
