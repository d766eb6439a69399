package dev.biosgateway.console;

import com.google.gson.stream.JsonWriter;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Fault;
import dev.biosgateway.api.LoggedAccess;
import dev.biosgateway.api.Plugin;
import dev.biosgateway.api.PortAccess;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.UnmodelledAccess;
import dev.biosgateway.api.structure.Structure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Results for scripts: one JSON object, its members always in the same order. Numbers that people
 * read in hexadecimal are texts: {@code 0x} and as many digits as the width has. Members that would
 * say nothing (reason, fault, unmodelled) are absent; the error code of a fault that has none is
 * null.
 */
final class JsonReport {
  private JsonReport() {}

  /** What an object is written by. */
  interface Content {
    void write(JsonWriter json) throws IOException;
  }

  /**
   * Prints the result of a call.
   *
   * @param structures what is known of its buffers, by their names
   */
  static void print(CallResult result, Map<String, Structure> structures, PrintWriter out) {
    print(out, json -> call(json, result, structures));
  }

  /** Prints one plugin. */
  static void print(Plugin plugin, PrintWriter out) {
    print(out, json -> plugin(json, plugin));
  }

  /** Prints a list of plugins: {@code {"plugins": [...]}}. */
  static void print(List<Plugin> plugins, PrintWriter out) {
    print(
        out,
        json -> {
          json.beginObject().name("plugins").beginArray();
          for (Plugin plugin : plugins) {
            plugin(json, plugin);
          }
          json.endArray().endObject();
        });
  }

  /**
   * Prints a tree of maps, lists, texts, numbers and truth values.
   *
   * @throws IllegalArgumentException if something else is in it
   */
  static void print(Map<String, ?> tree, PrintWriter out) {
    print(out, json -> tree(json, tree));
  }

  private static void tree(JsonWriter json, Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      json.beginObject();
      for (Map.Entry<?, ?> member : map.entrySet()) {
        json.name(String.valueOf(member.getKey()));
        tree(json, member.getValue());
      }
      json.endObject();
    } else if (value instanceof Iterable<?> list) {
      json.beginArray();
      for (Object item : list) {
        tree(json, item);
      }
      json.endArray();
    } else if (value instanceof Number number) {
      json.value(number);
    } else if (value instanceof Boolean truth) {
      json.value(truth);
    } else if (value instanceof String text) {
      json.value(text);
    } else {
      throw new IllegalArgumentException("no JSON for " + value);
    }
  }

  /** Prints what {@code content} writes. */
  static void print(PrintWriter out, Content content) {
    StringWriter text = new StringWriter();
    JsonWriter json = new JsonWriter(text);
    json.setIndent("  ");
    try {
      content.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println(text);
  }

  private static void call(JsonWriter json, CallResult result, Map<String, Structure> structures)
      throws IOException {
    json.beginObject();
    json.name("routine").value(result.routine());
    json.name("stop").value(result.stop().name());
    if (!result.reason().isEmpty()) {
      json.name("reason").value(result.reason());
    }
    json.name("registers").beginObject();
    for (Register register : Register.whole()) {
      json.name(register.text()).value(register.format(result.get(register)));
    }
    json.endObject();
    json.name("buffers").beginObject();
    for (String name : result.bufferNames()) {
      json.name(name).value(HexFormat.of().formatHex(result.buffer(name)));
    }
    json.endObject();
    if (!structures.isEmpty()) {
      json.name("structures").beginObject();
      for (Map.Entry<String, Structure> structure : structures.entrySet()) {
        json.name(structure.getKey());
        tree(json, structure.getValue().values());
      }
      json.endObject();
    }
    json.name("instructions").value(result.instructions());
    json.name("elapsedNanos").value(result.elapsed().toNanos());
    json.name("console").value(result.console());
    json.name("ports").beginArray();
    for (PortAccess access : result.ports()) {
      json.beginObject();
      json.name("port").value(String.format("0x%04x", access.port()));
      json.name("direction").value(access.direction().name());
      json.name("count").value(access.count());
      json.endObject();
    }
    json.endArray();
    if (result.fault().isPresent()) {
      json.name("fault");
      fault(json, result.fault().get());
    }
    if (!result.logged().isEmpty()) {
      json.name("logged").beginArray();
      for (LoggedAccess access : result.logged()) {
        json.beginObject();
        json.name("rule").value(access.rule());
        json.name("count").value(access.count());
        json.endObject();
      }
      json.endArray();
    }
    if (!result.unmodelled().isEmpty()) {
      json.name("unmodelled").beginArray();
      for (UnmodelledAccess access : result.unmodelled()) {
        json.beginObject();
        json.name("what").value(access.what());
        json.name("count").value(access.count());
        json.endObject();
      }
      json.endArray();
    }
    json.endObject();
  }

  private static void fault(JsonWriter json, Fault fault) throws IOException {
    json.beginObject();
    json.name("vector").value(String.format("0x%02x", fault.vector()));
    json.name("name").value(fault.name());
    json.name("errorCode");
    if (fault.errorCode().isPresent()) {
      json.value(String.format("0x%08x", fault.errorCode().getAsLong()));
    } else {
      json.nullValue();
    }
    if (fault.cr2().isPresent()) {
      json.name("cr2").value(String.format("0x%08x", fault.cr2().getAsLong()));
    }
    json.name("cs").value(String.format("0x%04x", fault.cs()));
    json.name("ip").value(String.format("0x%08x", fault.ip()));
    json.name("linear").value(String.format("0x%08x", fault.linear()));
    json.name("bytes").value(fault.bytes());
    json.name("disassembly").value(fault.disassembly());
    json.endObject();
  }

  private static void plugin(JsonWriter json, Plugin plugin) throws IOException {
    json.beginObject();
    json.name("id").value(plugin.id());
    json.name("name").value(plugin.name());
    json.name("version").value(plugin.version());
    json.name("origin").value(plugin.origin().name());
    json.name("active").value(plugin.active());
    if (!plugin.reason().isEmpty()) {
      json.name("reason").value(plugin.reason());
    }
    json.name("programs").beginArray();
    for (Program program : plugin.programs()) {
      program(json, program);
    }
    json.endArray();
    json.endObject();
  }

  private static void program(JsonWriter json, Program program) throws IOException {
    json.beginObject();
    json.name("name").value(program.name());
    json.name("version").value(program.version());
    json.name("format").value(program.format());
    json.name("description").value(program.description());
    json.name("state").value(program.state().name());
    if (program.reason().isPresent()) {
      json.name("reason").value(program.reason().get());
    }
    json.name("vectors").beginArray();
    for (int vector : program.vectors()) {
      json.value(String.format("0x%02x", vector));
    }
    json.endArray();
    if (program.address().isPresent()) {
      json.name("address").value(String.format("0x%08x", program.address().getAsLong()));
    }
    if (program.size().isPresent()) {
      json.name("size").value(program.size().getAsLong());
    }
    json.endObject();
  }
}
