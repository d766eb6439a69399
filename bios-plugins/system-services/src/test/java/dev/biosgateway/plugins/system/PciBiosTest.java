package dev.biosgateway.plugins.system;

import static dev.biosgateway.api.Register.AH;
import static dev.biosgateway.api.Register.AL;
import static dev.biosgateway.api.Register.BX;
import static dev.biosgateway.api.Register.CL;
import static dev.biosgateway.api.Register.CX;
import static dev.biosgateway.api.Register.DI;
import static dev.biosgateway.api.Register.DX;
import static dev.biosgateway.api.Register.ECX;
import static dev.biosgateway.api.Register.EDX;
import static dev.biosgateway.api.Register.SI;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.testkit.bare.BareGateway;
import dev.biosgateway.testkit.bare.BareMachine;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** INT 1Ah AH=B1h: PCI BIOS Specification 2.1. */
@BareMachine
class PciBiosTest {
  private static final int SUCCESSFUL = 0x00;
  private static final int HOST_BRIDGE = 0x0000;
  private static final int DISPLAY = 0x0010;

  private Services services;

  @BeforeEach
  void mapRom(BareGateway gateway) {
    services = new Services(gateway);
  }

  private CallResult pci(int status, int function, UnaryOperator<CallRequest.Builder> request) {
    CallResult result = services.call(0x1a, 0xb100 | function, request);
    assertEquals(status, result.get(AH), result::toString);
    assertEquals(status != SUCCESSFUL, result.registers().carry(), "CF");
    return result;
  }

  private CallResult read(int function, int device, int register) {
    return pci(
        SUCCESSFUL,
        function,
        call -> call.register(BX, device).register(DI, register).register(ECX, 0x55555555));
  }

  @Test
  void isPresent() {
    CallResult present = pci(SUCCESSFUL, 0x01, UnaryOperator.identity());
    assertEquals(0x20494350L, present.get(EDX), "'PCI '");
    assertEquals(0x01, present.get(AL), "mechanism 1");
    assertEquals(0x0210, present.get(BX), "version");
    assertEquals(0x00, present.get(CL), "last bus");
  }

  @Test
  void devicesAreFound() {
    CallResult display =
        pci(SUCCESSFUL, 0x02, call -> call.register(CX, 0x1111).register(DX, 0x1234));
    assertEquals(DISPLAY, display.get(BX));
    CallResult bridge =
        pci(SUCCESSFUL, 0x02, call -> call.register(CX, 0x1237).register(DX, 0x8086));
    assertEquals(HOST_BRIDGE, bridge.get(BX));

    pci(0x86, 0x02, call -> call.register(CX, 0x1111).register(DX, 0x1234).register(SI, 1));
    pci(0x86, 0x02, call -> call.register(CX, 0x1112).register(DX, 0x1234));
    pci(0x83, 0x02, call -> call.register(CX, 0x1111).register(DX, 0xffff));
  }

  @Test
  void classesAreFound() {
    assertEquals(DISPLAY, pci(SUCCESSFUL, 0x03, call -> call.register(ECX, 0x030000)).get(BX));
    assertEquals(HOST_BRIDGE, pci(SUCCESSFUL, 0x03, call -> call.register(ECX, 0x060000)).get(BX));
    pci(0x86, 0x03, call -> call.register(ECX, 0x030000).register(SI, 1));
    pci(0x86, 0x03, call -> call.register(ECX, 0x010000));
  }

  @Test
  void configurationIsReadInItsWidths() {
    assertEquals(0x55555534L, read(0x08, DISPLAY, 0).get(ECX));
    assertEquals(0x55555512L, read(0x08, DISPLAY, 1).get(ECX));
    assertEquals(0x55551111L, read(0x09, DISPLAY, 2).get(ECX));
    assertEquals(0x11111234L, read(0x0a, DISPLAY, 0).get(ECX));
    assertEquals(0xffffffffL, read(0x0a, 0x00f8, 0).get(ECX), "nobody there");
  }

  /** Register 3Ch, the interrupt line, holds what it is given. */
  @Test
  void configurationIsWritten() {
    pci(SUCCESSFUL, 0x0b, call -> call.register(BX, DISPLAY).register(DI, 0x3c).register(CL, 0x0b));
    assertEquals(0x0b, read(0x08, DISPLAY, 0x3c).get(CL));
    // memory space off and on again, through command words and dwords
    pci(SUCCESSFUL, 0x0c, call -> call.register(BX, DISPLAY).register(DI, 4).register(CX, 0x0001));
    assertEquals(0x0001, read(0x09, DISPLAY, 4).get(CX) & 0x0003);
    pci(
        SUCCESSFUL,
        0x0d,
        call -> call.register(BX, DISPLAY).register(DI, 4).register(ECX, 0x00000003));
    assertEquals(0x0003, read(0x09, DISPLAY, 4).get(CX) & 0x0003);
  }

  @ParameterizedTest
  @CsvSource({
    "08, 0100",
    "09, 0001",
    "09, 0100",
    "0A, 0002",
    "0A, 0001",
    "0B, 0100",
    "0C, 0003",
    "0D, 0006"
  })
  void registerThatIsNoneIsRefused(String function, String register) {
    pci(
        0x87,
        Integer.parseInt(function, 16),
        call -> call.register(BX, DISPLAY).register(DI, Integer.parseInt(register, 16)));
  }

  @ParameterizedTest
  @CsvSource({"00", "04", "06", "0E", "0F", "8A", "FF"})
  void functionThatIsNotThereSaysSo(String function) {
    pci(0x81, Integer.parseInt(function, 16), UnaryOperator.identity());
  }
}
