package dev.biosgateway.plugins.vga;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.api.BufferPointer;
import dev.biosgateway.api.CallBuffer;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.bare.BareGateway;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A machine with the VGA ROM in it. Calls change the machine, as they do on a PC, and must leave no
 * access to hardware behind that the machine does not model.
 */
final class Display {
  static final int TEXT_MEMORY = 0xb8000;
  static final int GRAPHICS_MEMORY = 0xa0000;
  static final int BIOS_DATA = 0x400;

  /** {@code rep movsb; ret}: copies ECX bytes at ESI to EDI. */
  private static final byte[] COPY = {(byte) 0xf3, (byte) 0xa4, (byte) 0xc3};

  private final BareGateway gateway;

  Display(BareGateway gateway) {
    this.gateway = gateway;
    gateway.map(Path.of("src/main/resources/rom/vga.bin"), "option-rom");
    gateway.map("copy", "flat32", COPY);
  }

  /** INT 10h, which must return. */
  CallResult int10(UnaryOperator<CallRequest.Builder> request) {
    CallResult result =
        gateway.interrupt(0x10, call -> request.apply(call.isolation(Isolation.KEEP)));
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    assertEquals("[]", result.unmodelled().toString(), result::toString);
    return result;
  }

  /** INT 10h with AX and more. */
  CallResult int10(int ax, UnaryOperator<CallRequest.Builder> request) {
    return int10(call -> request.apply(call.register(Register.AX, ax)));
  }

  /** INT 10h with nothing but AX. */
  CallResult int10(int ax) {
    return int10(ax, UnaryOperator.identity());
  }

  /** Calls a far procedure of the ROM. */
  CallResult far(FarPointer at, UnaryOperator<CallRequest.Builder> request) {
    CallResult result = gateway.far(at, call -> request.apply(call.isolation(Isolation.KEEP)));
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    return result;
  }

  /** Physical memory, as the processor reads it. */
  ByteBuffer peek(long address, int size) {
    CallResult result =
        gateway.enter(
            "copy",
            call ->
                call.register(Register.ESI, address)
                    .register(Register.ECX, size)
                    .buffer("bytes", Register.EDI, new byte[size]));
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    return ByteBuffer.wrap(result.buffer("bytes")).order(ByteOrder.LITTLE_ENDIAN);
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

  /** A buffer for a real mode service. */
  static CallBuffer buffer(Register segment, Register offset, int size, byte... content) {
    return CallBuffer.of("buffer", new BufferPointer.Far(segment, offset), size, content);
  }

  /** The characters of a row of page 0 of a text mode with 80 columns. */
  String row(int row) {
    ByteBuffer cells = peek(TEXT_MEMORY + row * 160L, 160);
    StringBuilder text = new StringBuilder();
    while (cells.hasRemaining()) {
      text.append((char) (cells.getShort() & 0xff));
    }
    return text.toString();
  }

  /** Attributes of the first cells of a row of page 0 of a text mode with 80 columns. */
  int attribute(int row, int column) {
    return peek(TEXT_MEMORY + row * 160L + column * 2L, 2).get(1) & 0xff;
  }

  /** DH row, DL column of the cursor of page 0, as 0xRRCC. */
  int cursor() {
    return (int) int10(0x0300).get(Register.DX);
  }

  /** Puts the cursor of page 0 there. */
  void cursor(int rowAndColumn) {
    int10(0x0200, call -> call.register(Register.DX, rowAndColumn));
  }
}
