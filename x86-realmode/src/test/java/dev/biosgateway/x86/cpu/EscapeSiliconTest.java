package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.fpu.Fpu;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every x87 instruction against what silicon did; the cases and their form are in the resource. */
class EscapeSiliconTest {
  private static final String CASES = "x87-silicon.txt";
  private static final int OPERAND = 0x5000;
  private static final int STATUS_FLAGS = 0xd5;

  /** C1 of the functions whose last place may differ, as the manual allows. */
  private static final int TRANSCENDENTAL_IGNORED = 0x0200;

  private final TestPc pc = new TestPc().real();
  private final Cpu cpu = pc.cpu;
  private final Fpu fpu = cpu.fpu;

  @TestFactory
  Stream<DynamicTest> agreesWithSilicon() throws IOException {
    Map<String, List<String>> byOpcode;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                EscapeSiliconTest.class.getResourceAsStream(CASES), StandardCharsets.UTF_8))) {
      byOpcode =
          in.lines()
              .filter(line -> !line.startsWith("#"))
              .collect(
                  Collectors.groupingBy(
                      line -> line.substring(0, 4), TreeMap::new, Collectors.toList()));
    }
    assertTrue(byOpcode.size() > 100, "instructions in " + CASES);
    return byOpcode.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> e.getValue().forEach(this::run)));
  }

  private void run(String line) {
    String[] sides = line.split(" -> ");
    Map<String, String> before = fields(sides[0]);
    Map<String, String> after = fields(sides[1]);
    String bytes = line.substring(0, 4);
    fpu.initialize();
    fpu.setControlWord(number(before, "cw"));
    loadRegisters(before);
    cpu.flags.setArithmetic(before.containsKey("ef") ? number(before, "ef") : 0);
    cpu.gpr[Cpu.EBX] = OPERAND;
    if (before.containsKey("m")) {
      pc.memory(OPERAND, reversed(before.get("m")));
    }
    cpu.cr0 |= Cpu.CR0_NE;
    pc.at(0x7c00).code(bytes).step(1);

    assertEquals(0x7c02, cpu.eip, line);
    boolean transcendental = isTranscendental(bytes);
    int ignored = transcendental ? TRANSCENDENTAL_IGNORED : 0;
    assertEquals(
        "%04x".formatted(number(after, "sw") & ~ignored),
        "%04x".formatted(fpu.statusWord() & ~ignored),
        line);
    if (after.containsKey("ef")) {
      assertEquals(number(after, "ef"), cpu.flags.get() & STATUS_FLAGS, line);
    }
    if (after.containsKey("m")) {
      assertEquals(after.get("m"), memory(after.get("m").length() / 2), line);
    }
    for (int i = 0; i < 8; i++) {
      compareRegister(after.get("st" + i), i, transcendental ? 1 : 0, line);
    }
  }

  private static boolean isTranscendental(String bytes) {
    return switch (bytes) {
      case "d9f0", "d9f1", "d9f2", "d9f3", "d9f9", "d9fb", "d9fe", "d9ff" -> true;
      default -> false;
    };
  }

  private void loadRegisters(Map<String, String> before) {
    for (int i = 0; i < 8; i++) {
      String value = before.get("st" + i);
      if (value != null) {
        fpu.set(i, Integer.parseInt(value.substring(0, 4), 16), significand(value));
      }
    }
  }

  private void compareRegister(String expected, int i, long tolerance, String line) {
    assertEquals(expected == null, fpu.isEmpty(i), "st" + i + " is empty, " + line);
    if (expected != null) {
      String found = "%04x_%016x".formatted(fpu.signExp(i), fpu.significand(i));
      boolean close =
          tolerance != 0
              && expected.startsWith(found.substring(0, 4))
              && Math.abs(significand(expected) - fpu.significand(i)) <= tolerance;
      assertTrue(
          close || expected.equals(found),
          () -> "st%d: expected %s, found %s, %s".formatted(i, expected, found, line));
    }
  }

  private String memory(int bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = bytes - 1; i >= 0; i--) {
      text.append("%02x".formatted(pc.bus.read8(OPERAND + i)));
    }
    return text.toString();
  }

  private static String reversed(String hex) {
    StringBuilder text = new StringBuilder();
    for (int i = hex.length() - 2; i >= 0; i -= 2) {
      text.append(hex, i, i + 2);
    }
    return text.toString();
  }

  private static Map<String, String> fields(String side) {
    return Stream.of(side.trim().split(" +"))
        .filter(word -> word.contains("="))
        .collect(Collectors.toMap(w -> w.split("=")[0], w -> w.split("=")[1]));
  }

  private static int number(Map<String, String> fields, String name) {
    return Integer.parseInt(fields.get(name), 16);
  }

  private static long significand(String value) {
    return Long.parseUnsignedLong(value.substring(5), 16);
  }
}
