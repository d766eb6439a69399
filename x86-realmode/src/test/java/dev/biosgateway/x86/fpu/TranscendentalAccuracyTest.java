package dev.biosgateway.x86.fpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranscendentalAccuracyTest {
  private static final int INVALID = 0;

  private final Fpu fpu = new Fpu();

  static List<String> references() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                TranscendentalAccuracyTest.class.getResourceAsStream(
                    "transcendental-reference.txt"),
                StandardCharsets.UTF_8))) {
      return in.lines().filter(line -> !line.startsWith("#")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("references")
  void resultIsCorrectlyRounded(String reference) {
    String[] words = reference.split(" +");
    fpu.initialize();
    if (words.length > 3) {
      push(words[2]);
    }
    push(words[1]);
    int result = execute(words[0]);
    assertEquals(words[words.length - 1], register(result));
    assertEquals(StatusWord.PE, fpu.statusWord() & StatusWord.EXCEPTIONS);
  }

  /** Executes the function; returns the number of the register that has the result. */
  private int execute(String function) {
    switch (function) {
      case "FSIN" -> fpu.functions.sine();
      case "FCOS" -> fpu.functions.cosine();
      case "FPTAN" -> {
        fpu.functions.partialTangent();
        return 1;
      }
      case "F2XM1" -> fpu.functions.powerOfTwoMinusOne();
      case "FYL2X" -> fpu.functions.yLog2X();
      case "FYL2XP1" -> fpu.functions.yLog2XPlusOne();
      case "FPATAN" -> fpu.functions.partialArctangent();
      default -> throw new IllegalArgumentException(function);
    }
    return 0;
  }

  @Test
  void sineAndCosineAreThoseOfTheSingleInstructions() {
    fpu.initialize();
    push("4003_c90fdaa22168c235");
    fpu.functions.sineAndCosine();
    String cosine = register(0);
    String sine = register(1);
    fpu.initialize();
    push("4003_c90fdaa22168c235");
    fpu.functions.sine();
    assertEquals(register(0), sine);
    fpu.initialize();
    push("4003_c90fdaa22168c235");
    fpu.functions.cosine();
    assertEquals(register(0), cosine);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"403e_8000000000000000", "c03e_8000000000000000", "7ffe_ffffffffffffffff"})
  void operandsFrom2To63OnAreOutOfRange(String operand) {
    fpu.initialize();
    push(operand);
    fpu.functions.sineAndCosine();
    assertEquals(StatusWord.C2, fpu.statusWord() & StatusWord.C2);
    assertEquals(operand, register(0));
    assertTrue(fpu.isEmpty(1), "nothing was pushed");
    fpu.functions.cosine();
    assertEquals(operand, register(0));
    assertFalse(fpu.exceptionPending());
  }

  @Test
  void directedRoundingKnowsOnWhichSideATinySineIs() {
    // sin x is below x by x^3 / 6, far beyond the last place.
    assertEquals("3fb0_8000000000000000", sineOfTiny(ControlWord.ROUND_UP));
    assertEquals("3faf_ffffffffffffffff", sineOfTiny(ControlWord.ROUND_DOWN));
    assertEquals("3fb0_8000000000000000", sineOfTiny(ControlWord.ROUND_NEAREST));
  }

  private String sineOfTiny(int rounding) {
    fpu.initialize();
    fpu.setControlWord(ControlWord.INITIAL | rounding);
    push("3fb0_8000000000000000");
    fpu.functions.sine();
    return register(0);
  }

  @Test
  void anUnmaskedInvalidOperandStays() {
    fpu.initialize();
    fpu.setControlWord(ControlWord.INITIAL & ~(1 << INVALID));
    push("7fff_8000000000000000");
    fpu.functions.sine();
    assertEquals("7fff_8000000000000000", register(0));
    assertTrue(fpu.exceptionPending());
  }

  private void push(String value) {
    fpu.loads.extended(
        Integer.parseInt(value.substring(0, 4), 16),
        Long.parseUnsignedLong(value.substring(5), 16));
  }

  private String register(int i) {
    return "%04x_%016x".formatted(fpu.signExp(i), fpu.significand(i));
  }
}
