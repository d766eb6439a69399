package dev.biosgateway.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.cpu.Trap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A machine in real mode on which a test calls option ROMs and interrupts directly. */
final class RealModeBench {
  private static final int ROM = 0xc0000;
  private static final int RETURN = 0x0600;
  private static final int STACK_SEGMENT =
      0; // 32-bit pointers to the stack are linear then, as in POST
  private static final int STACK_TOP = 0x7c00;
  private static final long BUDGET = 100_000_000;

  final Machine machine;

  RealModeBench(MachineConfig config) {
    machine = new Machine(config);
    for (int i = 0; i < 256; i++) {
      machine.bus().write32(4 * i, RETURN + 1);
    }
    machine.bus().write8(RETURN, 0xf4); // where calls come back
    machine.bus().write8(RETURN + 1, 0xcf); // where unused vectors point: IRET
    machine.setTrap(RETURN, cpu -> Trap.Outcome.STOP);
  }

  /** Maps a ROM of Debian's seabios package and calls its entry. */
  void initialise(String rom) {
    Path file = Path.of(System.getProperty("biosgateway.seabios", "/usr/share/seabios"), rom);
    boolean there = Files.exists(file);
    if ("true".equals(System.getenv("CI"))) {
      assertEquals(true, there, file + " is missing: install the package seabios");
    }
    assumeTrue(there, file + " is missing");
    try {
      machine.bus().load(ROM, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    registers(0x0010, 0, 0, 0); // AX: bus, device and function, as firmware passes them
    farCall(ROM >>> 4, 3, false);
    machine.bus().setReadOnly(ROM, 0x10000, true);
  }

  void interrupt(int vector, int ax, int bx, int cx, int esDi) {
    registers(ax, bx, cx, esDi);
    int target = machine.bus().read32(4 * vector);
    farCall(target >>> 16, target & 0xffff, true);
  }

  byte[] bytes(int physical, int size) {
    byte[] out = new byte[size];
    machine.bus().read(physical, out, 0, size);
    return out;
  }

  private void registers(int ax, int bx, int cx, int esDi) {
    Cpu cpu = machine.cpu();
    cpu.gpr[Cpu.EAX] = ax;
    cpu.gpr[Cpu.EBX] = bx;
    cpu.gpr[Cpu.ECX] = cx;
    cpu.gpr[Cpu.EDI] = esDi & 15;
    segment(SegmentRegister.ES, esDi >>> 4);
    segment(SegmentRegister.DS, 0);
  }

  private void farCall(int cs, int ip, boolean withFlags) {
    Cpu cpu = machine.cpu();
    segment(SegmentRegister.SS, STACK_SEGMENT);
    int sp = STACK_TOP;
    if (withFlags) {
      sp -= 2;
      machine.bus().write16((STACK_SEGMENT << 4) + sp, 0x0002);
    }
    sp -= 4;
    machine.bus().write32((STACK_SEGMENT << 4) + sp, RETURN);
    cpu.gpr[Cpu.ESP] = sp;
    segment(SegmentRegister.CS, cs);
    cpu.eip = ip;
    Stop stop = machine.run(BUDGET);
    assertEquals(Stop.Reason.TRAP, stop.reason(), stop.toString());
    assertEquals(RETURN, cpu.cs.base + cpu.eip);
  }

  /** Data segments reach 4 GB, as in the "big real mode" in which POST calls option ROMs. */
  private void segment(int register, int selector) {
    SegmentRegister s = machine.cpu().segments[register];
    s.selector = selector;
    s.limit = register == SegmentRegister.CS ? 0xffff : -1;
    s.base = selector << 4;
    s.derive();
  }
}
