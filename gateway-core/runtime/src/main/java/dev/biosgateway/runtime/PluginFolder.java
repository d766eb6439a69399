package dev.biosgateway.runtime;

import dev.biosgateway.api.GatewayException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The files of installed plugins. They appear and change by renaming, so that another process never
 * sees half of one.
 *
 * @param path the folder, created when the first file is written
 */
record PluginFolder(Path path) {
  /** The plugin files, by name. Hidden ones are being written and do not count. */
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(path)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(path, "[!.]*")) {
        stream.forEach(files::add);
      } catch (IOException e) {
        throw failed("read the plugin folder", path, e);
      }
    }
    files.removeIf(file -> !Files.isRegularFile(file));
    Collections.sort(files);
    return files;
  }

  /** Tells two states of a file apart: when it was changed, how long it is, which file it is. */
  static String stamp(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
    } catch (IOException e) {
      throw failed("look at", file, e);
    }
  }

  /** The content of any file a user names. */
  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new GatewayException("cannot read " + file + ": there is no such file", e);
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  /** Writes a file, or replaces it, at once or not at all. */
  void write(String fileName, byte[] content) {
    Path file = path.resolve(fileName);
    try {
      Files.createDirectories(path);
      WholeFile.write(file, out -> out.write(content));
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  /** Deletes a file if it is there. */
  void delete(String fileName) {
    try {
      Files.deleteIfExists(path.resolve(fileName));
    } catch (IOException e) {
      throw failed("delete", path.resolve(fileName), e);
    }
  }

  private static GatewayException failed(String verb, Path file, IOException e) {
    return new GatewayException("cannot " + verb + " " + file + ": " + e.getMessage(), e);
  }
}
