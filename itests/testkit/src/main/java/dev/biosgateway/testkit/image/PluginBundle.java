package dev.biosgateway.testkit.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/**
 * A plugin bundle that a test writes: a manifest with {@code biosgateway.program} capabilities, and
 * images. It is what bnd makes of a plugin project without Java, and checks nothing, so that a test
 * can lie. Not safe for use by several threads.
 */
public final class PluginBundle {
  private static final String NAMESPACE = "biosgateway.program";

  /** What {@code bios-plugins/bnd.bnd} requires for all plugins. */
  private static final String EXTENDER =
      "osgi.extender;filter:="
          + "\"(&(osgi.extender=biosgateway.program)(version>=1.0.0)(!(version>=2.0.0)))\"";

  private final String symbolicName;
  private final String version;
  private final List<Map<String, String>> programs = new ArrayList<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final List<String> requirements = new ArrayList<>(List.of(EXTENDER));

  private PluginBundle(String symbolicName, String version) {
    this.symbolicName = symbolicName;
    this.version = version;
  }

  /** A bundle without a program. */
  public static PluginBundle named(String symbolicName, String version) {
    return new PluginBundle(symbolicName, version);
  }

  /**
   * Adds a program of the bundle's version, and its image as {@code image/NAME.bin}; {@link
   * #attribute} says more about it.
   *
   * @param format {@code option-rom}, {@code flat32} and so on
   */
  public PluginBundle program(String name, String format, byte... image) {
    String path = "image/" + name + ".bin";
    entries.put(path, image.clone());
    programs.add(new LinkedHashMap<>());
    return attribute(NAMESPACE, name)
        .attribute("version:Version", version)
        .attribute("format", format)
        .attribute("path", path);
  }

  /**
   * Sets an attribute of the program added last.
   *
   * @param key the attribute with its OSGi type, as {@code vectors:List<Long>}
   * @param value the value as it goes into the manifest, without its quotes
   */
  public PluginBundle attribute(String key, String value) {
    last().put(key, value);
    return this;
  }

  /** Takes an attribute of the program added last away. */
  public PluginBundle without(String key) {
    last().remove(key);
    return this;
  }

  /** Adds a requirement, as it goes into the manifest. */
  public PluginBundle requirement(String clause) {
    requirements.add(clause);
    return this;
  }

  private Map<String, String> last() {
    if (programs.isEmpty()) {
      throw new IllegalStateException("bundle " + symbolicName + " has no program yet");
    }
    return programs.get(programs.size() - 1);
  }

  /** The bundle, ready to be installed. */
  public InputStream stream() {
    return new ByteArrayInputStream(bytes());
  }

  /** The bundle as a file's content. */
  public byte[] bytes() {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", symbolicName);
    headers.putValue("Bundle-Version", version);
    headers.putValue("Require-Capability", String.join(",", requirements));
    if (!programs.isEmpty()) {
      headers.putValue(
          "Provide-Capability",
          programs.stream().map(PluginBundle::clause).collect(Collectors.joining(",")));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
        jar.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write bundle " + symbolicName + " to memory", e);
    }
    return bytes.toByteArray();
  }

  private static String clause(Map<String, String> attributes) {
    return NAMESPACE
        + attributes.entrySet().stream()
            .map(attribute -> ";" + attribute.getKey() + "=\"" + attribute.getValue() + '"')
            .collect(Collectors.joining());
  }
}
