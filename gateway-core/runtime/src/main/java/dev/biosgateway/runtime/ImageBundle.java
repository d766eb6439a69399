package dev.biosgateway.runtime;

import dev.biosgateway.api.ProgramException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.osgi.framework.Constants;

/**
 * A bundle around an image that came without one, such as a vendor's ROM. It declares the image as
 * any plugin author would, so the extender need not know the difference.
 *
 * @param symbolicName of the bundle
 * @param content the jar file
 */
record ImageBundle(String symbolicName, byte[] content) {
  /** Ranking of an image a user installed: before the embedded defaults. */
  static final int INSTALLED_RANKING = 100;

  /** Ranking of an image named for one process. */
  static final int ATTACHED_RANKING = 1000;

  private static final int VIDEO_SERVICES = 0x10;
  private static final long VIDEO_ROM_ADDRESS = 0xc0000;

  /** Offset of the pointer to the PCI data structure (PCI Firmware Specification 3.0, 5.1.1). */
  private static final int PCIR_POINTER = 0x18;

  /** Offset of the base class in the PCI data structure (5.1.2: class code at 0Dh, base last). */
  private static final int PCIR_BASE_CLASS = 0x0f;

  private static final int DISPLAY_CLASS = 0x03;

  /** Offset at which VGA ROMs say "IBM", where software of the EGA's time looks for it. */
  private static final int VGA_SIGNATURE = 0x1e;

  private static final Pattern SYMBOLIC_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,199}");

  /**
   * Makes a plugin out of a file: a bundle stays as it is, an option ROM or an ELF image is
   * wrapped.
   *
   * @param name of the program, if it is an image; see {@link #programName}
   * @param fileName for messages
   * @param bytes the file
   * @param address where the image is to lie
   * @param ranking of a wrapped image
   * @throws ProgramException if it is none of these
   */
  static ImageBundle of(
      String name, String fileName, byte[] bytes, OptionalLong address, int ranking) {
    if (startsWith(bytes, 'P', 'K')) {
      return new ImageBundle(symbolicNameOf(fileName, bytes), bytes);
    }
    String format;
    String vectors = "";
    if (startsWith(bytes, 0x55, 0xaa)) {
      format = "option-rom";
      if (isVideoRom(bytes, address)) {
        vectors = ";vectors:List<Long>=\"" + VIDEO_SERVICES + "\"";
      }
    } else if (startsWith(bytes, 0x7f, 'E', 'L', 'F')) {
      format = "elf32";
    } else {
      throw ProgramException.of(name, "signature")
          .file(fileName)
          .at(0)
          .expected("55 AA (option ROM), 7F 45 4C 46 (ELF) or 50 4B (plugin bundle)")
          .found(found(bytes))
          .remedy("put other images into a plugin bundle that states their format")
          .build();
    }
    String path = "image/" + name;
    String capability =
        ProgramDescriptor.NAMESPACE
            + ";"
            + ProgramDescriptor.NAMESPACE
            + "=\""
            + name
            + "\""
            + ";version:Version=\"0.0.0\""
            + ";format=\""
            + format
            + "\""
            + ";path=\""
            + path
            + "\""
            + ";source=\""
            + fileName.replace("\\", "\\\\").replace("\"", "\\\"")
            + "\""
            + ";ranking:Long=\""
            + ranking
            + "\""
            + (address.isPresent() ? ";address:Long=\"" + address.getAsLong() + "\"" : "")
            + vectors;
    return new ImageBundle(name, jar(name, capability, path, bytes));
  }

  private static byte[] jar(String name, String capability, String path, byte[] image) {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
    main.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
    main.putValue(Constants.PROVIDE_CAPABILITY, capability);
    main.putValue(
        Constants.REQUIRE_CAPABILITY,
        "osgi.extender;filter:=\"(&(osgi.extender=biosgateway.program)"
            + "(version>=1.0.0)(!(version>=2.0.0)))\"");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
      jar.putNextEntry(new JarEntry(path));
      jar.write(image);
      jar.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Whether the ROM is a display adapter's: by the class in its PCI data structure, else by the
   * signature, else because it is to lie where a PC looks for the video BIOS.
   */
  private static boolean isVideoRom(byte[] rom, OptionalLong address) {
    int pcir = word(rom, PCIR_POINTER);
    if (pcir > 0
        && pcir + PCIR_BASE_CLASS < rom.length
        && rom[pcir] == 'P'
        && rom[pcir + 1] == 'C'
        && rom[pcir + 2] == 'I'
        && rom[pcir + 3] == 'R') {
      return rom[pcir + PCIR_BASE_CLASS] == DISPLAY_CLASS;
    }
    boolean signed =
        rom.length > VGA_SIGNATURE + 2
            && rom[VGA_SIGNATURE] == 'I'
            && rom[VGA_SIGNATURE + 1] == 'B'
            && rom[VGA_SIGNATURE + 2] == 'M';
    return signed || address.equals(OptionalLong.of(VIDEO_ROM_ADDRESS));
  }

  private static int word(byte[] bytes, int offset) {
    return offset + 1 < bytes.length ? (bytes[offset] & 0xff) | (bytes[offset + 1] & 0xff) << 8 : 0;
  }

  private static String symbolicNameOf(String fileName, byte[] jar) {
    try (JarInputStream stream = new JarInputStream(new ByteArrayInputStream(jar))) {
      Manifest manifest = stream.getManifest();
      String name =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
      if (name != null) {
        String symbolic = name.split(";", 2)[0].trim();
        if (SYMBOLIC_NAME.matcher(symbolic).matches()) {
          return symbolic;
        }
        throw ProgramException.of(programName(fileName), Constants.BUNDLE_SYMBOLICNAME)
            .file(fileName)
            .expected("letters, digits, . _ and -")
            .found("\"" + symbolic + "\"")
            .build();
      }
    } catch (IOException e) {
      throw ProgramException.of(programName(fileName), "jar")
          .file(fileName)
          .expected("a readable jar file")
          .found(String.valueOf(e.getMessage()))
          .cause(e)
          .build();
    }
    throw ProgramException.of(programName(fileName), Constants.BUNDLE_SYMBOLICNAME)
        .file(fileName)
        .expected("an OSGi bundle")
        .found("a jar or zip file without that header as its first entries")
        .build();
  }

  /** A file's name without folder and extension, as far as a program's name may look like it. */
  static String programName(String fileName) {
    String stem = fileName.replaceAll("^.*[/\\\\]", "").replaceAll("(?<=.)\\.[A-Za-z0-9]+$", "");
    String name = stem.replaceAll("[^A-Za-z0-9._-]", "-");
    String prefixed =
        name.matches("[A-Za-z].*") && !name.matches("int([0-9a-fA-F]{2})?|far")
            ? name
            : "rom-" + name;
    return prefixed.substring(0, Math.min(prefixed.length(), 64));
  }

  private static boolean startsWith(byte[] bytes, int... expected) {
    for (int i = 0; i < expected.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static String found(byte[] bytes) {
    if (bytes.length == 0) {
      return "an empty file";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(4, bytes.length); i++) {
      text.append(String.format(i == 0 ? "%02X" : " %02X", bytes[i]));
    }
    return text.toString();
  }
}
