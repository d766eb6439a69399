package dev.biosgateway.x86.fpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Random;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

class WideFloatTest {
  private static final MathContext EXACT = new MathContext(120);

  /** Eight units in the last of 128 places. */
  private static final BigDecimal ERROR = new BigDecimal(BigInteger.ONE).divide(power(124), EXACT);

  private final Random random = new Random(80387);

  @Test
  void operationsKeepWithinEightUnitsOfTheLastPlace() {
    for (int n = 0; n < 2_000; n++) {
      WideFloat a = value();
      WideFloat b = value();
      check(a, b, new WideFloat().add(a, b), BigDecimal::add);
      check(a, b, new WideFloat().subtract(a, b), BigDecimal::subtract);
      check(a, b, new WideFloat().multiply(a, b), BigDecimal::multiply);
      check(a, b, new WideFloat().divide(a, b), (x, y) -> x.divide(y, EXACT));
    }
  }

  @Test
  void anOperandMayBeTheResult() {
    WideFloat a = value();
    WideFloat b = value();
    BigDecimal expected = decimal(new WideFloat().divide(a, b));
    a.divide(a, b);
    assertEquals(expected, decimal(a));
    b.subtract(b, b);
    assertTrue(b.isZero());
  }

  @Test
  void steppingDownCrossesPowersOfTwo() {
    WideFloat one = new WideFloat().set(1);
    one.stepDown();
    assertEquals(-1, one.exponent);
    assertEquals(-1L, one.high);
    assertEquals(-1L, one.low);
  }

  @Test
  void unsignedDivisionAgreesWithBigIntegers() {
    for (int n = 0; n < 200_000; n++) {
      long divisor = bits() | Long.MIN_VALUE;
      long high = Long.remainderUnsigned(bits(), divisor);
      long low = bits();
      BigInteger wide = unsigned(high).shiftLeft(64).add(unsigned(low));
      assertEquals(
          wide.divide(unsigned(divisor)),
          unsigned(WideInteger.divide(high, low, divisor)),
          () -> wide.toString(16) + " / " + Long.toHexString(divisor));
      assertEquals(
          unsigned(high).multiply(unsigned(low)).shiftRight(64),
          unsigned(WideInteger.multiplyHigh(high, low)));
    }
  }

  private static void check(
      WideFloat a, WideFloat b, WideFloat found, BinaryOperator<BigDecimal> operation) {
    BigDecimal expected = operation.apply(decimal(a), decimal(b));
    // A difference may cancel: then the error is one of the operands', not of the result.
    BigDecimal scale = expected.abs().max(found.isZero() ? BigDecimal.ZERO : decimal(found).abs());
    BigDecimal error = expected.subtract(decimal(found)).abs();
    BigDecimal cancelled = decimal(a).abs().max(decimal(b).abs());
    boolean near = a.exponent - b.exponent < 2 && b.exponent - a.exponent < 2;
    assertTrue(
        error.compareTo((near ? scale.max(cancelled) : scale).multiply(ERROR)) <= 0,
        () -> "%s, %s: expected %s".formatted(decimal(a), decimal(b), expected));
  }

  private WideFloat value() {
    WideFloat value = new WideFloat().set(random.nextBoolean(), 0, bits(), bits());
    value.exponent = random.nextInt(280) - 140;
    if (random.nextInt(3) == 0) {
      value.exponent = random.nextInt(4);
    }
    return value;
  }

  /** Random bits with runs of ones and zeros, where carries and estimates go wrong. */
  private long bits() {
    return switch (random.nextInt(4)) {
      case 0 -> -1L >>> random.nextInt(64);
      case 1 -> -1L << random.nextInt(64);
      case 2 -> 1L << random.nextInt(64) | 1;
      default -> random.nextLong() | 1;
    };
  }

  private static BigInteger unsigned(long bits) {
    return new BigInteger(Long.toUnsignedString(bits));
  }

  private static BigDecimal power(int n) {
    return new BigDecimal(BigInteger.ONE.shiftLeft(n));
  }

  private static BigDecimal decimal(WideFloat value) {
    BigInteger bits = unsigned(value.high).shiftLeft(64).add(unsigned(value.low));
    int shift = value.exponent - 127;
    BigDecimal magnitude =
        shift >= 0
            ? new BigDecimal(bits).multiply(power(shift))
            : new BigDecimal(bits).divide(power(-shift));
    return value.negative ? magnitude.negate() : magnitude;
  }
}
