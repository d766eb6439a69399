package dev.biosgateway.runtime;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.ProgramImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a bundle says about one of its programs, out of the attributes of its {@code
 * biosgateway.program} capability, types and ranges checked.
 *
 * @param name name of the program, and the namespace attribute
 * @param version {@code version}, or the bundle's own
 * @param format {@code format}: how the image is to be read
 * @param path {@code path}: the bundle entry that holds the image
 * @param address {@code address}: physical load address, 32 bits
 * @param entry {@code entry}: offset of the entry in the image
 * @param vectors {@code vectors}: interrupts it serves, ascending
 * @param description {@code description}, or empty
 * @param ranking {@code ranking}: the higher one wins, 0 if not given
 * @param policy {@code policy}: what its code may touch, init included
 * @param digest {@code digest}: {@code SHA-256:} and 64 hexadecimal digits of the image, or empty
 * @param attributes all attributes, as they are
 */
record ProgramDescriptor(
    String name,
    Version version,
    String format,
    String path,
    OptionalLong address,
    OptionalLong entry,
    List<Integer> vectors,
    String description,
    int ranking,
    CallPolicy policy,
    String digest,
    Map<String, Object> attributes) {

  /** The capability namespace, and the attribute in it that names the program. */
  static final String NAMESPACE = "biosgateway.program";

  /** The largest image that is read into memory: 16 MiB, the reach of an ISA bus. */
  static final int MAX_IMAGE = 16 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(ProgramDescriptor.class);
  private static final String SHA_256 = "SHA-256:";
  private static final Pattern DIGEST = Pattern.compile("(?i)SHA-256:[0-9a-f]{64}");

  /** The attributes of the namespace. */
  private static final Set<String> KNOWN =
      new TreeSet<>(
          Set.of(
              NAMESPACE,
              "version",
              "format",
              "path",
              "vectors",
              "ranking",
              "address",
              "entry",
              "description",
              "policy",
              "digest",
              "media",
              "initrd",
              "append",
              "ports",
              "memory",
              "source"));

  /** The format of devices in Java. */
  static final String JAVA_DEVICE = "java-device";

  /** Formats of programs with an entry of their own. */
  private static final Set<String> WITH_ENTRY =
      Set.of("flat16", "flat32", "elf32", "elf64", "boot-sector");

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");
  private static final Pattern INTERRUPT_NAME = Pattern.compile("int[0-9a-fA-F]{2}|int|far");

  /**
   * Reads the attributes.
   *
   * @throws ProgramException that names the attribute which is missing or wrong
   */
  static ProgramDescriptor read(Map<String, Object> attributes, Version bundleVersion) {
    Attributes reader = new Attributes(attributes);
    String name = reader.text(NAMESPACE);
    if (!NAME.matcher(name).matches() || INTERRUPT_NAME.matcher(name).matches()) {
      throw reader.error(
          NAMESPACE,
          "a letter, then letters, digits, . _ or -, up to 64, not int, int10 or far",
          "\"" + name + "\"");
    }
    for (String key : attributes.keySet()) {
      if (!KNOWN.contains(key)) {
        LOG.warn(
            "Program {}: attribute \"{}\" means nothing to the gateway; known are {}",
            name,
            key,
            KNOWN);
      }
    }
    String path = reader.text("path");
    if (path.startsWith("/") || path.contains("..") || path.contains("\\")) {
      throw reader.error("path", "an entry of the bundle, as rom/vga.bin", "\"" + path + "\"");
    }
    return new ProgramDescriptor(
        name,
        reader.version(bundleVersion),
        reader.text("format"),
        path,
        reader.number("address", 0, 0xffffffffL),
        reader.number("entry", 0, MAX_IMAGE - 1L),
        reader.vectors(),
        attributes.containsKey("description") ? reader.text("description") : "",
        (int) reader.number("ranking", Integer.MIN_VALUE, Integer.MAX_VALUE).orElse(0),
        reader.policy(name),
        reader.digest(),
        Map.copyOf(attributes));
  }

  /**
   * Reads the image out of the bundle.
   *
   * @throws ProgramException if the entry is missing, empty, too large or cannot be read
   */
  ProgramImage image(Bundle bundle) {
    URL entry = bundle.getEntry(path);
    if (entry == null) {
      throw ProgramException.of(name, "path")
          .file(path)
          .expected("an entry of bundle " + bundle.getSymbolicName())
          .found("none of that name")
          .remedy("add the file to the bundle or correct path in its Provide-Capability")
          .build();
    }
    byte[] bytes;
    try (InputStream stream = entry.openStream()) {
      bytes = stream.readNBytes(MAX_IMAGE + 1);
    } catch (IOException e) {
      throw ProgramException.of(name, "path")
          .file(path)
          .expected("a readable entry")
          .found(e.getMessage())
          .cause(e)
          .build();
    }
    if (bytes.length == 0 || bytes.length > MAX_IMAGE) {
      throw ProgramException.of(name, "size")
          .file(path)
          .expected("1 to " + MAX_IMAGE + " bytes")
          .found(bytes.length == 0 ? "an empty file" : "more")
          .build();
    }
    requireDigest(bytes);
    return new ProgramImage(
        name, version.toString(), format, file(), bytes, address, entry(), vectors, attributes);
  }

  /** What messages call the image: the file a user named, where it was wrapped, else the entry. */
  private String file() {
    return attributes.get("source") instanceof String source ? source : path;
  }

  private void requireDigest(byte[] bytes) {
    if (digest.isEmpty()) {
      return;
    }
    String found;
    try {
      found =
          SHA_256 + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    if (!found.equalsIgnoreCase(digest)) {
      throw ProgramException.of(name, "digest")
          .file(path)
          .expected(digest)
          .found(found)
          .remedy("the image is not the one its author declared: get the bundle anew")
          .build();
    }
  }

  /**
   * Requires that a device has a name by which policies know its memory.
   *
   * @throws ProgramException if it is a device, and its name has a dot
   */
  void requireDeviceName() {
    if (format.equals(JAVA_DEVICE) && name.indexOf('.') >= 0) {
      throw ProgramException.of(name, NAMESPACE)
          .expected("a device's name without a dot")
          .found("\"" + name + "\"")
          .build();
    }
  }

  /** Whether the image is a program with an entry of its own, rather than a ROM with an init. */
  boolean isFlat() {
    return WITH_ENTRY.contains(format);
  }

  /** Typed access to the attributes of a capability. */
  private record Attributes(Map<String, Object> values) {
    ProgramException error(String key, String expected, String found) {
      Object name = values.get(NAMESPACE);
      return ProgramException.of(name == null ? "(unnamed)" : name.toString(), key)
          .expected(expected)
          .found(found)
          .remedy("correct Provide-Capability: " + NAMESPACE + " in the bundle's manifest")
          .build();
    }

    String text(String key) {
      Object value = values.get(key);
      if (!(value instanceof String text) || text.isBlank()) {
        throw error(key, "a text", describe(value));
      }
      return text;
    }

    Version version(Version fallback) {
      Object value = values.get("version");
      if (value == null) {
        return fallback;
      }
      if (value instanceof Version version) {
        return version;
      }
      try {
        return Version.parseVersion(value.toString());
      } catch (IllegalArgumentException e) {
        throw error("version", "a version, as 1.0.0", describe(value));
      }
    }

    OptionalLong number(String key, long min, long max) {
      Object value = values.get(key);
      if (value == null) {
        return OptionalLong.empty();
      }
      if (!(value instanceof Long number) || number < min || number > max) {
        throw error(key, key + ":Long from " + min + " to " + max, describe(value));
      }
      return OptionalLong.of(number);
    }

    CallPolicy policy(String name) {
      Object value = values.get("policy");
      if (value == null) {
        return CallPolicy.ALLOW_ALL;
      }
      Collection<?> items = value instanceof Collection<?> list ? list : List.of(value);
      try {
        return CallPolicy.parse(
            "program " + name, items.stream().map(item -> String.valueOf(item)).toList());
      } catch (InvalidRequestException e) {
        throw error("policy", "policy:List<String> of rules", e.getMessage());
      }
    }

    String digest() {
      Object value = values.get("digest");
      if (value == null) {
        return "";
      }
      String text = value.toString().strip();
      if (!DIGEST.matcher(text).matches()) {
        throw error("digest", "SHA-256: and 64 hexadecimal digits", describe(value));
      }
      return text;
    }

    List<Integer> vectors() {
      Object value = values.get("vectors");
      if (value == null) {
        return List.of();
      }
      Collection<?> items = value instanceof Collection<?> list ? list : List.of(value);
      TreeSet<Integer> vectors = new TreeSet<>();
      for (Object item : items) {
        if (!(item instanceof Long vector) || vector < 0 || vector > 255) {
          throw error("vectors", "vectors:List<Long> of 0 to 255", describe(item));
        }
        vectors.add(vector.intValue());
      }
      return new ArrayList<>(vectors);
    }

    private static String describe(Object value) {
      return value == null
          ? "nothing"
          : "\"" + value + "\" (" + value.getClass().getSimpleName() + ")";
    }
  }
}
