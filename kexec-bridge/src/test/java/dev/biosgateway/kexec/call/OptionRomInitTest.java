package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an option ROM's init is told, and what it may do that its handlers may not. */
class OptionRomInitTest {
  /** Where init16.asm notes what it was told; found by the only place its init changed. */
  private static int told(Machine machine, int address) {
    byte[] before = Guests.bytes("init16");
    for (int i = 0; i < before.length - 1; i++) {
      if (machine.bus().read8(address + i) != (before[i] & 0xff)) {
        return address + i & ~1;
      }
    }
    throw new AssertionError("init has changed nothing in its ROM");
  }

  private static byte[] summedUp() {
    byte[] rom = Guests.bytes("init16");
    int sum = 0;
    for (byte b : rom) {
      sum += b;
    }
    rom[rom.length - 1] = (byte) -sum;
    return rom;
  }

  @ParameterizedTest
  @CsvSource({"pc, 0x0010", "micro, 0x0000"})
  void isToldItsFunctionAndRunsInBigRealModeInWritableMemory(String board, String function) {
    byte[] rom = summedUp();
    MachineConfig config = MachineConfig.DEFAULT.withMemory(4 << 20).withBoard(Boards.named(board));
    try (BridgeMachine bridge = new BridgeMachine(config, PagingMode.PAE)) {
      Machine machine = bridge.machine();
      MappedProgram mapped = bridge.map(Guests.image("init16", "option-rom", rom));
      assertEquals(0xc0000, mapped.address(), "class 03h is a display's");
      assertEquals(List.of(0x21), mapped.vectorsHooked());
      int told = told(machine, 0xc0000);
      assertEquals(Integer.decode(function), machine.bus().read16(told), "AX");
      assertEquals(0xffff, machine.bus().read16(told + 2), "BX: no card select number");
      assertEquals(0xffff, machine.bus().read16(told + 4), "DX: no read port");
      assertEquals(0x200, machine.bus().read16(told + 6) & 0x200, "interrupts are on");

      CallRequest keep = CallRequest.builder().isolation(Isolation.KEEP).build();
      CallResult result = bridge.call(new CallTarget.Interrupt(0x21), keep);
      assertTrue(result.returned(), result::toString);
      assertEquals(Integer.decode(function), (int) result.get(Register.AX), "read-only now");
      assertEquals(1, result.unmodelled().size(), "the write is on the account");
    }
  }

  private static ProgramImage declaring(String name, String format, byte[] bytes, int vector) {
    return new ProgramImage(
        name,
        "1.0.0",
        format,
        name + ".bin",
        bytes,
        OptionalLong.empty(),
        OptionalLong.empty(),
        List.of(vector),
        Map.of());
  }

  /** As a display ROM that does not find its display: its calls would end at somebody else's. */
  @Test
  void mustHookWhatItSaysItServes() {
    byte[] rom = summedUp();
    try (BridgeMachine bridge = Guests.machine()) {
      ProgramException refused =
          assertThrows(
              ProgramException.class,
              () -> bridge.map(declaring("init16", "option-rom", rom, 0x10)));
      assertTrue(
          refused.getMessage().contains("init to hook int 0x10, found that it hooked 0x21"),
          refused.getMessage());
      assertEquals(
          List.of(0x21), bridge.map(declaring("init16", "option-rom", rom, 0x21)).vectorsHooked());
      assertThrows(
          ProgramException.class,
          () -> bridge.map(declaring("flat", "flat32", new byte[] {(byte) 0xc3}, 0x10)));
    }
  }
}
