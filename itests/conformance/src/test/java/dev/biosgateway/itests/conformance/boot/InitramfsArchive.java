package dev.biosgateway.itests.conformance.boot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The initramfs of the shared folder with files of our own: archives may follow each other, in
 * cpio's format "newc" (the kernel's Documentation/driver-api/early-userspace/buffer-format.rst).
 */
final class InitramfsArchive {
  private static final int EXECUTABLE = 0100755;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  InitramfsArchive(Path linux) throws IOException {
    out.write(Files.readAllBytes(linux.resolve("initramfs-i486.cpio")));
    pad(512);
  }

  /** Adds a test of its init: {@code kj=NAME} runs it. */
  InitramfsArchive script(String name, String text) throws IOException {
    return file("t/" + name + ".sh", text.getBytes(StandardCharsets.US_ASCII));
  }

  InitramfsArchive file(String path, byte[] content) throws IOException {
    entry(path, EXECUTABLE, content);
    return this;
  }

  byte[] bytes() throws IOException {
    entry("TRAILER!!!", 0, new byte[0]);
    return out.toByteArray();
  }

  private void entry(String name, int mode, byte[] data) throws IOException {
    StringBuilder header = new StringBuilder("070701");
    int inode = 10_000 + out.size();
    for (int field :
        new int[] {inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length() + 1, 0}) {
      header.append(String.format("%08X", field));
    }
    out.write((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
    pad(4);
    out.write(data);
    pad(4);
  }

  private void pad(int to) {
    while (out.size() % to != 0) {
      out.write(0);
    }
  }
}
