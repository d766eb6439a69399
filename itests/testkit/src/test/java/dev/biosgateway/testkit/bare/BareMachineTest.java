package dev.biosgateway.testkit.bare;

import static dev.biosgateway.api.Register.AX;
import static dev.biosgateway.api.Register.BX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.testkit.image.OptionRomImage;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The bare machine that {@code @BareMachine} gives, with the real bridge in it. */
@BareMachine(memory = 4)
class BareMachineTest {
  /** Init hooks INT 60h with a handler that adds BX to AX. */
  private static final byte[] ADDER =
      OptionRomImage.withInit(
              1,
              bytes(
                  0x1e, // push ds
                  0x31, 0xc0, // xor ax, ax
                  0x8e, 0xd8, // mov ds, ax
                  0xc7, 0x06, 0x80, 0x01, 0x14, 0x00, // mov word [60h * 4], handler
                  0x8c, 0x0e, 0x82, 0x01, // mov [60h * 4 + 2], cs
                  0x1f, // pop ds
                  0xcb, // retf
                  0x01, 0xd8, // handler: add ax, bx
                  0xcf)) // iret
          .bytes();

  private static final byte[] LOOP = bytes(0xeb, 0xfe); // jmp $

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void romIsMappedAndAnswers(BareGateway gateway) {
    MappedProgram rom = gateway.map("adder", "option-rom", ADDER);
    assertEquals(List.of(0x60), rom.vectorsHooked());

    CallResult result = gateway.interrupt(0x60, call -> call.register(AX, 2).register(BX, 3));
    assertEquals(5, result.get(AX), result::toString);
  }

  @Test
  void romIsGoneWhenItIsUnmapped(BareGateway gateway) {
    gateway.unmap(gateway.map("adder", "option-rom", ADDER));

    CallResult result = gateway.interrupt(0x60, call -> call.register(AX, 2).register(BX, 3));
    assertEquals(2, result.get(AX), result::toString);
  }

  @Test
  void flatProgramIsEntered(BareGateway gateway) {
    gateway.map("inc", "flat32", bytes(0x40, 0xc3)); // inc eax; ret
    assertEquals(8, gateway.enter("inc", call -> call.register(AX, 7)).get(AX));
    assertThrows(
        NoSuchRoutineException.class, () -> gateway.enter("dec", UnaryOperator.identity()));
  }

  @Test
  void endlessLoopKeepsBothLimits(BareGateway gateway) {
    gateway.map("loop", "flat32", LOOP);
    assertEquals(StopReason.BUDGET, gateway.enter("loop", call -> call.budget(1000)).stop());
    assertEquals(
        StopReason.TIMEOUT,
        gateway
            .enter("loop", call -> call.budget(Long.MAX_VALUE).timeout(Duration.ofMillis(20)))
            .stop());
  }

  @Test
  void badImageIsRefused(BareGateway gateway) {
    byte[] spoilt = OptionRomImage.of(ADDER).missealed().bytes();
    ProgramException refused =
        assertThrows(ProgramException.class, () -> gateway.map("adder", "option-rom", spoilt));
    assertEquals("checksum", refused.field());
  }

  @Nested
  class Sharing {
    private static BareGateway ofTheClass;

    @BeforeAll
    static void ask(BareGateway gateway) {
      ofTheClass = gateway;
    }

    @Test
    void machineOfTheClassIsSharedByItsTests(BareGateway gateway) {
      assertSame(ofTheClass, gateway);
    }
  }

  @Nested
  class Separation {
    private final BareGateway ofTheTest;

    Separation(BareGateway gateway) {
      this.ofTheTest = gateway;
    }

    @Test
    void constructorAndTestHaveTheSameMachine(BareGateway gateway) {
      assertSame(ofTheTest, gateway);
      assertNotSame(Sharing.ofTheClass, gateway);
    }
  }
}
