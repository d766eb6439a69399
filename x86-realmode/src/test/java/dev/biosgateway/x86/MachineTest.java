package dev.biosgateway.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.NoSuchBoardException;
import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.cpu.Trap;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.pit.Pit8254;
import dev.biosgateway.x86.device.rtc.Mc146818;
import dev.biosgateway.x86.device.uart.Uart16550;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine as a whole: boards, stops with their reasons, reset, state. */
class MachineTest {
  private static final int CODE = 0x1000;
  private static final int HANDLER = 0x2000;

  private final Machine machine = new Machine(MachineConfig.DEFAULT.withMemory(4 << 20));

  /** Puts real-mode code at 0000:1000, and the CPU in front of it. */
  private void program(Machine m, String hex) {
    m.bus().load(CODE, HexFormat.of().parseHex(hex.replace(" ", "")));
    SegmentRegister cs = m.cpu().cs;
    cs.selector = 0;
    cs.base = 0;
    m.cpu().eip = CODE;
    m.cpu().gpr[Cpu.ESP] = 0x7c00;
  }

  private void handler(Machine m, int vector, String hex) {
    m.bus().write32(4 * vector, HANDLER);
    m.bus().load(HANDLER, HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** PIC with vectors 08h and 70h, all open but nothing else; PIT channel 0 at 1193 pulses. */
  private void timer(Machine m) {
    int[][] writes = {
      {0x20, 0x11},
      {0x21, 0x08},
      {0x21, 0x04},
      {0x21, 0x01},
      {0x21, 0xfe},
      {0x43, 0x34},
      {0x40, 1193 & 0xff},
      {0x40, 1193 >>> 8}
    };
    for (int[] w : writes) {
      m.ports().out(w[0], 1, w[1]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pc",
        "pc-bochs-display",
        "pc-vmware",
        "pc-qxl",
        "pc-i440fx",
        "pc-i440fx-hpet",
        "pc-at",
        "micro"
      })
  void everyBoardComesUpAndRuns(String name) {
    Machine m = new Machine(MachineConfig.DEFAULT.withBoard(Boards.named(name)));
    program(m, "b0 4f e6 e9 f4"); // mov al, 'O'; out 0E9h, al; hlt
    Stop stop = m.run(1000);
    assertEquals(Stop.Reason.HALTED, stop.reason());
    assertEquals(3, stop.instructions());
    assertEquals("O", m.console().text());
    assertTrue(m.unmodelled().entries().isEmpty(), m.unmodelled().entries().toString());
  }

  @Test
  void unknownBoardNamesThoseThereAre() {
    NoSuchBoardException e = assertThrows(NoSuchBoardException.class, () -> Boards.named("pc-xt"));
    assertEquals(
        "board \"pc-xt\": expected one of pc, pc-bochs-display, pc-vmware, pc-qxl, pc-i440fx, pc-i440fx-hpet, pc-at, micro",
        e.getMessage());
  }

  @Test
  void missingDeviceNamesThoseThereAre() {
    Machine m = new Machine(MachineConfig.DEFAULT.withBoard(Boards.named("micro")));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> m.device(Mc146818.class));
    assertTrue(e.getMessage().contains("Mc146818"), e.getMessage());
    assertTrue(e.getMessage().contains("pit8254"), e.getMessage());
    assertSame(m.device(Pit8254.class), m.device(Pit8254.class));
  }

  @Test
  void budgetIsExactAndGoesOn() {
    program(machine, "40 eb fd"); // again: inc ax; jmp again
    assertEquals(Stop.Reason.BUDGET, machine.run(1001).reason());
    assertEquals(501, machine.cpu().reg16(Cpu.EAX));
    Stop stop = machine.run(2_500_001);
    assertEquals(2_500_001, stop.instructions());
    assertEquals((501 + 1_250_000) & 0xffff, machine.cpu().reg16(Cpu.EAX));
  }

  @Test
  void timerWakesAHaltedCpu() {
    timer(machine);
    handler(machine, 8, "fe c3 b0 20 e6 20 cf"); // inc bl; EOI; iret
    program(machine, "fb f4 80 fb 05 75 fa fa f4"); // sti; 1: hlt; cmp bl, 5; jne 1; cli; hlt
    Stop stop = machine.run(10_000);
    assertEquals(Stop.Reason.HALTED, stop.reason());
    assertEquals(5, machine.cpu().reg8(Cpu.EBX));
    assertEquals(1 + 5 * (3 + 4) + 2, stop.instructions());
    long millis = machine.clock().nanos() / 1_000_000;
    assertEquals(4, millis, "five ticks of a millisecond, the first at once");
  }

  @Test
  void tripleFaultSaysWhatBeganIt() {
    // lidt [1008h]; ud2
    program(machine, "0f 01 1e 08 10 0f 0b 90 00 00 00 00 00 00");
    Stop stop = machine.run(100);
    assertEquals(Stop.Reason.TRIPLE_FAULT, stop.reason());
    assertEquals(6, stop.shutdown().orElseThrow().vector());
    assertTrue(stop.detail().contains("#UD at 0000:1005"), stop.detail());
    machine.reset(ResetKind.HARD);
    program(machine, "f4");
    assertEquals(Stop.Reason.HALTED, machine.run(10).reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"b0 01 e6 92 f4", "ba f9 0c b0 06 ee f4"})
  void resetIsTheCallersToCarryOut(String code) {
    program(machine, code);
    machine.bus().write8(0x5000, 0x77);
    Stop stop = machine.run(100);
    assertEquals(Stop.Reason.RESET_REQUESTED, stop.reason());
    assertEquals(ResetKind.HARD, stop.reset().orElseThrow());
    assertEquals(Stop.Reason.RESET_REQUESTED, machine.run(100).reason(), "still");
    machine.reset(ResetKind.HARD);
    assertEquals(0xf000, machine.cpu().cs.selector);
    assertEquals(0x77, machine.bus().read8(0x5000));
    machine.reset(ResetKind.POWER_ON);
    assertEquals(0, machine.bus().read8(0x5000));
  }

  @Test
  void deniedPortStopsBeforeTheInstruction() {
    machine.ports().setFilter((port, size, out) -> port == 0x80 ? "port 80h is not allowed" : null);
    program(machine, "b0 12 e6 80 f4");
    Stop stop = machine.run(100);
    assertEquals(Stop.Reason.ACCESS_DENIED, stop.reason());
    assertTrue(stop.detail().contains("port 80h is not allowed"), stop.detail());
    assertEquals(1, stop.instructions());
    assertEquals(CODE + 2, machine.cpu().eip);
    machine.ports().setFilter(null);
    assertEquals(Stop.Reason.HALTED, machine.run(100).reason());
  }

  @Test
  void trapStopsAndGoesOn() {
    machine.setTrap(CODE + 1, cpu -> Trap.Outcome.STOP);
    program(machine, "40 40 f4");
    assertEquals(Stop.Reason.TRAP, machine.run(100).reason());
    assertEquals(1, machine.cpu().reg16(Cpu.EAX));
    assertEquals(Stop.Reason.HALTED, machine.run(100).reason());
    assertEquals(2, machine.cpu().reg16(Cpu.EAX));
  }

  @Test
  void interruptFromAnotherThreadEndsAnEndlessLoop() throws InterruptedException {
    program(machine, "eb fe");
    Thread other = new Thread(machine::interrupt);
    other.start();
    Stop stop = machine.run(Long.MAX_VALUE);
    other.join();
    assertEquals(Stop.Reason.INTERRUPTED, stop.reason());
  }

  @Test
  void interruptEndsAHaltThatNothingWakes() throws InterruptedException {
    timer(machine);
    machine.ports().out(0x21, 1, 0xff);
    program(machine, "fb f4");
    Thread other = new Thread(machine::interrupt);
    other.start();
    Stop stop = machine.run(Long.MAX_VALUE);
    other.join();
    assertEquals(Stop.Reason.INTERRUPTED, stop.reason());
  }

  @Test
  void serialInputArrivesWhileRunning() {
    machine.ports().out(0x3fb, 1, 0x03);
    machine.device(Uart16550.class).receive(new byte[] {'k'});
    // 1: mov dx, 3FDh; in al, dx; test al, 1; jz 1; mov dx, 3F8h; in al, dx; out 0E9h, al; hlt
    program(machine, "ba fd 03 ec a8 01 74 f8 ba f8 03 ec e6 e9 f4");
    assertEquals(Stop.Reason.HALTED, machine.run(10_000_000).reason());
    assertEquals("k", machine.console().text());
  }

  @Test
  void devicesSeeTheExactInstructionInReadsAndWrites() {
    List<Long> seen = new ArrayList<>();
    machine
        .bus()
        .map(
            0xd0000,
            0x1000,
            new Region() {
              @Override
              public String name() {
                return "stopwatch";
              }

              @Override
              public int read(int offset, int size) {
                seen.add(machine.clock().retiredInstructions());
                return 0;
              }

              @Override
              public void write(int offset, int size, int value) {
                seen.add(machine.clock().retiredInstructions());
              }
            });
    // mov ax, 0D000h; mov ds, ax; nop; mov al, [0]; nop; mov [0], al; nop; nop; mov [0], ax; hlt
    program(machine, "b8 00 d0 8e d8 90 a0 00 00 90 a2 00 00 90 90 a3 00 00 f4");
    assertEquals(Stop.Reason.HALTED, machine.run(100).reason());
    assertEquals(List.of(3L, 5L, 8L), seen);
  }

  @Test
  void restoredMachineGoesOnToTheSameEnd() {
    timer(machine);
    handler(machine, 8, "fe c3 b0 20 e6 20 cf");
    program(machine, "fb 40 89 07 eb fb"); // sti; again: inc ax; mov [bx], ax; jmp again
    machine.run(123_457);
    MachineState middle = machine.save();
    machine.run(200_003);
    List<Section> end = machine.sections();
    int memory = machine.bus().read16(0x10);
    machine.reset(ResetKind.HARD);
    machine.restore(middle);
    assertEquals(List.of(), MachineState.differences(middle.sections(), machine.sections()));
    machine.run(200_003);
    assertEquals(List.of(), MachineState.differences(end, machine.sections()));
    assertEquals(memory, machine.bus().read16(0x10));
    machine.release(middle);
  }

  @Test
  void everyComponentHasItsSection() {
    MachineState state = machine.save();
    for (Device device : machine.devices()) {
      assertTrue(state.section(device.sectionName()).isPresent(), device.sectionName());
    }
    assertTrue(state.section("cpu").isPresent());
    assertTrue(state.section("clock").isPresent());
    assertTrue(state.section("bus").isPresent());
    machine.bus().write8(0x4000, 1);
    assertEquals(1, state.writtenPages());
  }

  @Test
  void differencesNameTheField() {
    List<Section> before = machine.sections();
    machine.ports().out(0x61, 1, 1);
    List<String> differences = MachineState.differences(before, machine.sections());
    assertTrue(differences.contains("port61.control: 0x0, other 0x1"), differences.toString());
  }

  @Test
  void stateOfAnotherBoardIsRefused() {
    Machine micro = new Machine(MachineConfig.DEFAULT.withBoard(Boards.named("micro")));
    StateException e =
        assertThrows(StateException.class, () -> machine.restoreSections(micro.sections()));
    assertTrue(e.getMessage().startsWith("machine state: expected"), e.getMessage());
  }

  @Test
  void consoleKeepsUpToItsLimitAndPassesAllOn() {
    long[] heard = new long[1];
    machine.console().setListener(b -> heard[0]++);
    // mov ecx, LIMIT + 5; 1: out 0E9h, al; dec ecx; jnz 1; hlt
    program(machine, "66 b9 05 00 10 00 e6 e9 66 49 75 fa f4");
    assertEquals(Stop.Reason.HALTED, machine.run(Long.MAX_VALUE).reason());
    assertEquals(Console.LIMIT, machine.console().text().length());
    assertEquals(5, machine.console().dropped());
    assertEquals(Console.LIMIT + 5, heard[0]);
    machine.console().clear();
    assertEquals("", machine.console().text());
    assertFalse(machine.console().dropped() > 0);
  }
}
