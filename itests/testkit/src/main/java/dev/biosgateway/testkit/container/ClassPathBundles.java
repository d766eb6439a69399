package dev.biosgateway.testkit.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The bundles among the jars of a class path, by symbolic name. Immutable. */
final class ClassPathBundles {
  private final Map<String, Jar> jars;

  private ClassPathBundles(Map<String, Jar> jars) {
    this.jars = jars;
  }

  /**
   * A jar with a bundle's manifest.
   *
   * @param location {@code file:} URL of the jar
   * @param exports the Export-Package header, or empty
   */
  record Jar(String location, String exports) {}

  /** All bundles a class loader can see; of two with one name the first on the class path. */
  static ClassPathBundles visibleTo(ClassLoader loader) {
    Map<String, Jar> jars = new TreeMap<>();
    try {
      for (URL manifest : Collections.list(loader.getResources(JarFile.MANIFEST_NAME))) {
        URLConnection connection = manifest.openConnection();
        // Without a cache the jar is closed with the stream: it may be replaced by the next build.
        connection.setUseCaches(false);
        if (connection instanceof JarURLConnection inJar) {
          try (InputStream stream = inJar.getInputStream()) {
            Attributes headers = new Manifest(stream).getMainAttributes();
            String name = headers.getValue("Bundle-SymbolicName");
            if (name != null) {
              String exports = headers.getValue("Export-Package");
              jars.putIfAbsent(
                  name.split(";", 2)[0].strip(),
                  new Jar(inJar.getJarFileURL().toString(), exports == null ? "" : exports));
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifests of the class path", e);
    }
    return new ClassPathBundles(jars);
  }

  /**
   * The jar of a bundle.
   *
   * @throws IllegalArgumentException if the class path has none of this name
   */
  Jar named(String symbolicName) {
    Jar jar = jars.get(symbolicName);
    if (jar == null) {
      throw new IllegalArgumentException(
          "bundle "
              + symbolicName
              + " is not among the jars of the test class path, which has "
              + jars.keySet()
              + "; modules of the same build are jars from the integration-test phase on");
    }
    return jar;
  }
}
