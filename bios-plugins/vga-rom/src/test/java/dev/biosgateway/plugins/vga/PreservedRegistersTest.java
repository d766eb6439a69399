package dev.biosgateway.plugins.vga;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Register;
import dev.biosgateway.testkit.bare.BareGateway;
import dev.biosgateway.testkit.bare.BareMachine;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a service does not return it leaves alone: general registers in full width, segments, and
 * the flags, whatever they were.
 */
@BareMachine
class PreservedRegistersTest {
  private static final long FLAGS = 0xcd5; // OF DF SF ZF AF PF CF
  private static final List<Register> GENERAL =
      List.of(
          Register.EAX,
          Register.EBX,
          Register.ECX,
          Register.EDX,
          Register.ESI,
          Register.EDI,
          Register.EBP);
  private static final List<Register> SEGMENTS =
      List.of(Register.DS, Register.ES, Register.FS, Register.GS);

  private static Display display;

  @BeforeAll
  static void mapRom(BareGateway gateway) {
    display = new Display(gateway);
  }

  @ParameterizedTest(name = "AX={0} BX={1}")
  @CsvSource({
    // AX, BX, outputs
    "0003, 0000, ''",
    "0013, 0000, ''",
    "0003, 0000, ''",
    "0099, 0000, ''",
    "0100, 0000, ''",
    "0200, 0000, ''",
    "0300, 0000, CX DX",
    "0400, 0000, AH",
    "0500, 0000, ''",
    "0601, 0700, ''",
    "0701, 0700, ''",
    "0800, 0000, AX",
    "0941, 0007, ''",
    "0A41, 0007, ''",
    "0B00, 0000, ''",
    "0C01, 0000, ''",
    "0D01, 0000, ''",
    "0E41, 0007, ''",
    "0E0A, 0007, ''",
    "0E07, 0007, ''",
    "0F00, 0000, AX BH",
    "1000, 0102, ''",
    "1003, 0001, ''",
    "1007, 0001, BH",
    "1008, 0000, BH",
    "1010, 0001, ''",
    "1015, 0001, CX DH",
    "1018, 00FF, ''",
    "1019, 0000, BL",
    "101A, 0000, BX",
    "101B, 0000, ''",
    "1104, 0000, ''",
    "1122, 0000, ''",
    "1130, 0600, ES BP CX DL",
    "1200, 0010, BX CX",
    "1200, 0034, AL",
    "1200, 0099, ''",
    "1400, 0000, ''",
    "1A00, 0000, AL BX",
    "1B00, 0000, ''",
    "1C00, 0000, AL BX",
    "1DFF, 0000, ''",
    "4EFF, 0000, ''",
    "4F03, 0000, AX BX",
    "4F05, 0100, AX DX",
    "4F06, 0001, AX BX CX DX",
    "4F07, 0001, AX BH CX DX",
    "4F08, 0001, AX BH",
    "4FFF, 0000, AX",
    "FFFF, 0000, ''",
  })
  void othersArePreserved(String ax, String bx, String outputs) {
    Map<Register, Long> given = new EnumMap<>(Register.class);
    given.put(Register.EAX, 0x1a1a0000L | Integer.parseInt(ax, 16));
    given.put(Register.EBX, 0x2b2b0000L | Integer.parseInt(bx, 16));
    given.put(Register.ECX, 0x3c3c0001L);
    given.put(Register.EDX, 0x4d4d0000L);
    given.put(Register.ESI, 0x5e5e5e5eL);
    given.put(Register.EDI, 0x6f6f6f6fL);
    given.put(Register.EBP, 0x79797979L);
    for (Register segment : SEGMENTS) {
      given.put(segment, 0x3000L + segment.ordinal());
    }
    CallResult result =
        display.int10(
            call -> {
              given.forEach(call::register);
              return call.register(Register.EFLAGS, FLAGS);
            });

    for (Register register : GENERAL) {
      long expected = given.get(register);
      for (String output : outputs.isEmpty() ? new String[0] : outputs.split(" ")) {
        Register out = Register.named(output);
        if (out.parent() == register) {
          expected = out.insertInto(expected, result.get(out));
        }
      }
      assertEquals(expected, result.get(register), register::text);
    }
    for (Register segment : SEGMENTS) {
      if (!outputs.contains(segment.name())) {
        assertEquals(given.get(segment), result.get(segment), segment::text);
      }
    }
    assertEquals(FLAGS, result.get(Register.EFLAGS) & FLAGS, "flags");
  }
}
