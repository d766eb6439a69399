package dev.biosgateway.itests.conformance.captured;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.biosgateway.x86.isa.CpuModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder of captured cases, a file for each opcode, and {@code metadata.json} if it has one. */
final class CapturedFolder {
  private final Path folder;
  private final JsonObject metadata;

  CapturedFolder(Path folder) throws IOException {
    this.folder = folder;
    Path file = folder.resolve("metadata.json");
    metadata =
        Files.exists(file)
            ? JsonParser.parseString(Files.readString(file)).getAsJsonObject()
            : new JsonObject();
  }

  /** The files with cases, by name. */
  List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(CapturedFolder::hasCases).sorted().toList();
    }
  }

  private static boolean hasCases(Path file) {
    String name = file.getFileName().toString();
    return !name.equals("metadata.json") && CapturedFile.ENDINGS.stream().anyMatch(name::endsWith);
  }

  /**
   * The model that the cases are of.
   *
   * @param named what the caller wants; empty to take what file or folder say
   * @throws IllegalArgumentException when nobody says, or somebody names a processor we do not have
   */
  CpuModel model(String named, CapturedFile file) {
    if (!named.isEmpty()) {
      return CpuModel.named(named);
    }
    String said =
        file.processor() != null
            ? file.processor()
            : metadata.has("cpu") ? metadata.get("cpu").getAsString() : "nothing";
    String id = CapturedFile.MODELS.get(said);
    if (id == null) {
      throw new IllegalArgumentException(
          "%s: says '%s' of its processor, known are %s; name a model by -Dcaptured.model"
              .formatted(folder, said, CapturedFile.MODELS.keySet()));
    }
    return CpuModel.named(id);
  }

  /** The flags that the manual defines for the instructions of a file; all where nobody says. */
  int definedFlags(Path file) {
    String[] opcode = opcode(file).split("\\.");
    JsonElement row = metadata;
    row = member(row, "opcodes");
    row = member(row, opcode[0]);
    if (opcode.length > 1) {
      row = member(member(row, "reg"), opcode[1]);
    }
    JsonElement mask = member(row, "flags-mask");
    return mask == null ? 0xffff : mask.getAsInt();
  }

  /** Name of a file without its ending: the opcode in hexadecimal, and the digit of its group. */
  static String opcode(Path file) {
    String name = file.getFileName().toString();
    for (String ending : CapturedFile.ENDINGS) {
      if (name.endsWith(ending)) {
        return name.substring(0, name.length() - ending.length());
      }
    }
    return name;
  }

  private static JsonElement member(JsonElement of, String name) {
    return of != null && of.isJsonObject() ? of.getAsJsonObject().get(name) : null;
  }
}
