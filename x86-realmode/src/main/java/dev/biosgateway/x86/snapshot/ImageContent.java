package dev.biosgateway.x86.snapshot;

import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Board;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.ProcessorIdentity;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipException;

/**
 * What stands in an image file: configuration, sections, memories. A memory is its name, its number
 * of pages, the number of those that are held, and these: number of the page, number of its
 * content; content that was not there before follows, so equal pages are stored once.
 */
final class ImageContent {
  private static final int PAGE = PhysicalBus.PAGE;

  /** Far above what any machine has, far below what would exhaust this one. */
  private static final int SECTIONS_MAX = 1000;

  private static final int BLOCK_MAX = 1 << 30;
  private static final int MEMORIES_MAX = 100;
  private static final int PAGES_MAX = 1 << 20;

  private final Path file;
  private final Position position;
  private final DataInputStream in;

  private final UnaryOperator<Fitting> connect;

  ImageContent(Path file, InputStream content, UnaryOperator<Fitting> connect) {
    this.file = file;
    this.connect = connect;
    this.position = new Position(content);
    this.in = new DataInputStream(position);
  }

  static void write(MachineImage image, DataOutputStream out) throws IOException {
    MachineConfig config = image.config();
    if (config.identity() != ProcessorIdentity.OF_MODEL) {
      throw new StateException(
          "machine image: expected a processor that answers CPUID and MSRs as its model does, found"
              + " one with a ProcessorIdentity, which no file can hold");
    }
    out.writeUTF(config.board().name());
    out.writeUTF(config.cpu().id());
    out.writeInt(config.nanosPerInstruction());
    FittingContent.write(config.fitting(), out);
    MediaContent.write(config.fitting().drives(), out);
    out.writeInt(image.sections().size());
    for (Section section : image.sections()) {
      section.writeTo(out);
    }
    out.writeInt(image.memories().size());
    Map<ByteBuffer, Integer> contents = new HashMap<>();
    for (PagedMemory memory : image.memories()) {
      write(memory, contents, out);
    }
  }

  private static void write(
      PagedMemory memory, Map<ByteBuffer, Integer> contents, DataOutputStream out)
      throws IOException {
    out.writeUTF(memory.name());
    out.writeInt(memory.pages());
    out.writeInt(memory.heldPages());
    for (int i = 0; i < memory.pages(); i++) {
      byte[] page = memory.page(i);
      if (page != null) {
        out.writeInt(i);
        int fresh = contents.size();
        Integer known = contents.putIfAbsent(ByteBuffer.wrap(page), fresh);
        out.writeInt(known == null ? fresh : known);
        if (known == null) {
          out.write(page);
        }
      }
    }
  }

  /**
   * Reads all of it.
   *
   * @throws ImageFormatException naming the field that is wrong, and where it is
   */
  MachineImage read() throws IOException {
    String field = "configuration";
    try {
      MachineConfig config = readConfig();
      field = "sections";
      List<Section> sections = new ArrayList<>();
      int count = count("number of sections", SECTIONS_MAX);
      for (int i = 0; i < count; i++) {
        sections.add(Section.readFrom(in, BLOCK_MAX));
      }
      field = "memories";
      List<PagedMemory> memories = new ArrayList<>();
      List<byte[]> contents = new ArrayList<>();
      int memoryCount = count("number of memories", MEMORIES_MAX);
      for (int i = 0; i < memoryCount; i++) {
        memories.add(readMemory(contents));
      }
      return new MachineImage(config, sections, memories);
    } catch (EOFException e) {
      throw wrong(field, position.at, "more bytes", "the end of the content");
    } catch (StateException | ZipException e) {
      throw wrong(field, position.at, "what this version writes", e.getMessage());
    }
  }

  private MachineConfig readConfig() throws IOException {
    String field = "board";
    long at = position.at;
    try {
      Board board = Boards.named(in.readUTF());
      field = "processor";
      at = position.at;
      CpuModel cpu = CpuModel.named(in.readUTF());
      field = "fitting";
      at = position.at;
      int nanosPerInstruction = in.readInt();
      Fitting fitting = connect.apply(FittingContent.read(in));
      field = "media";
      at = position.at;
      MediaContent.readAndRequire(fitting.drives(), in);
      return new MachineConfig(
          board,
          cpu,
          fitting,
          nanosPerInstruction,
          ProcessorIdentity.OF_MODEL,
          MachineConfig.DEFAULT.translation());
    } catch (IllegalArgumentException | DateTimeException | StateException e) {
      throw wrong(field, at, "a machine that can be built", e.getMessage());
    }
  }

  private PagedMemory readMemory(List<byte[]> contents) throws IOException {
    String name = in.readUTF();
    byte[][] pages = new byte[count("pages of " + name, PAGES_MAX)][];
    int held = count("held pages of " + name, pages.length);
    for (int i = 0; i < held; i++) {
      int number = count("page of " + name, pages.length - 1);
      int content = count("content of a page of " + name, contents.size());
      if (content == contents.size()) {
        byte[] page = new byte[PAGE];
        in.readFully(page);
        contents.add(page);
      }
      pages[number] = contents.get(content);
    }
    return new PagedMemory(name, pages);
  }

  private int count(String field, int max) throws IOException {
    long at = position.at;
    int value = in.readInt();
    if (value < 0 || value > max) {
      throw wrong(field, at, "0 to " + max, "" + value);
    }
    return value;
  }

  private ImageFormatException wrong(String field, long at, String expected, String found) {
    return new ImageFormatException(file, field, at, expected, found);
  }

  /** Counts what was read, for the offsets of errors. */
  private static final class Position extends FilterInputStream {
    private long at;

    Position(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      at += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = super.read(into, from, length);
      at += Math.max(n, 0);
      return n;
    }
  }
}
