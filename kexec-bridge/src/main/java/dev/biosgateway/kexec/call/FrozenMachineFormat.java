package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.extension.Extension;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.trampoline.LegacyState;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.snapshot.MachineImage;
import dev.biosgateway.x86.snapshot.MachineImageFile;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A {@link FrozenMachine} as bytes: what the bridge knows, then the image of the PC in the format
 * of {@link MachineImageFile}, preceded by its length. All numbers are big-endian. Of a program's
 * attributes those that are texts and whole numbers are kept.
 */
final class FrozenMachineFormat {
  /** "BGFM" and a version. */
  private static final long MAGIC = 0x4247_464d_0000_0001L;

  /** The longest list or array that is believed: nothing here has more. */
  private static final int MAX = 16 << 20;

  /** What the formats of programs in Java begin with. */
  private static final String JAVA = "java-";

  private static final byte TEXT = 0;
  private static final byte NUMBER = 1;

  private FrozenMachineFormat() {}

  static void write(FrozenMachine machine, DataOutputStream out) throws IOException {
    out.writeLong(MAGIC);
    out.writeByte(machine.paging().ordinal());
    bytes(out, machine.frames().toByteArray());
    out.writeInt(machine.legacy().masterMask());
    out.writeInt(machine.legacy().slaveMask());
    out.writeBoolean(machine.legacy().a20Open());
    out.writeInt(machine.mappings().size());
    for (Mapping mapping : machine.mappings()) {
      write(mapping, out);
    }
    Path file = Files.createTempFile("bios-gateway-", ".image");
    try {
      MachineImageFile.write(machine.image(), file);
      out.writeLong(Files.size(file));
      Files.copy(file, out);
    } finally {
      Files.deleteIfExists(file);
    }
    out.flush();
  }

