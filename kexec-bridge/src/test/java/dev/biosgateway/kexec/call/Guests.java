package dev.biosgateway.kexec.call;

import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.isa.CpuModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The guests of the tests, as programs, and machines to run them on. */
final class Guests {
  private Guests() {}

  static BridgeMachine machine() {
    return new BridgeMachine(MachineConfig.DEFAULT.withMemory(8 << 20), PagingMode.PAE);
  }

  static BridgeMachine machine(CpuModel cpu, PagingMode paging) {
    return new BridgeMachine(MachineConfig.DEFAULT.withMemory(8 << 20).withCpu(cpu), paging);
  }

  /** A guest of src/test/nasm. */
  static byte[] bytes(String name) {
    try (InputStream in =
        Guests.class.getResourceAsStream("/dev/biosgateway/kexec/guest/" + name + ".bin")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A guest whose name ends with the bits of its flat format. */
  static ProgramImage program(String name) {
    return image(name, "flat" + name.substring(name.length() - 2), bytes(name));
  }

  static ProgramImage image(String name, String format, byte[] bytes) {
    return image(name, format, bytes, OptionalLong.empty());
  }

  static ProgramImage image(String name, String format, byte[] bytes, OptionalLong address) {
    return new ProgramImage(
        name,
        "1.0.0",
        format,
        name + ".bin",
        bytes,
        address,
        OptionalLong.empty(),
        List.of(),
        Map.of());
  }
}
