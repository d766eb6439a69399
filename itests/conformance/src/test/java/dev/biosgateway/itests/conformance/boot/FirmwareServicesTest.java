package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.kexec.call.BridgeMachineProvider;
import dev.biosgateway.testkit.bare.BareGateway;
import dev.biosgateway.testkit.host.Prerequisite;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Calls of the services that SeaBIOS has set up in its POST, behind a kexec jump each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FirmwareServicesTest {
  private static final int CARRY = 1;

  private GuestMachine machine;

  private static MachineSettings settings() {
    return MachineSettings.DEFAULT
        .withBoard("pc-i440fx")
        .withFirmware(Prerequisite.seabios("bios-256k.bin"), Optional.empty());
  }

  @BeforeAll
  void powerOn() {
    machine = new BridgeMachineProvider().open(settings());
  }

  @AfterAll
  void powerOff() {
    if (machine != null) {
      machine.close();
    }
  }

  private CallResult interrupt(int vector, UnaryOperator<CallRequest.Builder> request) {
    CallResult result =
        machine.call(
            new CallTarget.Interrupt(vector), request.apply(CallRequest.builder()).build());
    assertTrue(result.returned(), result::toString);
    return result;
  }

  private CallResult interrupt(int vector, int ax) {
    return interrupt(vector, call -> call.register(Register.AX, ax));
  }

  @Test
  void theDisplayAnswersWithItsVesaBios() {
    CallResult result =
        interrupt(
            0x10,
            call ->
                call.register(Register.AX, 0x4f00).buffer("info", Register.ES, Register.DI, 512));
    assertEquals(0x4f, result.get(Register.AX));
    assertEquals("VESA", new String(result.buffer("info"), 0, 4, StandardCharsets.US_ASCII));
    assertEquals(3, interrupt(0x10, 0x0f00).get(Register.AL), "POST has set mode 3");
  }

  @Test
  void memoryTimeKeyboardAndPciAnswer() {
    assertEquals(639, interrupt(0x12, 0).get(Register.AX));
    CallResult memory = interrupt(0x15, 0xe801);
    assertEquals(0x3c00, memory.get(Register.AX), "15 MB below 16 MB");
    CallResult map =
        interrupt(
            0x15,
            call ->
                call.register(Register.EAX, 0xe820)
                    .register(Register.EDX, 0x534d4150)
                    .register(Register.ECX, 20)
                    .buffer("range", Register.ES, Register.DI, 20));
    assertEquals(0x534d4150, map.get(Register.EAX));
    assertEquals(1, map.buffer("range")[16], "the first range is memory");
    assertEquals(0x2000, interrupt(0x1a, 0x0400).get(Register.CX), "the year in BCD");
    assertEquals(0x40, interrupt(0x16, 0x0100).get(Register.EFLAGS) & 0x40, "no key waits");
    assertEquals(0x20494350, interrupt(0x1a, 0xb101).get(Register.EDX), "\"PCI \"");
    CallResult none = interrupt(0x15, 0xdead);
    assertEquals(CARRY, none.get(Register.EFLAGS) & CARRY);
    assertEquals(0x86, none.get(Register.AH), "no such service");
  }

  @Test
  void aTeletypeCallShowsOnTheScreenUntilItIsRolledBack() {
    UnaryOperator<CallRequest.Builder> letter =
        call -> call.register(Register.AX, 0x0e58).register(Register.BX, 7);
    int before = cursor();
    interrupt(0x10, letter);
    assertEquals(before, cursor());
    try (GuestMachine session = machine.freeze().open()) {
      session.call(
          new CallTarget.Interrupt(0x10),
          letter.apply(CallRequest.builder()).isolation(Isolation.KEEP).build());
      CallResult position =
          session.call(
              new CallTarget.Interrupt(0x10),
              CallRequest.builder().register(Register.AX, 0x0300).build());
      assertEquals(before + 1, position.get(Register.DX));
    }
    assertEquals(before, cursor(), "the clone was another machine");
  }

  private int cursor() {
    return (int) interrupt(0x10, 0x0300).get(Register.DX);
  }

  @Test
  void exceptionsThatNobodyHandlesAreFaultsAndInterruptsThatNobodyServesReturn() {
    try (BareGateway gateway = BareGateway.open(new BridgeMachineProvider(), settings())) {
      byte[] divide = {0x31, (byte) 0xc9, (byte) 0xf7, (byte) 0xf1, (byte) 0xcb}; // CX = 0; DIV CX
      gateway.map("divide", "flat16", divide);
      CallResult result = gateway.enter("divide", call -> call);
      assertEquals(StopReason.FAULT, result.stop());
      assertEquals(0, result.fault().orElseThrow().vector());
      byte[] beyond = {0x66, (byte) 0xa1, (byte) 0xfe, (byte) 0xff, (byte) 0xcb}; // EAX from FFFEh
      gateway.map("beyond", "flat16", beyond);
      result = gateway.enter("beyond", call -> call);
      assertEquals(StopReason.FAULT, result.stop(), "#GP, and not interrupt request 5");
      assertEquals(13, result.fault().orElseThrow().vector());
      assertTrue(gateway.interrupt(0x55, call -> call).returned(), "an IRET");
      FarPointer reset = new FarPointer(0xf000, 0xfff0);
      assertEquals(StopReason.SHUTDOWN, gateway.far(reset, call -> call).stop());
    }
  }

  @Test
  void aBoardWithoutASocketSaysSo() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new BridgeMachineProvider().open(settings().withBoard("pc")));
    assertTrue(e.getMessage().contains("expected pc-i440fx"), e.getMessage());
  }
}
