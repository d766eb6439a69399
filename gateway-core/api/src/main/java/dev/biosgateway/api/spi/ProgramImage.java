package dev.biosgateway.api.spi;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.extension.Extension;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** A program out of a plugin, ready to be mapped: its bytes and what its descriptor says. */
public final class ProgramImage {
  private final String name;
  private final String version;
  private final String format;
  private final String file;
  private final byte[] bytes;
  private final OptionalLong address;
  private final OptionalLong entry;
  private final List<Integer> vectors;
  private final Map<String, Object> attributes;
  private final CallPolicy policy;
  private final Extension extension;

  /**
   * An image.
   *
   * @param name unique among the programs of one machine
   * @param version as OSGi writes versions
   * @param format {@code option-rom}, {@code flat32} and so on; unknown ones are refused by map
   * @param file the bundle entry the bytes come from, for messages
   * @param bytes the image, copied
   * @param address physical load address; empty lets the provider choose
   * @param entry offset of the entry within the image; empty means the format's own
   * @param vectors interrupts the program says it serves, 0 to 0xff
   * @param attributes all attributes of the capability, as OSGi types
   */
  public ProgramImage(
      String name,
      String version,
      String format,
      String file,
      byte[] bytes,
      OptionalLong address,
      OptionalLong entry,
      List<Integer> vectors,
      Map<String, Object> attributes) {
    this.name = Objects.requireNonNull(name, "name");
    this.version = Objects.requireNonNull(version, "version");
    this.format = Objects.requireNonNull(format, "format");
    this.file = Objects.requireNonNull(file, "file");
    this.bytes = bytes.clone();
    this.address = Objects.requireNonNull(address, "address");
    this.entry = Objects.requireNonNull(entry, "entry");
    this.vectors = List.copyOf(vectors);
    this.attributes = Map.copyOf(attributes);
    this.policy = CallPolicy.ALLOW_ALL;
    this.extension = null;
  }

  private ProgramImage(ProgramImage other, CallPolicy policy, Extension extension) {
    this.extension = extension;
    this.name = other.name;
    this.version = other.version;
    this.format = other.format;
    this.file = other.file;
    this.bytes = other.bytes;
    this.address = other.address;
    this.entry = other.entry;
    this.vectors = other.vectors;
    this.attributes = other.attributes;
    this.policy = policy;
  }

  /** The same image, whose init runs under a policy. */
  public ProgramImage within(CallPolicy bound) {
    return new ProgramImage(this, bound, extension);
  }

  /** The same image, whose code is in Java: a handler, a device or an interceptor. */
  public ProgramImage backedBy(Extension java) {
    return new ProgramImage(this, policy, java);
  }

  /** The code in Java, if it is of a type; empty for programs of guest code. */
  public <E extends Extension> Optional<E> extension(Class<E> type) {
    return type.isInstance(extension) ? Optional.of(type.cast(extension)) : Optional.empty();
  }

  /** What its init may touch. */
  public CallPolicy policy() {
    return policy;
  }

  /** Name of the program. */
  public String name() {
    return name;
  }

  /** Version of the program. */
  public String version() {
    return version;
  }

  /** Format of the image. */
  public String format() {
    return format;
  }

  /** The bundle entry the bytes come from. */
  public String file() {
    return file;
  }

  /** The image, as a new array. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Size of the image in bytes. */
  public int size() {
    return bytes.length;
  }

  /** Physical load address, if the descriptor names one. */
  public OptionalLong address() {
    return address;
  }

  /** Offset of the entry, if the descriptor names one. */
  public OptionalLong entry() {
    return entry;
  }

  /** Interrupts the program says it serves. */
  public List<Integer> vectors() {
    return vectors;
  }

  /** All attributes of the capability. */
  public Map<String, Object> attributes() {
    return attributes;
  }

  @Override
  public String toString() {
    return name + " " + version + " (" + format + ", " + bytes.length + " bytes)";
  }
}
