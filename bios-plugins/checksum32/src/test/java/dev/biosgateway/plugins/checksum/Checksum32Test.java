package dev.biosgateway.plugins.checksum;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.bare.BareGateway;
import dev.biosgateway.testkit.bare.BareMachine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checksum program in flat physical mode, against the JDK and against RFC 1071. */
@BareMachine
class Checksum32Test {
  private static final int CRC_32 = 0;
  private static final int ADLER_32 = 1;
  private static final int INTERNET = 2;

  /** The checksum of nothing, by algorithm. */
  private static final long[] NOTHING = {0, 1, 0xffff};

  private BareGateway gateway;

  @BeforeEach
  void mapProgram(BareGateway bare) {
    gateway = bare;
    gateway.map(Path.of("src/main/resources/program/checksum32.bin"), "flat32");
  }

  private CallResult call(long algorithm, long before, int length, byte... buffer) {
    CallResult result =
        gateway.enter(
            "checksum32",
            call ->
                call.register(Register.EAX, algorithm)
                    .register(Register.EBX, before)
                    .register(Register.ECX, length)
                    .buffer("data", Register.ESI, buffer));
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    return result;
  }

  private long checksum(int algorithm, byte... data) {
    byte[] buffer = Arrays.copyOf(data, Math.max(1, data.length));
    CallResult result = call(algorithm, NOTHING[algorithm], data.length, buffer);
    assertFalse(result.registers().carry(), result::toString);
    return result.get(Register.EAX);
  }

  private static long expected(int algorithm, byte... data) {
    if (algorithm == INTERNET) {
      long sum = 0;
      for (int i = 0; i < data.length; i++) {
        sum += (long) (data[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
      }
      while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
      }
      return ~sum & 0xffff;
    }
    Checksum checksum = algorithm == CRC_32 ? new CRC32() : new Adler32();
    checksum.update(data);
    return checksum.getValue();
  }

  /** The check values that the specifications and their readers use. */
  @ParameterizedTest
  @CsvSource({"0, CBF43926", "1, 091E01DE", "2, F62A"})
  void checkValueOfNineDigits(int algorithm, String value) {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertEquals(Long.parseLong(value, 16), checksum(algorithm, digits));
  }

  @ParameterizedTest
  @ValueSource(ints = {CRC_32, ADLER_32, INTERNET})
  void agreesForAllLengths(int algorithm) {
    Random random = new Random(algorithm);
    for (int length : new int[] {0, 1, 2, 3, 4, 7, 8, 255, 256, 5551, 5552, 5553, 70001}) {
      byte[] data = new byte[length];
      random.nextBytes(data);
      assertEquals(expected(algorithm, data), checksum(algorithm, data), length + " bytes");
    }
  }

  /** Sums are largest when all bytes are FFh: nothing may overflow in between. */
  @ParameterizedTest
  @ValueSource(ints = {CRC_32, ADLER_32, INTERNET})
  void agreesForTheLargestSums(int algorithm) {
    byte[] data = new byte[20000];
    Arrays.fill(data, (byte) 0xff);
    assertEquals(expected(algorithm, data), checksum(algorithm, data));
  }

  @ParameterizedTest
  @ValueSource(ints = {CRC_32, ADLER_32, INTERNET})
  void goesOnAfterAnEarlierBuffer(int algorithm) {
    byte[] data = new byte[3000];
    new Random(7).nextBytes(data);
    byte[] first = Arrays.copyOf(data, 1234);
    byte[] second = Arrays.copyOfRange(data, 1234, data.length);

    CallResult result = call(algorithm, checksum(algorithm, first), second.length, second);
    assertEquals(expected(algorithm, data), result.get(Register.EAX));
  }

  @Test
  void headerOfAnInternetPacket() {
    byte[] header = {
      0x45,
      0,
      0,
      0x73,
      0,
      0,
      0x40,
      0,
      0x40,
      0x11,
      0,
      0,
      (byte) 0xc0,
      (byte) 0xa8,
      0,
      1,
      (byte) 0xc0,
      (byte) 0xa8,
      0,
      (byte) 0xc7
    };
    assertEquals(0xb861, checksum(INTERNET, header));
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 0xff, 0x100, 0x80000000L, 0xffffffffL})
  void unknownAlgorithmIsRefused(long algorithm) {
    CallResult result = call(algorithm, 0, 4, new byte[4]);
    assertTrue(result.registers().carry());
    assertEquals(algorithm, result.get(Register.EAX));
  }

  @ParameterizedTest
  @ValueSource(longs = {CRC_32, ADLER_32, INTERNET, 9})
  void otherRegistersAndTheBufferStay(long algorithm) {
    byte[] data = {1, 2, 3, 4, 5};
    CallResult result =
        gateway.enter(
            "checksum32",
            call ->
                call.register(Register.EAX, algorithm)
                    .register(Register.EBX, 0x2b2b2b2bL)
                    .register(Register.ECX, data.length)
                    .register(Register.EDX, 0x4d4d4d4dL)
                    .register(Register.EDI, 0x6f6f6f6fL)
                    .register(Register.EBP, 0x79797979L)
                    .buffer("data", Register.ESI, data));
    assertEquals(0x2b2b2b2bL, result.get(Register.EBX));
    assertEquals(data.length, result.get(Register.ECX));
    assertEquals(0x4d4d4d4dL, result.get(Register.EDX));
    assertEquals(0x6f6f6f6fL, result.get(Register.EDI));
    assertEquals(0x79797979L, result.get(Register.EBP));
    assertArrayEquals(data, result.buffer("data"));
    assertEquals("[]", result.ports().toString(), "no ports are touched");
  }
}
