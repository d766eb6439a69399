package dev.biosgateway.itests.conformance.captured;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.host.Nasm;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.cpu.Activity;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Interpreter;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.translate.TranslationPolicy;
import dev.biosgateway.x86.translate.Translator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs test386.asm, a ROM that asks a 386 for all it should do, on each 32-bit model and in each
 * tier: property {@code test386} is a folder of that project. On the 386 the ROM asks for what the
 * manual leaves undefined, too. Not run without the folder.
 */
class Test386Test {
  private static final String FOLDER = System.getProperty("test386", "");
  private static final int POST_PORT = 0x190;
  private static final int TEXT_PORT = 0xe9;
  private static final int ROM = 0xf0000;
  private static final int SLICE = 100_000;
  private static final int SLICES = 4_000;

  /** What {@code configuration.asm} says, and says where undefined behaviour is asked for. */
  private static final String DEFINED_ONLY = "TEST_UNDEF equ 0";

  private static final String UNDEFINED_TOO = "TEST_UNDEF equ 1";

  @TempDir Path work;

  @TestFactory
  Stream<DynamicTest> reachesItsLastCheckpoint() {
    Assumptions.assumeFalse(FOLDER.isEmpty(), "no folder of test386.asm: -Dtest386=DIR");
    return Arrays.stream(CpuModel.values())
        .filter(model -> model.isAtLeast(CpuModel.I386))
        .flatMap(
            model ->
                Stream.of(TranslationPolicy.OFF, TranslationPolicy.ALWAYS)
                    .map(
                        tier ->
                            DynamicTest.dynamicTest(
                                model.id() + (tier == TranslationPolicy.OFF ? "" : ", translated"),
                                () -> run(model, tier))));
  }

  private void run(CpuModel model, TranslationPolicy tier) throws IOException {
    Path folder = Path.of(FOLDER);
    List<String> checkpoints = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    UnmodelledAccess unmodelled = new UnmodelledAccess();
    PhysicalBus bus = new PhysicalBus(16 << 20, unmodelled);
    PortMap ports = new PortMap(unmodelled);
    ports.map(POST_PORT, 2, 2, (Sink) value -> checkpoints.add("%02X".formatted(value & 0xff)));
    ports.map(TEXT_PORT, 1, 1, (Sink) value -> text.append((char) (value & 0xff)));
    Cpu cpu = new Cpu(model, bus, ports, new VirtualClock(1), unmodelled);
    Interpreter interpreter = new Interpreter(cpu);
    Translator.attach(cpu, interpreter, tier);
    bus.load(ROM, assembled(folder, model == CpuModel.I386));
    cpu.cs.base = ROM;
    cpu.cs.selector = ROM >> 4;
    cpu.registersWritten(0);
    for (int n = 0; n < SLICES && cpu.activity != Activity.HLT; n++) {
      interpreter.run(SLICE);
    }
    assertTrue(checkpoints.contains("FF"), () -> "it stopped behind checkpoint " + checkpoints);
    assertEquals(
        Files.readString(folder.resolve("test386-EE-reference.txt")).strip(),
        text.toString().strip());
  }

  /** A port that is written only. */
  private interface Sink extends PortHandler {
    void accept(int value);

    @Override
    default int in(int port, int size) {
      return -1;
    }

    @Override
    default void out(int port, int size, int value) {
      accept(value);
    }
  }

  private byte[] assembled(Path folder, boolean undefinedToo) throws IOException {
    Path source = folder.resolve("src");
    if (!undefinedToo) {
      return Nasm.assemble(source.resolve("test386.asm"), "-w-all");
    }
    Path configuration = source.resolve("configuration.asm");
    String text = Files.readString(configuration);
    assertTrue(
        text.contains(DEFINED_ONLY),
        () -> "expected '%s' in %s".formatted(DEFINED_ONLY, configuration));
    Path copy = work.resolve("configuration.asm");
    Files.writeString(copy, text.replace(DEFINED_ONLY, UNDEFINED_TOO));
    Path rom = work.resolve("test386.asm");
    Files.copy(source.resolve("test386.asm"), rom, StandardCopyOption.REPLACE_EXISTING);
    return Nasm.assemble(rom, "-w-all", "-I" + source + "/");
  }
}
