package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.isa.CpuModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real option ROMs: Debian's SeaVGABIOS (folder {@code biosgateway.seabios}, default
 * /usr/share/seabios), and the one of this repository.
 */
class DisplayBiosTest {
  private static final CallTarget INT10 = new CallTarget.Interrupt(0x10);

  static Stream<String> roms() {
    return Stream.of("seavgabios", "vga-rom");
  }

  private static byte[] bytes(String rom) {
    Path file =
        rom.equals("vga-rom")
            ? Path.of("../bios-plugins/vga-rom/src/main/resources/rom/vga.bin")
            : Path.of(System.getProperty("biosgateway.seabios", "/usr/share/seabios"))
                .resolve("vgabios-stdvga.bin");
    if (!Files.exists(file)) {
      String reason = file + " is not there: install Debian's seabios";
      if (Boolean.parseBoolean(System.getenv("CI"))) {
        Assertions.fail(reason);
      }
      Assumptions.abort(reason);
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ProgramImage image(String name, byte[] bytes, OptionalLong address) {
    return new ProgramImage(
        name,
        "1.0.0",
        "option-rom",
        name + ".bin",
        bytes,
        address,
        OptionalLong.empty(),
        List.of(0x10),
        Map.of());
  }

  private static CallResult information(BridgeMachine machine) {
    return machine.call(
        INT10,
        CallRequest.builder()
            .register(Register.AX, 0x4f00)
            .buffer("info", Register.ES, Register.DI, 512)
            .build());
  }

  /** Where a call's first buffer lies: above trampoline and stack. */
  private static final int BUFFER = 0xa000;

  private static List<Integer> modes(BridgeMachine machine, byte[] block) {
    ByteBuffer info = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    int offset = info.getShort(0x0e) & 0xffff;
    int segment = info.getShort(0x10) & 0xffff;
    List<Integer> modes = new ArrayList<>();
    // Within the block, or in the ROM; the block is gone with the call.
    int inBlock = (segment << 4) + offset - BUFFER;
    for (int i = 0; i < 200; i++) {
      int mode =
          inBlock >= 0 && inBlock < 512
              ? info.getShort(inBlock + 2 * i) & 0xffff
              : machine.machine().bus().read16((segment << 4) + offset + 2 * i);
      if (mode == 0xffff) {
        return modes;
      }
      modes.add(mode);
    }
    throw new AssertionError("mode list has no end");
  }

  @ParameterizedTest
  @MethodSource("roms")
  void initialisesAndAnswersForEveryModeItLists(String rom) {
    try (BridgeMachine machine = Guests.machine()) {
      MappedProgram mapped = machine.map(image(rom, bytes(rom), OptionalLong.empty()));
      assertEquals(0xc0000, mapped.address());
      assertTrue(mapped.vectorsHooked().contains(0x10), () -> "" + mapped.vectorsHooked());
      assertEquals(StopReason.RETURNED, mapped.init().orElseThrow().stop());
      assertTrue(machine.machine().bus().isReadOnly(0xc0000));

      CallResult info = information(machine);
      assertEquals(0x4f, info.get(Register.AX));
      byte[] block = info.buffer("info");
      assertEquals("VESA", new String(block, 0, 4, StandardCharsets.US_ASCII));
      List<Integer> modes = modes(machine, block);
      assertTrue(modes.contains(0x118), () -> "" + modes);
      for (int mode : modes) {
        CallResult one =
            machine.call(
                INT10,
                CallRequest.builder()
                    .register(Register.AX, 0x4f01)
                    .register(Register.CX, mode)
                    .buffer("mode", Register.ES, Register.DI, 256)
                    .build());
        assertEquals(0x4f, one.get(Register.AX), () -> String.format("mode %x", mode));
        assertEquals(1, one.buffer("mode")[0] & 1, "supported");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"I386,TWO_LEVEL", "PENTIUM,TWO_LEVEL", "PENTIUM_PRO,TWO_LEVEL", "PENTIUM_PRO,PAE"})
  void answersTheSameBehindEveryKindOfHost(CpuModel cpu, PagingMode paging) {
    byte[] expected;
    long instructions;
    byte[] rom = bytes("vga-rom");
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(image("vga", rom, OptionalLong.empty()));
      CallResult info = information(machine);
      expected = info.buffer("info");
      instructions = info.instructions();
    }
    try (BridgeMachine machine = Guests.machine(cpu, paging)) {
      machine.map(image("vga", rom, OptionalLong.empty()));
      CallResult info = information(machine);
      assertArrayEquals(expected, info.buffer("info"));
      assertEquals(instructions, info.instructions());
      assertEquals(info.instructions(), information(machine).instructions());
    }
  }

  @Test
  void unmappingLeavesVectorsMemoryAndDevicesAsBefore() {
    try (BridgeMachine machine = Guests.machine()) {
      WholeState before = WholeState.of(machine.machine());
      for (int i = 0; i < 2; i++) {
        MappedProgram mapped = machine.map(image("vga", bytes("vga-rom"), OptionalLong.empty()));
        CallRequest mode =
            CallRequest.builder().register(Register.AX, 0x13).isolation(Isolation.KEEP).build();
        assertTrue(machine.call(INT10, mode).returned());
        assertTrue(information(machine).returned());
        machine.unmap(mapped);
        before.assertSame(WholeState.of(machine.machine()), false);
      }
    }
  }

  @Test
  void aRomThatLiesWhereAnotherDoesIsRefusedByName() {
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(image("first", bytes("vga-rom"), OptionalLong.empty()));
      WholeState before = WholeState.of(machine.machine());
      ProgramException e =
          assertThrows(
              ProgramException.class,
              () -> machine.map(image("second", bytes("vga-rom"), OptionalLong.of(0xc0800))));
      assertEquals("address", e.field());
      assertTrue(e.found().contains("first"), e.getMessage());
      before.assertSame(WholeState.of(machine.machine()), false);
      MappedProgram beside = machine.map(image("third", bytes("vga-rom"), OptionalLong.empty()));
      assertTrue(beside.address() > 0xc0000);
    }
  }

  @Test
  void aRomWhoseInitDoesNotReturnIsRefusedAndLeavesNothing() {
    byte[] rom = new byte[512];
    rom[0] = 0x55;
    rom[1] = (byte) 0xaa;
    rom[2] = 1;
    rom[3] = (byte) 0xfa; // CLI, HLT
    rom[4] = (byte) 0xf4;
    int sum = 0;
    for (byte b : rom) {
      sum += b;
    }
    rom[511] = (byte) -sum;
    try (BridgeMachine machine = Guests.machine()) {
      WholeState before = WholeState.of(machine.machine());
      ProgramException e =
          assertThrows(
              ProgramException.class, () -> machine.map(image("stuck", rom, OptionalLong.empty())));
      assertEquals("init", e.field());
      assertTrue(e.getMessage().contains("HALTED"), e.getMessage());
      before.assertSame(WholeState.of(machine.machine()), false);
      byte[] truncated = Arrays.copyOf(rom, 256);
      assertThrows(
          ProgramException.class,
          () -> machine.map(image("truncated", truncated, OptionalLong.empty())));
      before.assertSame(WholeState.of(machine.machine()), false);
    }
  }
}
