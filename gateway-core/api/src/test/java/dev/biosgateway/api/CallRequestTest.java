package dev.biosgateway.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.PolicyRule.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallRequestTest {
  private static void refused(String part, Executable request) {
    var error = assertThrows(InvalidRequestException.class, request);
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }

  private static CallBuffer far(String name, Register segment, Register offset, int size) {
    return CallBuffer.of(name, new BufferPointer.Far(segment, offset), size);
  }

  @Test
  void defaultsAreTheDocumentedOnes() {
    CallRequest request = CallRequest.builder().build();
    assertEquals(100_000_000, request.budget());
    assertEquals(Duration.ofSeconds(10), request.timeout());
    assertEquals(Isolation.ROLLBACK, request.isolation());
    assertEquals(CallPolicy.ALLOW_ALL, request.policy());
    assertEquals(Registers.ZERO, request.registers());
    assertEquals(List.of(), request.buffers());
  }

  @Test
  void carriesWhatItWasGiven() {
    CallRequest request =
        CallRequest.builder()
            .register(Register.AX, 0x4f00)
            .register(Register.CL, 1)
            .register(Register.CH, 2)
            .register(Register.EFLAGS, 1)
            .buffer("info", Register.ES, Register.DI, 512)
            .budget(5)
            .timeout(Duration.ofMillis(1))
            .isolation(Isolation.KEEP)
            .build();
    assertEquals(0x4f00, request.registers().get(Register.EAX));
    assertEquals(0x201, request.registers().get(Register.CX));
    assertEquals(3, request.registers().get(Register.EFLAGS), "bit 1 is always one");
    assertTrue(request.gives(Register.AL));
    assertFalse(request.gives(Register.BX));
    assertEquals(5, request.budget());
    assertEquals(Duration.ofMillis(1), request.timeout());
    assertEquals(Isolation.KEEP, request.isolation());
    assertEquals("es:di=info:512", request.buffers().get(0).toString());
  }

  @Test
  void registersCannotBeGivenTwiceOrOverlap() {
    refused(
        "ax is given twice",
        () -> CallRequest.builder().register(Register.AX, 1).register(Register.AX, 1));
    refused(
        "al and eax are parts of one register",
        () -> CallRequest.builder().register(Register.EAX, 1).register(Register.AL, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cs", "ss", "sp", "esp", "eip"})
  void theGatewaysOwnRegistersCannotBeGiven(String name) {
    refused(
        "come from the call's target",
        () -> CallRequest.builder().register(Register.named(name), 0));
  }

  @Test
  void onlyHarmlessFlagsPass() {
    refused("eflags=0x100", () -> CallRequest.builder().register(Register.EFLAGS, 0x100));
    refused("32 bits", () -> CallRequest.builder().register(Register.EFLAGS, 1L << 32));
  }

  @Test
  void buffersShareNeitherNameNorRegister() {
    refused(
        "buffer a is given twice",
        () ->
            CallRequest.builder()
                .buffer("a", Register.ES, Register.DI, 1)
                .buffer("a", Register.DS, Register.SI, 1)
                .build());
    refused(
        "es already points",
        () ->
            CallRequest.builder()
                .buffer("a", Register.ES, Register.DI, 1)
                .buffer("b", Register.ES, Register.SI, 1)
                .build());
    refused(
        "edi is also given a value",
        () ->
            CallRequest.builder()
                .register(Register.EDI, 0)
                .buffer("a", Register.ES, Register.DI, 1)
                .build());
    refused(
        "bl is also given a value",
        () ->
            CallRequest.builder()
                .register(Register.BL, 0)
                .buffer("a", Register.EBX, (byte) 1)
                .build());
  }

  @Test
  void buffersKeepTheirLimits() {
    assertEquals(0x10000, far("a", Register.ES, Register.DI, 0x10000).size());
    refused("1 to 65536", () -> far("a", Register.ES, Register.DI, 0x10001));
    refused("1 to 65536", () -> far("a", Register.ES, Register.DI, 0));
    refused("buffer \"1a\"", () -> far("1a", Register.ES, Register.DI, 1));
    refused(
        "3 bytes of content",
        () -> CallBuffer.of("a", new BufferPointer.Flat(Register.ESI), 2, new byte[3]));
    refused(
        "1 to 16777216",
        () -> CallBuffer.of("a", new BufferPointer.Flat(Register.ESI), (1 << 24) + 1));
    refused("cs:", () -> new BufferPointer.Far(Register.CS, Register.DI));
    refused("edi:", () -> new BufferPointer.Far(Register.ES, Register.EDI));
    refused("sp:", () -> new BufferPointer.Far(Register.ES, Register.SP));
    refused("esp:", () -> new BufferPointer.Flat(Register.ESP));
    refused("si:", () -> new BufferPointer.Flat(Register.SI));
  }

  @Test
  void bufferContentIsPaddedAndCopied() {
    byte[] content = {1, 2};
    CallBuffer buffer = CallBuffer.of("a", new BufferPointer.Flat(Register.ESI), 4, content);
    content[0] = 9;
    buffer.content()[1] = 9;
    assertArrayEquals(new byte[] {1, 2, 0, 0}, buffer.content());
  }

  @Test
  void limitsArePositive() {
    refused("budget 0", () -> CallRequest.builder().budget(0));
    refused("timeout PT0S", () -> CallRequest.builder().timeout(Duration.ZERO));
    refused("timeout", () -> CallRequest.builder().timeout(Duration.ofSeconds(-1)));
  }

  @Test
  void pointersMustFitTheMode() {
    CallRequest far = CallRequest.builder().buffer("a", Register.ES, Register.DI, 1).build();
    CallRequest flat = CallRequest.builder().buffer("a", Register.ESI, (byte) 1).build();
    CallRequest segment = CallRequest.builder().register(Register.DS, 0).build();
    far.requireMode(CallMode.REAL);
    flat.requireMode(CallMode.FLAT);
    segment.requireMode(CallMode.REAL);
    refused("flat code wants", () -> far.requireMode(CallMode.FLAT));
    refused("real mode code wants", () -> flat.requireMode(CallMode.REAL));
    refused("ds: flat code", () -> segment.requireMode(CallMode.FLAT));
  }

  @Test
  void policyNamesTheRuleThatRefuses() {
    assertEquals(Optional.empty(), CallPolicy.ALLOW_ALL.refusal(Resource.PORTS, 0x80));
    var policy =
        CallPolicy.ports(
            List.of(new PortRange(0x3c0, 0x3df), PortRange.of(0x80)), List.of(PortRange.of(0x3c8)));
    assertEquals(Optional.empty(), policy.refusal(Resource.PORTS, 0x80));
    assertEquals(Optional.empty(), policy.refusal(Resource.PORTS, 0x3df));
    assertEquals(
        Optional.of("denied by rule \"deny ports 0x3c8\" of the caller"),
        policy.refusal(Resource.PORTS, 0x3c8));
    assertEquals(
        Optional.of(
            "no rule of the caller allows it, only [allow ports 0x3c0-0x3df, allow ports 0x80]"),
        policy.refusal(Resource.PORTS, 0x3e0));
    refused("ports 0x2-0x1", () -> new PortRange(2, 1));
    refused("ports", () -> new PortRange(0, 0x10000));
  }

  @Test
  void targetsCheckThemselves() {
    assertEquals("int 0x10", new CallTarget.Interrupt(0x10).text());
    assertEquals("far c000:0003", new CallTarget.FarCall(new FarPointer(0xc000, 3)).text());
    assertEquals("checksum32", new CallTarget.ProgramEntry("checksum32").text());
    refused("vectors are 0 to 0xff", () -> new CallTarget.Interrupt(0x100));
    refused("found none", () -> new CallTarget.ProgramEntry(" "));
  }
}
