package dev.biosgateway.x86.device.rom;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Firmware;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.bus.MemoryGuard;
import dev.biosgateway.x86.cpu.Cpu;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Code that runs in the system BIOS behind a host bridge, while what is mapped there changes. */
class RomCodeTest {
  private static final int PAM0 = 0x80000058;
  private static final int PAM0_DATA = 0xcfd;
  private static final int WRITES_TO_MEMORY = 0x20;
  private static final int ALL_MEMORY = 0x30;

  private final Machine machine = machine();

  /** At the reset vector: inc ax; jmp to it. */
  private static Machine machine() {
    byte[] rom = new byte[0x10000];
    byte[] code = HexFormat.of().parseHex("40ebfd");
    System.arraycopy(code, 0, rom, 0xfff0, code.length);
    Firmware firmware = Firmware.NONE.withSystem(new RomImage("loop", rom));
    Machine machine =
        new Machine(
            MachineConfig.DEFAULT
                .withBoard(Boards.named("pc-i440fx"))
                .withFitting(Fitting.DEFAULT.withFirmware(firmware)));
    machine.cpu().cs.base = 0xf0000; // as after the far jump that is usual there
    return machine;
  }

  private int ax() {
    return machine.cpu().gpr[Cpu.EAX] & 0xffff;
  }

  private void map(int attributes) {
    machine.ports().out(0xcf8, 4, PAM0);
    machine.ports().out(PAM0_DATA, 1, attributes);
  }

  @Test
  void runsAsItIsUntilShadowMemoryTakesItsPlace() {
    machine.run(100);
    assertEquals(50, ax());
    map(WRITES_TO_MEMORY);
    machine.bus().write32(0xffff0, 0xfffdeb48); // dec ax; jmp to it
    machine.run(100);
    assertEquals(100, ax(), "reads still see the ROM");
    map(ALL_MEMORY);
    machine.run(100);
    assertEquals(50, ax(), "and now what was written");
    map(0);
    machine.run(100);
    assertEquals(100, ax(), "and the ROM again");
  }

  @Test
  void aGuardThatComesLaterIsAskedAboutIt() {
    machine.run(100);
    machine
        .bus()
        .setGuard(
            new MemoryGuard() {
              @Override
              public String denyAt(int physical, int size, boolean write) {
                return null;
              }

              @Override
              public String denyRegion(String region, boolean write) {
                return "not " + region;
              }
            });
    assertEquals(Stop.Reason.ACCESS_DENIED, machine.run(100).reason());
    machine.bus().setGuard(null);
    machine.run(100);
    assertEquals(100, ax());
  }
}
