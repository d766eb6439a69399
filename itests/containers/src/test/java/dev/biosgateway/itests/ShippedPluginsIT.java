package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** The plugins that come with the gateway, as bundles in a container. */
@GatewayContainer(
    bundles = {
      "dev.biosgateway.vga-rom",
      "dev.biosgateway.system-services",
      "dev.biosgateway.checksum32"
    })
class ShippedPluginsIT {
  private static final long CARRY = 1;
  private static final int SMAP = 0x534d4150;

  private final Container container;
  private final Gateway gateway;

  ShippedPluginsIT(Container container, Gateway gateway) {
    this.container = container;
    this.gateway = gateway;
  }

  private CallResult call(String routine, CallRequest.Builder request) {
    CallResult result = container.awaitRoutine(routine).call(request.build());
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    return result;
  }

  @Test
  void allAreMappedAndTouchNothingUnmodelled() {
    for (Program program : gateway.programs()) {
      assertEquals(Program.State.MAPPED, program.state(), program::toString);
    }
    assertEquals(3, gateway.programs().size());
  }

  @Test
  void vgaAnswersTheVbeInformationCallAndKnowsEachModeItLists() {
    CallResult result =
        call(
            "int10",
            CallRequest.builder()
                .register(Register.AX, 0x4f00)
                .buffer("info", Register.ES, Register.DI, 512));
    assertEquals(0x004f, result.get(Register.AX), result::toString);
    ByteBuffer info = ByteBuffer.wrap(result.buffer("info")).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals("VESA", new String(result.buffer("info"), 0, 4, StandardCharsets.US_ASCII));

    // The mode list may lie in the block itself or in the ROM; ask for all numbers VBE gave out.
    int known = 0;
    for (int mode = 0x100; mode <= 0x11b; mode++) {
      CallResult description =
          call(
              "int10",
              CallRequest.builder()
                  .register(Register.AX, 0x4f01)
                  .register(Register.CX, mode)
                  .buffer("mode", Register.ES, Register.DI, 256));
      if (description.get(Register.AX) == 0x004f) {
        known++;
      }
    }
    assertTrue(info.getShort(4) >= 0x0200, "VBE version");
    assertTrue(known >= 10, known + " modes");
  }

  @Test
  void memoryMapCoversTheMemoryTheMachineHas() {
    long usable = 0;
    long continuation = 0;
    do {
      CallResult result =
          call(
              "int15",
              CallRequest.builder()
                  .register(Register.EAX, 0xe820)
                  .register(Register.EBX, continuation)
                  .register(Register.ECX, 20)
                  .register(Register.EDX, SMAP)
                  .buffer("range", Register.ES, Register.DI, 20));
      assertEquals(0, result.get(Register.EFLAGS) & CARRY, result::toString);
      assertEquals(SMAP, result.get(Register.EAX), result::toString);
      ByteBuffer range = ByteBuffer.wrap(result.buffer("range")).order(ByteOrder.LITTLE_ENDIAN);
      if (range.getInt(16) == 1) {
        usable += range.getLong(8);
      }
      continuation = result.get(Register.EBX);
    } while (continuation != 0);
    assertTrue(usable > 31L << 20 && usable < 32L << 20, usable + " bytes of 32 MiB");
  }

  @Test
  void memorySizeIsConventional() {
    CallResult result = call("int12", CallRequest.builder());
    assertTrue(result.get(Register.AX) >= 600, result.get(Register.AX) + " KiB");
    assertTrue(result.get(Register.AX) <= 640, result.get(Register.AX) + " KiB");
  }

  @Test
  void pciBiosIsPresent() {
    CallResult result = call("int1a", CallRequest.builder().register(Register.AX, 0xb101));
    assertEquals(0x20494350, result.get(Register.EDX), "\"PCI \"");
    assertEquals(0, result.get(Register.AH));
  }

  @Test
  void flatProgramChecksumsABuffer() {
    byte[] data = "123456789".getBytes(StandardCharsets.US_ASCII);
    CRC32 expected = new CRC32();
    expected.update(data);

    CallResult result =
        call(
            "checksum32",
            CallRequest.builder()
                .register(Register.ECX, data.length)
                .buffer("data", Register.ESI, data));

    assertEquals(expected.getValue(), result.get(Register.EAX), result::toString);
    assertEquals(0, result.get(Register.EFLAGS) & CARRY);
    assertFalse(result.instructions() == 0);
  }

  @Test
  void sameCallTakesTheSameInstructionsEachTime() {
    CallRequest.Builder request = CallRequest.builder().register(Register.AX, 0x0f00);
    long first = call("int10", request).instructions();
    assertEquals(first, call("int10", request).instructions());
    assertTrue(first > 0);
  }
}
