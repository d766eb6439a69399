package dev.biosgateway.runtime;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.ProgramException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

class BundleSignatureTest {
  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;
  private FrameworkFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new FrameworkFixture(folder.resolve("cache"));
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private static byte[] jar() {
    return PluginJar.program("test.vga", "vga", ScriptedMachine.GOOD, "vectors:Long=\"16\"");
  }

  private Bundle bundle(byte[] jar) throws BundleException {
    return fixture.context.installBundle("test:" + jar.length, new ByteArrayInputStream(jar));
  }

  /** A key store with one key pair and its certificate. */
  private File keyStore(String name) throws IOException, InterruptedException {
    File file = folder.resolve(name + ".p12").toFile();
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    assertEquals(0, keytool.waitFor(), said);
    return file;
  }

  private byte[] signed(byte[] jar, File keyStore, String alias) throws Exception {
    KeyStore store = KeyStore.getInstance(keyStore, PASSWORD.toCharArray());
    KeyStore.PrivateKeyEntry key =
        (KeyStore.PrivateKeyEntry)
            store.getEntry(alias, new KeyStore.PasswordProtection(PASSWORD.toCharArray()));
    Path unsigned = Files.write(folder.resolve("unsigned.jar"), jar);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipFile zip = new ZipFile(unsigned.toFile());
        OutputStream stream = out) {
      new JarSigner.Builder(key).build().sign(zip, stream);
    }
    return out.toByteArray();
  }

  /** The same jar with another byte in its image, or with an entry more. */
  private static byte[] tampered(byte[] jar, boolean add) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] content = in.readAllBytes();
        if (!add && !entry.getName().startsWith("META-INF")) {
          content[content.length - 1] ^= 1;
        }
        zip.putNextEntry(new ZipEntry(entry.getName()));
        zip.write(content);
        zip.closeEntry();
      }
      if (add) {
        zip.putNextEntry(new ZipEntry("more.bin"));
        zip.write(1);
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }

  private static void refused(BundleSignature check, Bundle bundle, String part) {
    var error = assertThrows(ProgramException.class, () -> check.require(bundle, "vga"));
    assertEquals("signature", error.field());
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }

  @Test
  void onlyWhatATrustedSignerHasSignedIsTaken() throws Exception {
    File ours = keyStore("ours");
    File theirs = keyStore("theirs");
    byte[] signed = signed(jar(), ours, "ours");
    Bundle bundle = bundle(signed);
    assertDoesNotThrow(() -> new BundleSignature(Set.of()).require(bundle, "vga"));
    assertDoesNotThrow(() -> BundleSignature.trusting(ours, PASSWORD).require(bundle, "vga"));
    refused(BundleSignature.trusting(theirs, PASSWORD), bundle, "CN=ours");
  }

  @Test
  void whatIsNotSignedOrWasChangedIsRefused() throws Exception {
    BundleSignature anybody = new BundleSignature(Set.of());
    Bundle unsigned = bundle(jar());
    refused(anybody, unsigned, "nobody has signed");
    unsigned.uninstall();
    byte[] signed = signed(jar(), keyStore("ours"), "ours");
    Bundle changed = bundle(tampered(signed, false));
    refused(anybody, changed, "digest");
    changed.uninstall();
    Bundle more = bundle(tampered(signed, true));
    refused(anybody, more, "more.bin");
    more.uninstall();
  }

  @Test
  void aKeyStoreThatCannotBeReadIsNamed() {
    File missing = folder.resolve("missing.p12").toFile();
    var error =
        assertThrows(
            InvalidRequestException.class, () -> BundleSignature.trusting(missing, PASSWORD));
    assertTrue(error.getMessage().contains("biosgateway.truststore"), error.getMessage());
  }
}
