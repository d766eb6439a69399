package dev.biosgateway.x86.device.smbios;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A structure of SMBIOS (DMTF DSP0134 2.8, 6.1): type, length and handle, its fields, then the
 * texts that fields name by number.
 */
final class SmbiosStructure {
  private static final int HEADER = 4;

  private final int type;
  private final int handle;
  private final ByteArrayOutputStream fields = new ByteArrayOutputStream();
  private final ByteArrayOutputStream texts = new ByteArrayOutputStream();
  private int count;

  SmbiosStructure(int type, int handle) {
    this.type = type;
    this.handle = handle;
  }

  SmbiosStructure bytes(int... values) {
    for (int value : values) {
      fields.write(value);
    }
    return this;
  }

  SmbiosStructure word(int value) {
    return bytes(value, value >>> 8);
  }

  SmbiosStructure dword(long value) {
    return word((int) value).word((int) (value >>> 16));
  }

  /** A field that names a text; an empty one is none. */
  SmbiosStructure text(String value) {
    if (value.isEmpty()) {
      return bytes(0);
    }
    texts.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    texts.write(0);
    return bytes(++count);
  }

  SmbiosStructure zeros(int bytes) {
    for (int i = 0; i < bytes; i++) {
      fields.write(0);
    }
    return this;
  }

  byte[] image() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(type);
    out.write(HEADER + fields.size());
    out.write(handle);
    out.write(handle >>> 8);
    out.writeBytes(fields.toByteArray());
    out.writeBytes(texts.toByteArray());
    if (count == 0) {
      out.write(0);
    }
    out.write(0);
    return out.toByteArray();
  }
}
