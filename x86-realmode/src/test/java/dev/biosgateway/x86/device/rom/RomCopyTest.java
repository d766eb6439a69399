package dev.biosgateway.x86.device.rom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Firmware;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A ROM that copies itself by REP MOVS, as firmware does first of all. */
class RomCopyTest {
  private static final int ROM = 0xf0000;
  private static final int TARGET = 0x20000;

  private final byte[] rom = new byte[0x10000];
  private final Machine machine = machine();
  private final Cpu cpu = machine.cpu();

  /** At the reset vector: rep movsb. */
  private Machine machine() {
    new Random(1).nextBytes(rom);
    rom[0xfff0] = (byte) 0xf3;
    rom[0xfff1] = (byte) 0xa4;
    Firmware firmware = Firmware.NONE.withSystem(new RomImage("copy", rom));
    return new Machine(
        MachineConfig.DEFAULT
            .withBoard(Boards.named("pc-i440fx"))
            .withFitting(Fitting.DEFAULT.withFirmware(firmware)));
  }

  private void registers(int from, int to, int count) {
    cpu.segments[SegmentRegister.DS].base = ROM;
    cpu.segments[SegmentRegister.ES].base = TARGET;
    cpu.gpr[Cpu.ESI] = from;
    cpu.gpr[Cpu.EDI] = to;
    cpu.gpr[Cpu.ECX] = count;
  }

  @Test
  void copiesOverPagesInAsManyInstructionsAsBytes() {
    registers(0x123, 0x877, 0x3003);
    assertEquals(0x3004, machine.run(0x3004).instructions());
    assertEquals(0xfff2, cpu.eip);
    assertEquals(0, cpu.gpr[Cpu.ECX]);
    byte[] copy = Arrays.copyOfRange(machine.bus().ram, TARGET + 0x877, TARGET + 0x877 + 0x3003);
    assertArrayEquals(Arrays.copyOfRange(rom, 0x123, 0x123 + 0x3003), copy);
    assertEquals(0, machine.bus().ram[TARGET + 0x877 + 0x3003], "nothing behind it");
  }

  @Test
  void stopsBetweenAnyTwoBytes() {
    registers(0, 0, 0x1000);
    machine.run(0x321);
    assertEquals(0x321, cpu.gpr[Cpu.EDI]);
    assertEquals(0x1000 - 0x321, cpu.gpr[Cpu.ECX]);
    assertEquals(0xfff0, cpu.eip, "to be gone on with");
    assertEquals(rom[0x320], machine.bus().ram[TARGET + 0x320]);
    assertEquals(0, machine.bus().ram[TARGET + 0x321]);
  }

  @Test
  void runsAreReadOfRomsAndNotOfRegisters() {
    assertTrue(machine.bus().runs.canCopy(ROM, TARGET));
    assertTrue(machine.bus().runs.canCopy(ROM, 0xb8000), "a font, say");
    assertFalse(machine.bus().runs.canCopy(0xfee00000, TARGET), "the local APIC's page");
  }
}
