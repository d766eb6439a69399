package dev.biosgateway.x86.device.acpi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Terms of ACPI machine language (ACPI 2.0, chapter 17, grammar of AML): each method gives the
 * bytes of a term, whose parts are terms again.
 */
final class Aml {
  private static final int NAME_OP = 0x08;
  private static final int BYTE_PREFIX = 0x0a;
  private static final int WORD_PREFIX = 0x0b;
  private static final int DWORD_PREFIX = 0x0c;
  private static final int SCOPE_OP = 0x10;
  private static final int BUFFER_OP = 0x11;
  private static final int PACKAGE_OP = 0x12;
  private static final int METHOD_OP = 0x14;
  private static final int DUAL_NAME_PREFIX = 0x2e;
  private static final int MULTI_NAME_PREFIX = 0x2f;
  private static final int EXTENDED_OP = 0x5b;
  private static final int ROOT_CHARACTER = 0x5c;
  private static final int LOCAL0_OP = 0x60;
  private static final int ARG0_OP = 0x68;
  private static final int STORE_OP = 0x70;
  private static final int AND_OP = 0x7b;
  private static final int OR_OP = 0x7d;
  private static final int CREATE_DWORD_FIELD_OP = 0x8a;
  private static final int IF_OP = 0xa0;
  private static final int ELSE_OP = 0xa1;
  private static final int RETURN_OP = 0xa4;

  // ---- behind EXTENDED_OP
  private static final int OPERATION_REGION_OP = 0x80;
  private static final int FIELD_OP = 0x81;
  private static final int DEVICE_OP = 0x82;
  private static final int PROCESSOR_OP = 0x83;

  /** Accesses of any width, no lock, other bits preserved. */
  private static final int FIELD_ANY_ACCESS = 0x00;

  /** Not a target: the result is only used where it stands. */
  static final byte[] NOWHERE = {0};

  private Aml() {}

