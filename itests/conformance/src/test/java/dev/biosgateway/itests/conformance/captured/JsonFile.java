package dev.biosgateway.itests.conformance.captured;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import com.google.gson.stream.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The JSON format: an array of cases, with registers by name, those after only where they differ.
 */
final class JsonFile implements CapturedFile {
  private final byte[] content;

  JsonFile(byte[] content) {
    this.content = content;
  }

  /** One case, as the format has it. */
  private static final class Case {
    int idx;
    String name;
    int[] bytes;
    State initial;

    @SerializedName("final")
    State after;
  }

  private static final class State {
    Map<String, Integer> regs;
    int[][] ram;
  }

  /** The format names it beside the files. */
  @Override
  public String processor() {
    return null;
  }

  @Override
  public void forEach(Consumer<CapturedCase> action) throws IOException {
    Gson gson = new Gson();
    try (JsonReader in =
        new JsonReader(
            new InputStreamReader(new ByteArrayInputStream(content), StandardCharsets.UTF_8))) {
      in.beginArray();
      while (in.hasNext()) {
        action.accept(converted(gson.fromJson(in, Case.class)));
      }
      in.endArray();
    }
  }

  private static CapturedCase converted(Case c) {
    int count = CapturedCase.REGISTERS.length;
    int[] before = new int[count];
    int[] after = new int[count];
    for (int r = 0; r < count; r++) {
      before[r] = c.initial.regs.get(CapturedCase.REGISTERS[r]);
      after[r] = c.after.regs.getOrDefault(CapturedCase.REGISTERS[r], before[r]);
    }
    byte[] bytes = new byte[c.bytes.length];
    for (int n = 0; n < bytes.length; n++) {
      bytes[n] = (byte) c.bytes[n];
    }
    return new CapturedCase(c.idx, c.name, bytes, before, c.initial.ram, after, c.after.ram, -1);
  }
}
