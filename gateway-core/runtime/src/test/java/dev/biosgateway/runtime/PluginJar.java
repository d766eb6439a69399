package dev.biosgateway.runtime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Plugin bundles for tests, with any descriptor. */
final class PluginJar {
  private PluginJar() {}

  /** A bundle whose only program has the image byte and further attributes. */
  static byte[] program(String symbolicName, String program, byte image, String attributes) {
    return bundle(
        symbolicName,
        "biosgateway.program;biosgateway.program=\""
            + program
            + "\";format=\"option-rom\";path=\"image\""
            + (attributes.isEmpty() ? "" : ";" + attributes),
        image);
  }

  static byte[] bundle(String symbolicName, String capabilities, byte... image) {
    return bundle(symbolicName, capabilities, null, image);
  }

  /** A bundle that requires a capability. */
  static byte[] requiring(
      String symbolicName, String capabilities, String requirement, byte... image) {
    return bundle(symbolicName, capabilities, requirement, image);
  }

  private static byte[] bundle(
      String symbolicName, String capabilities, String requirement, byte[] image) {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", symbolicName);
    main.putValue("Bundle-Version", "1.0.0");
    main.putValue("Provide-Capability", capabilities);
    if (requirement != null) {
      main.putValue("Require-Capability", requirement);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
      jar.putNextEntry(new JarEntry("image"));
      jar.write(image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static InputStream stream(byte[] jar) {
    return new ByteArrayInputStream(jar);
  }
}