  static byte[] join(List<byte[]> terms) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    terms.forEach(out::writeBytes);
    return out.toByteArray();
  }

  static byte[] join(byte[]... terms) {
    return join(List.of(terms));
  }

  static byte[] bytes(int... values) {
    byte[] out = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i] = (byte) values[i];
    }
    return out;
  }

  /** A path of segments with dots between them, absolute where it begins with a backslash. */
  static byte[] name(String path) {
    boolean absolute = path.startsWith("\\");
    String[] segments = (absolute ? path.substring(1) : path).split("\\.");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (absolute) {
      out.write(ROOT_CHARACTER);
    }
    if (segments.length == 2) {
      out.write(DUAL_NAME_PREFIX);
    } else if (segments.length > 2) {
      out.write(MULTI_NAME_PREFIX);
      out.write(segments.length);
    }
    for (String segment : segments) {
      byte[] four = "____".getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(segment.getBytes(StandardCharsets.US_ASCII), 0, four, 0, segment.length());
      out.writeBytes(four);
    }
    return out.toByteArray();
  }

  /** An integer, in the shortest form. */
  static byte[] integer(long value) {
    if (value == 0 || value == 1) {
      return bytes((int) value);
    }
    if (value <= 0xff) {
      return bytes(BYTE_PREFIX, (int) value);
    }
    if (value <= 0xffff) {
      return join(bytes(WORD_PREFIX), littleEndian(value, 2));
    }
    return join(bytes(DWORD_PREFIX), littleEndian(value, 4));
  }

  /** An EISA id such as PNP0A03, packed into 32 bits. */
  static byte[] eisaId(String id) {
    int letters = 0;
    for (int i = 0; i < 3; i++) {
      letters = letters << 5 | id.charAt(i) - 0x40;
    }
    int number = Integer.parseInt(id.substring(3), 16);
    return join(bytes(DWORD_PREFIX, letters >>> 8, letters, number >>> 8, number));
  }

  static byte[] named(String name, byte[] value) {
    return join(bytes(NAME_OP), name(name), value);
  }

  static byte[] scope(String name, byte[]... terms) {
    return packaged(bytes(SCOPE_OP), join(name(name), join(terms)));
  }

  static byte[] device(String name, byte[]... terms) {
    return packaged(bytes(EXTENDED_OP, DEVICE_OP), join(name(name), join(terms)));
  }

  /** A processor without a power block. */
  static byte[] processor(String name, int id) {
    return packaged(bytes(EXTENDED_OP, PROCESSOR_OP), join(name(name), bytes(id, 0, 0, 0, 0, 0)));
  }

  /** A method that is not serialized. */
  static byte[] method(String name, int arguments, byte[]... terms) {
    return packaged(bytes(METHOD_OP), join(name(name), bytes(arguments), join(terms)));
  }

  static byte[] elements(List<byte[]> elements) {
    return packaged(bytes(PACKAGE_OP), join(bytes(elements.size()), join(elements)));
  }

  static byte[] elements(byte[]... elements) {
    return elements(List.of(elements));
  }

  /** A resource template: descriptors and the end tag, whose checksum of 0 means none. */
  static byte[] resources(byte[]... descriptors) {
    byte[] content = join(join(descriptors), bytes(0x79, 0x00));
    return packaged(bytes(BUFFER_OP), join(integer(content.length), content));
  }

  /** An operation region in the PCI configuration space of the device it stands in. */
  static byte[] configurationRegion(String name, int offset, int length) {
    return join(
        bytes(EXTENDED_OP, OPERATION_REGION_OP),
        name(name),
        bytes(0x02),
        integer(offset),
        integer(length));
  }

  /** Fields of 8 bits, one after the other from the start of a region. */
  static byte[] byteFields(String region, String... names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(name(region));
    out.write(FIELD_ANY_ACCESS);
    for (String field : names) {
      out.writeBytes(name(field));
      out.write(8);
    }
    return packaged(bytes(EXTENDED_OP, FIELD_OP), out.toByteArray());
  }

  static byte[] local(int number) {
    return bytes(LOCAL0_OP + number);
  }

  static byte[] argument(int number) {
    return bytes(ARG0_OP + number);
  }

  static byte[] store(byte[] source, byte[] target) {
    return join(bytes(STORE_OP), source, target);
  }

  static byte[] and(byte[] one, byte[] other, byte[] target) {
    return join(bytes(AND_OP), one, other, target);
  }

  static byte[] or(byte[] one, byte[] other, byte[] target) {
    return join(bytes(OR_OP), one, other, target);
  }

  static byte[] dwordField(byte[] buffer, int offset, String name) {
    return join(bytes(CREATE_DWORD_FIELD_OP), buffer, integer(offset), name(name));
  }

  static byte[] ifElse(byte[] condition, byte[] then, byte[] otherwise) {
    return join(packaged(bytes(IF_OP), join(condition, then)), packaged(bytes(ELSE_OP), otherwise));
  }

  static byte[] giveBack(byte[] value) {
    return join(bytes(RETURN_OP), value);
  }

  static byte[] littleEndian(long value, int size) {
    byte[] out = new byte[size];
    for (int i = 0; i < size; i++) {
      out[i] = (byte) (value >>> 8 * i);
    }
    return out;
  }

  /** PkgLength counts itself: 1 byte up to 63, else 2 to 4 with the low nibble first. */
  private static byte[] packaged(byte[] operator, byte[] content) {
    int length = content.length + 1;
    byte[] encoded;
    if (length < 1 << 6) {
      encoded = bytes(length);
    } else if (length + 1 < 1 << 12) {
      int n = length + 1;
      encoded = bytes(1 << 6 | n & 15, n >>> 4);
    } else if (length + 2 < 1 << 20) {
      int n = length + 2;
      encoded = bytes(2 << 6 | n & 15, n >>> 4, n >>> 12);
    } else {
      throw new IllegalArgumentException("AML package of " + content.length + " bytes");
    }
    return join(operator, encoded, content);
  }
}
