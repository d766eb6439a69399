package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.testkit.image.PluginBundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** A vendor's ROM as it is, as a plugin. */
@GatewayContainer
class SeaVgaBiosIT {
  private static final int MODE_LIST_POINTER = 14;
  private static final int END_OF_LIST = 0xffff;

  private static CallResult int10(Container container, CallRequest.Builder request) {
    CallResult result = container.awaitRoutine("int10").call(request.build());
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    assertEquals(0x004f, result.get(Register.AX), result::toString);
    return result;
  }

  @Test
  void everyModeItListsIsDescribed(Container container) throws IOException, BundleException {
    Path rom = Prerequisite.seabios("vgabios-stdvga.bin");
    Witness witness = Witness.of(container);
    Bundle bundle =
        container.install(
            PluginBundle.named("seavgabios", "1.0.0")
                .program("seavgabios", "option-rom", Files.readAllBytes(rom))
                .stream());

    CallResult result =
        int10(
            container,
            CallRequest.builder()
                .register(Register.AX, 0x4f00)
                .buffer("info", Register.ES, Register.DI, 512));
    byte[] info = result.buffer("info");
    assertEquals("VESA\0\3", new String(info, 0, 6, StandardCharsets.US_ASCII));

    List<Integer> modes = modes(witness, result, info);
    assertTrue(modes.size() > 10, modes::toString);
    for (int mode : modes) {
      int10(
          container,
          CallRequest.builder()
              .register(Register.AX, 0x4f01)
              .register(Register.CX, mode)
              .buffer("mode", Register.ES, Register.DI, 256));
    }
    bundle.uninstall();
    witness.assertNothingIsLeft();
  }

  /**
   * The list lies in the block itself, whose memory is taken back after the call, or in the ROM.
   */
  private static List<Integer> modes(Witness witness, CallResult result, byte[] info) {
    ByteBuffer block = ByteBuffer.wrap(info).order(ByteOrder.LITTLE_ENDIAN);
    FarPointer pointer =
        new FarPointer(
            block.getShort(MODE_LIST_POINTER + 2) & 0xffff,
            block.getShort(MODE_LIST_POINTER) & 0xffff);
    long inBlock = pointer.linear() - result.registers().pointer(Register.ES, Register.DI).linear();
    ByteBuffer list =
        inBlock >= 0 && inBlock < info.length
            ? block.position((int) inBlock).slice().order(ByteOrder.LITTLE_ENDIAN)
            : ByteBuffer.wrap(witness.read(pointer.linear(), 512)).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> modes = new ArrayList<>();
    for (int mode = list.getShort() & 0xffff;
        mode != END_OF_LIST;
        mode = list.getShort() & 0xffff) {
      modes.add(mode);
    }
    return modes;
  }
}
