package dev.biosgateway.x86.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.MachineState;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.MemoryImage;
import org.junit.jupiter.api.Test;

/** What a device writes over instructions that have run is what runs next. */
class DmaIntoCodeTest {
  private static final int CODE = 0x20000;
  private static final int WAIT = 0x30000;
  private static final int DESCRIPTOR = 0x8000;
  private static final int BUS_MASTER = 0xc000;

  /** mov al, VALUE; jmp $. */
  private static byte[] program(int value) {
    return new byte[] {(byte) 0xb0, (byte) value, (byte) 0xeb, (byte) 0xfe};
  }

  private static BlockImage image(int size, int value) {
    byte[] bytes = new byte[size];
    byte[] program = program(value);
    System.arraycopy(program, 0, bytes, 0, program.length);
    return new MemoryImage("medium", bytes);
  }

  private final Machine machine =
      new Machine(
          MachineConfig.DEFAULT
              .withBoard(Boards.named("pc-i440fx"))
              .withFitting(
                  MachineConfig.DEFAULT
                      .fitting()
                      .withDrives(
                          Drives.NONE
                              .withDisk(image(1 << 20, 2))
                              .withFloppy(image(1_474_560, 3)))));

  DmaIntoCodeTest() {
    machine.bus().load(CODE, program(1));
    machine.bus().load(WAIT, new byte[] {(byte) 0xeb, (byte) 0xfe}); // jmp $
  }

  private void jump(int physical) {
    machine.cpu().cs.selector = physical >>> 4;
    machine.cpu().cs.base = physical;
    machine.cpu().eip = 0;
    machine.cpu().registersWritten(0);
  }

  private int run() {
    jump(CODE);
    assertEquals(Stop.Reason.BUDGET, machine.run(1000).reason());
    return machine.cpu().reg8(0);
  }

  private void pass(long instructions) {
    jump(WAIT);
    assertEquals(Stop.Reason.BUDGET, machine.run(instructions).reason());
  }

  private void out(int port, int... values) {
    for (int value : values) {
      machine.ports().out(port, 1, value);
    }
  }

  @Test
  void busMaster() {
    MachineState before = machine.save();
    pass(100_000);
    assertEquals(1, run());
    machine.bus().write32(DESCRIPTOR, CODE);
    machine.bus().write32(DESCRIPTOR + 4, 1 << 31 | 512);
    machine.ports().out(BUS_MASTER + 4, 4, DESCRIPTOR);
    out(0x1f6, 0xe0);
    out(0x1f2, 1);
    out(0x1f3, 0);
    out(0x1f4, 0);
    out(0x1f5, 0);
    out(0x1f7, 0xc8);
    out(BUS_MASTER, 0x09);
    pass(100_000);
    assertEquals(0x50, machine.ports().in(0x1f7, 1));
    assertEquals(2, run());
    machine.restore(before);
    assertEquals(1, run(), "a rollback brings the code back");
    machine.release(before);
  }

  @Test
  void dmaController() {
    assertEquals(1, run());
    // No firmware has run here: that the cascade is open is the board's doing.
    out(0x0a, 6);
    out(0x0c, 0);
    out(0x0b, 0x46);
    out(0x04, 0, 0);
    out(0x05, 0xff, 0x01);
    out(0x81, CODE >>> 16);
    out(0x0a, 2);
    out(0x3f2, 0x18, 0x1c);
    out(0x3f7, 0);
    pass(100_000);
    for (int drive = 0; drive < 4; drive++) {
      out(0x3f5, 8);
      machine.ports().in(0x3f5, 1);
      machine.ports().in(0x3f5, 1);
    }
    out(0x3f5, 0x46, 0, 0, 0, 1, 2, 18, 0x1b, 0xff);
    pass(100_000);
    assertEquals(0, machine.ports().in(0x3f5, 1), "status register 0");
    assertEquals(3, run());
  }
}