  /**
   * Reads it.
   *
   * @param java programs in Java that there are, which no file can hold
   * @param connect puts the media in that were there
   */
  static FrozenMachine read(
      DataInputStream in, List<ProgramImage> java, UnaryOperator<Fitting> connect)
      throws IOException {
    long magic = in.readLong();
    if (magic != MAGIC) {
      throw new IOException(
          String.format("frozen machine: expected %016x, found %016x", MAGIC, magic));
    }
    int paging = in.readUnsignedByte();
    if (paging >= PagingMode.values().length) {
      throw new IOException("frozen machine: no paging mode " + paging);
    }
    BitSet frames = BitSet.valueOf(bytes(in, "page frames"));
    LegacyState legacy = new LegacyState(in.readInt(), in.readInt(), in.readBoolean());
    int count = length(in, "programs");
    List<Mapping> mappings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      mappings.add(readMapping(in, java));
    }
    long size = in.readLong();
    Path file = Files.createTempFile("bios-gateway-", ".image");
    try {
      copy(in, size, file);
      MachineImage image = MachineImageFile.read(file, connect);
      return new FrozenMachine(image, PagingMode.values()[paging], frames, legacy, mappings);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void write(Mapping mapping, DataOutputStream out) throws IOException {
    ProgramImage image = mapping.image();
    out.writeUTF(image.name());
    out.writeUTF(image.version());
    out.writeUTF(image.format());
    out.writeUTF(image.file());
    bytes(out, image.bytes());
    out.writeLong(image.address().orElse(-1));
    out.writeLong(image.entry().orElse(-1));
    numbers(out, image.vectors());
    write(image.attributes(), out);
    out.writeLong(mapping.address());
    out.writeLong(mapping.size());
    out.writeByte(mapping.mode().ordinal());
    out.writeLong(mapping.entry().orElse(-1));
    numbers(out, mapping.vectorsHooked());
    out.writeInt(mapping.segments().size());
    for (LoadedSegment segment : mapping.segments()) {
      out.writeUTF(segment.segment().name());
      out.writeLong(segment.segment().mem());
      out.writeLong(segment.segment().memsz());
      out.writeInt(segment.sources().length);
      for (int source : segment.sources()) {
        out.writeInt(source);
      }
    }
  }

  private static void write(Map<String, Object> attributes, DataOutputStream out)
      throws IOException {
    List<Map.Entry<String, Object>> kept =
        attributes.entrySet().stream()
            .filter(e -> e.getValue() instanceof String || e.getValue() instanceof Long)
            .sorted(Map.Entry.comparingByKey())
            .toList();
    out.writeInt(kept.size());
    for (Map.Entry<String, Object> attribute : kept) {
      out.writeUTF(attribute.getKey());
      if (attribute.getValue() instanceof Long number) {
        out.writeByte(NUMBER);
        out.writeLong(number);
      } else {
        out.writeByte(TEXT);
        out.writeUTF((String) attribute.getValue());
      }
    }
  }

  /** Its segments have no memory yet: a machine gives them its own. */
  private static Mapping readMapping(DataInputStream in, List<ProgramImage> java)
      throws IOException {
    String name = in.readUTF();
    String version = in.readUTF();
    String format = in.readUTF();
    String file = in.readUTF();
    byte[] content = bytes(in, "image of " + name);
    OptionalLong address = optional(in);
    OptionalLong entry = optional(in);
    List<Integer> vectors = numbers(in, "vectors of " + name);
    int attributes = length(in, "attributes of " + name);
    Map<String, Object> values = new TreeMap<>();
    for (int i = 0; i < attributes; i++) {
      String key = in.readUTF();
      values.put(key, in.readByte() == NUMBER ? (Object) in.readLong() : in.readUTF());
    }
    ProgramImage image =
        new ProgramImage(name, version, format, file, content, address, entry, vectors, values);
    if (format.startsWith(JAVA)) {
      image = image.backedBy(extension(image, java));
    }
    long at = in.readLong();
    long size = in.readLong();
    int mode = in.readUnsignedByte();
    if (mode >= CallMode.values().length) {
      throw new IOException("program " + name + ": no mode " + mode);
    }
    OptionalLong mappedEntry = optional(in);
    List<Integer> hooked = numbers(in, "hooked vectors of " + name);
    int segments = length(in, "segments of " + name);
    List<LoadedSegment> loaded = new ArrayList<>();
    for (int i = 0; i < segments; i++) {
      KexecSegment segment =
          new KexecSegment(in.readUTF(), new byte[0], in.readLong(), in.readLong());
      int[] sources = new int[length(in, "pages of " + segment)];
      for (int k = 0; k < sources.length; k++) {
        sources[k] = in.readInt();
      }
      loaded.add(LoadedSegment.elsewhere(segment, sources));
    }
    return new Mapping(
        image,
        at,
        size,
        CallMode.values()[mode],
        mappedEntry,
        hooked,
        Optional.empty(),
        loaded,
        null);
  }

  private static Extension extension(ProgramImage saved, List<ProgramImage> java)
      throws IOException {
    for (ProgramImage image : java) {
      if (image.name().equals(saved.name())
          && image.version().equals(saved.version())
          && image.format().equals(saved.format())) {
        return image.extension(Extension.class).orElseThrow();
      }
    }
    throw new IOException(
        "program "
            + saved
            + " is in Java: expected its plugin to be installed, found "
            + (java.isEmpty() ? "none" : java));
  }

  private static void copy(DataInputStream in, long size, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] passing = new byte[1 << 16];
      for (long left = size; left > 0; ) {
        int n = in.read(passing, 0, (int) Math.min(left, passing.length));
        if (n < 0) {
          throw new EOFException(
              "image of the machine: " + left + " of " + size + " bytes missing");
        }
        out.write(passing, 0, n);
        left -= n;
      }
    }
  }

  private static OptionalLong optional(DataInputStream in) throws IOException {
    long value = in.readLong();
    return value == -1 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static void numbers(DataOutputStream out, List<Integer> values) throws IOException {
    out.writeInt(values.size());
    for (int value : values) {
      out.writeInt(value);
    }
  }

  private static List<Integer> numbers(DataInputStream in, String what) throws IOException {
    int count = length(in, what);
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(in.readInt());
    }
    return values;
  }

  private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] bytes(DataInputStream in, String what) throws IOException {
    byte[] bytes = new byte[length(in, what)];
    in.readFully(bytes);
    return bytes;
  }

  private static int length(DataInputStream in, String what) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX) {
      throw new IOException(what + ": expected 0 to " + MAX + " of them, found " + length);
    }
    return length;
  }
}
