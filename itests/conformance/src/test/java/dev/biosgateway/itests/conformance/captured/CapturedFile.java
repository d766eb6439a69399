package dev.biosgateway.itests.conformance.captured;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** A file of captured cases, in one of the two public formats. */
interface CapturedFile {
  /** Endings of the files that {@link #open} reads. */
  List<String> ENDINGS = List.of(".MOO", ".MOO.gz", ".json", ".json.gz");

  /** What the formats call the processors we have, by the model's id. */
  Map<String, String> MODELS =
      Map.of(
          "8086", "8086", "8088", "8086", "C086", "8086", "C088", "8086", "286", "80286", "C286",
          "80286");

  /** The processor by the name the file has for it; null when it has none. */
  String processor();

  /** Hands over all cases in their order. */
  void forEach(Consumer<CapturedCase> action) throws IOException;

  /** Reads a file by what its name says it is. */
  static CapturedFile open(Path path) throws IOException {
    String name = path.getFileName().toString();
    byte[] content;
    try (InputStream in =
        name.endsWith(".gz")
            ? new GZIPInputStream(Files.newInputStream(path), 1 << 16)
            : Files.newInputStream(path)) {
      content = in.readAllBytes();
    }
    return name.contains(".MOO") ? new MooFile(path, content) : new JsonFile(content);
  }
}
