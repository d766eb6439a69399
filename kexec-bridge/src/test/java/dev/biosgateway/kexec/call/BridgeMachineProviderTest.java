package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineSettings;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opening machines: what there is, what there is not, and the smallest. */
class BridgeMachineProviderTest {
  private final BridgeMachineProvider provider = new BridgeMachineProvider();

  private static MachineSettings settings(long memory, String board, String cpu) {
    return new MachineSettings(memory, board, cpu, Instant.parse("2000-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "pc, 386",
    "pc, 486",
    "pc, pentium",
    "pc, pentiumpro",
    "micro, 386",
    "micro, pentiumpro",
    "pc-bochs-display, pentiumpro"
  })
  void opensEveryBoardWithEveryProcessorThatPages(String board, String cpu) {
    try (GuestMachine machine = provider.open(settings(4 << 20, board, cpu))) {
      CallResult result =
          machine.call(new CallTarget.Interrupt(0x60), CallRequest.builder().build());
      assertTrue(result.returned(), result::toString);
      assertEquals(2, result.instructions());
    }
  }

  @Test
  void opensTheSmallestMachine() {
    try (GuestMachine machine = provider.open(settings(2 << 20, "pc", "pentiumpro"))) {
      machine.map(Guests.program("counter32"));
      CallRequest.Builder request = CallRequest.builder();
      request.buffer("b", Register.ESI, new byte[200 << 10]);
      CallTarget counter = new CallTarget.ProgramEntry("counter32");
      assertEquals(1, machine.call(counter, request.build()).get(Register.EAX));
      CallRequest tooMuch =
          CallRequest.builder().buffer("big", Register.ESI, new byte[1 << 20]).build();
      assertThrows(InvalidRequestException.class, () -> machine.call(counter, tooMuch));
      assertEquals(1, machine.call(counter, request.build()).get(Register.EAX));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4194304, xt, pentiumpro, micro",
    "4194304, pc, z80, pentiumpro",
    "4194304, pc, 8086, paging",
    "4294967296, pc, 386, at most",
  })
  void saysWhatThereIs(long memory, String board, String cpu, String mentioned) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> provider.open(settings(memory, board, cpu)));
    assertTrue(e.getMessage().contains(mentioned), e.getMessage());
  }

  @Test
  void closedMachinesSaySo() {
    GuestMachine machine = provider.open(settings(2 << 20, "micro", "386"));
    machine.close();
    CallTarget target = new CallTarget.Interrupt(0x60);
    CallRequest request = CallRequest.builder().build();
    assertThrows(IllegalStateException.class, () -> machine.call(target, request));
    assertThrows(IllegalStateException.class, () -> machine.map(Guests.program("counter32")));
  }
}
