package dev.biosgateway.plugins.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.bare.BareGateway;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A machine with the system services ROM in it. Calls change the machine, as they do on a PC, must
 * return, and must leave no access to hardware behind that the machine does not model.
 */
final class Services {
  static final int UNSUPPORTED = 0x86;

  /** {@code rep movsb; ret}: copies ECX bytes at ESI to EDI. */
  private static final byte[] COPY = {(byte) 0xf3, (byte) 0xa4, (byte) 0xc3};

  private final BareGateway gateway;

  Services(BareGateway gateway) {
    this.gateway = gateway;
    gateway.map(Path.of("src/main/resources/rom/system.bin"), "option-rom");
    gateway.map("copy", "flat32", COPY);
  }

  /** An interrupt with EAX and more. */
  CallResult call(int vector, long eax, UnaryOperator<CallRequest.Builder> request) {
    CallResult result =
        gateway.interrupt(
            vector,
            call -> request.apply(call.register(Register.EAX, eax).isolation(Isolation.KEEP)));
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    assertEquals("[]", result.unmodelled().toString(), result::toString);
    return result;
  }

  /** An interrupt with EAX. */
  CallResult call(int vector, long eax) {
    return call(vector, eax, UnaryOperator.identity());
  }

  /** Physical memory, as the processor reads it. */
  byte[] peek(long address, int size) {
    CallResult result =
        gateway.enter(
            "copy",
            call ->
                call.register(Register.ESI, address)
                    .register(Register.ECX, size)
                    .buffer("bytes", Register.EDI, new byte[size]));
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    return result.buffer("bytes");
  }

  /** Writes physical memory, as the processor does. */
  void poke(long address, byte... bytes) {
    CallResult result =
        gateway.enter(
            "copy",
            call ->
                call.register(Register.EDI, address)
                    .register(Register.ECX, bytes.length)
                    .buffer("bytes", Register.ESI, bytes)
                    .isolation(Isolation.KEEP));
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
  }
}
