package dev.biosgateway.itests.conformance.bioscalls;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A line of {@code bioscalls.asm}: a call and what it left.
 *
 * @param number position in the guest's table, from 1
 * @param call the vector and the AX it was called with, as {@code int 13 ax 0201}
 * @param fields registers, flags and memory after it, as hexadecimal digits, by name
 */
record BiosCall(int number, String call, Map<String, String> fields) {
  /** What the guest writes when it is through. */
  static final String END = "end\n";

  BiosCall {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** All calls of a complete log. */
  static List<BiosCall> parse(String log) {
    List<BiosCall> calls = new ArrayList<>();
    for (String line : log.substring(0, log.indexOf(END)).split("\n")) {
      String[] words = line.split(" ");
      Map<String, String> fields = new LinkedHashMap<>();
      for (int i = 5; i < words.length; i++) {
        int equals = words[i].indexOf('=');
        fields.put(words[i].substring(0, equals), words[i].substring(equals + 1));
      }
      String call = String.join(" ", List.of(words).subList(1, 5));
      calls.add(new BiosCall(Integer.parseInt(words[0], 16), call, fields));
    }
    return calls;
  }

  @Override
  public String toString() {
    return "%04x %s".formatted(number, call);
  }
}
