package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.testkit.image.PluginBundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody who signs bundles, with the JDK's own tools as any author would: {@code keytool} makes
 * the key, {@code jarsigner} signs.
 *
 * @param name the common name in the certificate
 * @param keyStore with key and certificate
 */
record BundleSigner(String name, Path keyStore) {
  /** Of the key store; the one the gateway expects unless told otherwise. */
  private static final String PASSWORD = "changeit";

  /** A signer with a new key, in a key store of that folder. */
  static BundleSigner in(Path folder, String name) throws IOException, InterruptedException {
    BundleSigner signer = new BundleSigner(name, folder.resolve(name + ".p12"));
    String store = signer.keyStore.toString();
    String subject = "CN=" + name;
    run(
        "keytool",
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-dname",
        subject,
        "-keystore",
        store,
        "-storepass",
        PASSWORD);
    return signer;
  }

  /** The bundle, signed. */
  InputStream sign(PluginBundle bundle) throws IOException, InterruptedException {
    Path jar = Files.createTempFile(keyStore.getParent(), name, ".jar");
    Files.write(jar, bundle.bytes());
    String store = keyStore.toString();
    run("jarsigner", "-keystore", store, "-storepass", PASSWORD, jar.toString(), name);
    return Files.newInputStream(jar);
  }

  /** Runs a tool of the JDK. */
  private static void run(String... command) throws IOException, InterruptedException {
    String tool = Path.of(System.getProperty("java.home"), "bin", command[0]).toString();
    List<String> line = new ArrayList<>(List.of(command));
    line.set(0, tool);
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), said);
  }
}
