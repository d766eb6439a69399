package dev.biosgateway.itests;

import dev.biosgateway.testkit.image.OptionRomImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The guest code of these tests, assembled from {@code src/test/nasm}. */
final class GuestCode {
  private static final int SLOT = 8;
  private static final int ANSWER = 10;

  private GuestCode() {}

  /** The option ROM that answers with this word in AX on an interrupt of choice. */
  static OptionRomImage answer(int vector, int word) {
    return OptionRomImage.of(read("answer"))
        .withWord(SLOT, vector * 4)
        .withWord(ANSWER, word)
        .sealed();
  }

  /** The option ROM whose INT 61h stops in the way AL asks for, see {@link Way}. */
  static OptionRomImage stops() {
    return OptionRomImage.of(read("stops")).sealed();
  }

  /** The option ROM whose INT 63h does harm in the way AL asks for, see {@link HostilePluginIT}. */
  static OptionRomImage hostile() {
    return OptionRomImage.of(read("hostile")).sealed();
  }

  /** The flat program that copies ECX bytes of physical memory at ESI to EDI. */
  static byte[] peek() {
    return read("peek");
  }

  /** The flat program that accesses a port, see {@link Ports}. */
  static byte[] ports() {
    return read("ports");
  }

  /** The flat program that lets the firmware configuration device write to memory at EDI. */
  static byte[] firmwareConfigurationDma() {
    return read("fwcfgdma");
  }

  /** A flat program that jumps to an address: MOV EAX,address; JMP EAX. */
  static byte[] jumpTo(int address) {
    return ByteBuffer.allocate(7)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0xb8)
        .putInt(address)
        .putShort((short) 0xe0ff)
        .array();
  }

  private static byte[] read(String name) {
    try (InputStream stream = GuestCode.class.getResourceAsStream("/guest/" + name + ".bin")) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read guest code " + name, e);
    }
  }

  /** The ways of {@code stops.asm} to stop, in the order of its table. */
  enum Way {
    RETURNS,
    LOOPS,
    JUMPS_INTO_NOTHING,
    HALTS,
    TRIPLE_FAULTS,
    DIVIDES_BY_ZERO,
    EXECUTES_UNDEFINED_OPCODE,
    RESETS,
    WRITES_POST_CODE,
    LOOPS_WITH_INTERRUPTS_ON,
    OVERRUNS_STACK
  }
}
