package dev.biosgateway.runtime;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.ProgramException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;

/**
 * Checks that a bundle is signed as the JAR file specification has it: every entry outside of
 * META-INF by the same, trusted signer. It reads the bundle's entries through the framework, so
 * that it does not matter how the bundle came in; they are put into a jar again with manifest and
 * signatures in front, which is the order in which the JDK verifies a stream.
 */
final class BundleSignature {
  private static final String META = "META-INF/";
  private static final String MANIFEST = META + "MANIFEST.MF";

  private final Set<Certificate> trusted;

  /**
   * A check.
   *
   * @param trusted certificates of signers, or of those who vouch for them; empty trusts any signer
   *     whose signature is right
   */
  BundleSignature(Set<Certificate> trusted) {
    this.trusted = Set.copyOf(trusted);
  }

  /**
   * A check against the certificates of a key store.
   *
   * @throws InvalidRequestException if it cannot be read
   */
  static BundleSignature trusting(File keyStore, String password) {
    try {
      KeyStore store = KeyStore.getInstance(keyStore, password.toCharArray());
      Set<Certificate> certificates = new HashSet<>();
      for (String alias : Collections.list(store.aliases())) {
        certificates.add(store.getCertificate(alias));
      }
      return new BundleSignature(certificates);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new InvalidRequestException(
          "biosgateway.truststore: expected a key store, found " + keyStore + ": " + e.getMessage(),
          e);
    }
  }

  /**
   * Checks a bundle.
   *
   * @throws ProgramException that says which entry is not signed, or by whom
   */
  void require(Bundle bundle, String program) {
    try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(jar(bundle)), true)) {
      int signed = 0;
      for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
        jar.readAllBytes();
        if (!entry.isDirectory() && !isMeta(entry.getName())) {
          CodeSigner[] signers = entry.getCodeSigners();
          if (signers == null || signers.length == 0) {
            throw refused(program, bundle, entry.getName() + ", which nobody has signed", null);
          }
          requireTrusted(program, bundle, entry.getName(), signers);
          signed++;
        }
      }
      if (signed == 0) {
        throw refused(program, bundle, "a bundle without a signed entry", null);
      }
    } catch (IOException | SecurityException e) {
      throw refused(program, bundle, e.getMessage(), e);
    }
  }

  private void requireTrusted(String program, Bundle bundle, String entry, CodeSigner... signers) {
    if (trusted.isEmpty()) {
      return;
    }
    List<String> names = new ArrayList<>();
    for (CodeSigner signer : signers) {
      for (Certificate certificate : signer.getSignerCertPath().getCertificates()) {
        if (trusted.contains(certificate)) {
          return;
        }
        if (certificate instanceof java.security.cert.X509Certificate x509) {
          names.add(x509.getSubjectX500Principal().getName());
        }
      }
    }
    throw refused(program, bundle, entry + ", signed by " + names + ", whom nobody trusts", null);
  }

  private static ProgramException refused(
      String program, Bundle bundle, String found, Exception cause) {
    return ProgramException.of(program, "signature")
        .file(bundle.getLocation())
        .expected("a bundle whose every entry a trusted signer has signed")
        .found(found)
        .remedy("sign it with jarsigner, or do without biosgateway.signed")
        .cause(cause)
        .build();
  }

  private static boolean isMeta(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.startsWith(META)
        && upper.indexOf('/', META.length()) < 0
        && (upper.equals(MANIFEST)
            || upper.endsWith(".SF")
            || upper.endsWith(".RSA")
            || upper.endsWith(".DSA")
            || upper.endsWith(".EC"));
  }

  private static byte[] jar(Bundle bundle) throws IOException {
    List<String> first = new ArrayList<>();
    List<String> others = new ArrayList<>();
    Enumeration<URL> entries = bundle.findEntries("/", "*", true);
    while (entries != null && entries.hasMoreElements()) {
      String name = entries.nextElement().getPath().substring(1);
      if (!name.endsWith("/")) {
        (isMeta(name) ? first : others).add(name);
      }
    }
    // The signature file comes before its block, and the manifest before both.
    first.sort((a, b) -> Integer.compare(rank(a), rank(b)));
    first.addAll(others);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : first) {
        URL entry = bundle.getEntry(name);
        if (entry != null) {
          zip.putNextEntry(new ZipEntry(name));
          try (InputStream content = entry.openStream()) {
            content.transferTo(zip);
          }
          zip.closeEntry();
        }
      }
    }
    return bytes.toByteArray();
  }

  private static int rank(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.equals(MANIFEST) ? 0 : upper.endsWith(".SF") ? 1 : 2;
  }
}
