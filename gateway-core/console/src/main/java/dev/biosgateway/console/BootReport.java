package dev.biosgateway.console;

import com.google.gson.stream.JsonWriter;
import dev.biosgateway.api.UnmodelledAccess;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** How a machine's run ended, for people and for scripts. */
final class BootReport {
  private BootReport() {}

  static void print(
      BootSession machine, BootResult result, boolean screen, boolean digest, PrintWriter out) {
    if (screen) {
      machine.screenText().ifPresent(out::println);
    }
    out.println(
        String.format(
            Locale.ROOT,
            "boot: %s after %,d instructions in %.3f s (%.3f s in the machine)",
            result.end(),
            result.instructions(),
            result.elapsed().toNanos() / 1e9,
            result.guestTime().toNanos() / 1e9));
    out.println("  " + result.reason());
    if (result.resets() > 0) {
      out.println("  the guest reset the machine " + result.resets() + " times");
    }
    EmptyPorts.line(machine.unmodelled()).ifPresent(line -> out.println("  " + line));
    for (UnmodelledAccess access : machine.unmodelled()) {
      if (!EmptyPorts.has(access)) {
        out.println("  not modelled: " + access.what() + " (" + access.count() + " times)");
      }
    }
    if (digest) {
      out.println("  state sha256:" + machine.digest());
    }
  }

  static void printJson(BootSession machine, BootResult result, boolean digest, PrintWriter out) {
    JsonReport.print(out, json -> write(json, machine, result, digest));
  }

  private static void write(JsonWriter json, BootSession machine, BootResult result, boolean digest)
      throws IOException {
    json.beginObject();
    json.name("end").value(result.end().name());
    json.name("reason").value(result.reason());
    if (result.match().isPresent()) {
      json.name("match").value(result.match().get());
    }
    json.name("instructions").value(result.instructions());
    json.name("guestNanos").value(result.guestTime().toNanos());
    json.name("elapsedNanos").value(result.elapsed().toNanos());
    json.name("resets").value(result.resets());
    json.name("instructionsSincePowerOn").value(machine.instructions());
    if (digest) {
      json.name("sha256").value(machine.digest());
    }
    json.name("serial").value(machine.serialText());
    Optional<String> screen = machine.screenText();
    if (screen.isPresent()) {
      json.name("screen").beginArray();
      for (String row : screen.get().split("\n", -1)) {
        json.value(row);
      }
      json.endArray();
    }
    if (!machine.unmodelled().isEmpty()) {
      json.name("unmodelled").beginArray();
      for (UnmodelledAccess access : machine.unmodelled()) {
        json.beginObject();
        json.name("what").value(access.what());
        json.name("count").value(access.count());
        json.endObject();
      }
      json.endArray();
    }
    json.endObject();
  }
}
