package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PageList;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.MachineState;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Probe;
import dev.biosgateway.x86.cpu.Trap;
import dev.biosgateway.x86.isa.CpuModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each bug found in kexec jump since 2008, by the commit that mends it: none of them is ours. */
class KexecJumpBugsTest {
  private static final int PROGRAM = 0x20000;
  private static final long BUDGET = 1_000_000;

  private static Kimage prepare(BridgeMachine machine, String guest) {
    return machine
        .load()
        .add(KexecSegment.of(guest, Guests.bytes(guest), PROGRAM))
        .prepare(PROGRAM, true);
  }

  private static void fill(PhysicalBus bus, int page, int value) {
    byte[] bytes = new byte[PhysicalBus.PAGE];
    Arrays.fill(bytes, (byte) value);
    bus.load(page, bytes);
  }

  private static byte[] page(PhysicalBus bus, int page) {
    byte[] bytes = new byte[PhysicalBus.PAGE];
    bus.read(page, bytes, 0, bytes.length);
    return bytes;
  }

  /** 07fa619f2a40: the kernel relied on the image for a GDT since v4.15. */
  @ParameterizedTest
  @CsvSource({"I386,TWO_LEVEL", "PENTIUM,TWO_LEVEL", "PENTIUM_PRO,TWO_LEVEL", "PENTIUM_PRO,PAE"})
  void gdtOfTheHostIsRestoredWhateverTheImageLeft(CpuModel cpu, PagingMode paging) {
    try (BridgeMachine machine = Guests.machine(cpu, paging)) {
      WholeState atBoot = WholeState.of(machine.machine());
      try (Kimage image = prepare(machine, "garbage32")) {
        assertEquals(StopReason.RETURNED, machine.execute(image, BUDGET));
        assertEquals(StopReason.RETURNED, machine.execute(image, BUDGET), "and again");
      }
      atBoot.assertSame(WholeState.of(machine.machine()), true);

      machine.map(Guests.program("garbage32"));
      WholeState before = WholeState.of(machine.machine());
      CallRequest keep = CallRequest.builder().isolation(Isolation.KEEP).build();
      assertTrue(machine.call(new CallTarget.ProgramEntry("garbage32"), keep).returned());
      // All but the program's own memory, which lives in its source pages.
      WholeState now = WholeState.of(machine.machine());
      assertEquals(
          List.of(),
          MachineState.differences(before.sections(), now.sections()).stream()
              .filter(d -> !d.startsWith("clock.") && !d.startsWith("mc146818.caughtUpTo"))
              .toList());
    }
  }

  /** Beside the general bugs: kernel_fpu_begin() is part of save_processor_state(). */
  @ParameterizedTest
  @CsvSource({"I486,TWO_LEVEL", "PENTIUM,TWO_LEVEL", "PENTIUM_PRO,PAE"})
  void floatingPointStateOfTheHostIsRestored(CpuModel cpu, PagingMode paging) {
    try (BridgeMachine machine = Guests.machine(cpu, paging)) {
      WholeState before = WholeState.of(machine.machine());
      try (Kimage image = prepare(machine, "float32")) {
        assertEquals(StopReason.RETURNED, machine.execute(image, BUDGET));
      }
      before.assertSame(WholeState.of(machine.machine()), true);
    }
  }

  /** 2cacf7f23a02: the next entry was read from the page behind the swap page. */
  @Test
  void nextEntryComesFromASlotWithinTheSwapPage() {
    try (BridgeMachine machine = Guests.machine();
        Kimage image = prepare(machine, "alternate32")) {
      PhysicalBus bus = machine.machine().bus();
      int neighbour = image.swapPage() + PhysicalBus.PAGE;
      byte[] before = page(bus, neighbour);
      machine.machine().console().clear();
      for (int i = 0; i < 5; i++) {
        assertEquals(StopReason.RETURNED, machine.execute(image, BUDGET));
        assertArrayEquals(before, page(bus, neighbour));
      }
      assertEquals("1231231", machine.machine().console().text());
    }
  }

  /** The same: after a plain RET the slot holds the entry the image was called at. */
  @Test
  void anImageThatOnlyReturnsIsEnteredAgainWhereItWas() {
    try (BridgeMachine machine = Guests.machine();
        Kimage image = prepare(machine, "return32")) {
      machine.machine().console().clear();
      for (int i = 0; i < 3; i++) {
        assertEquals(StopReason.RETURNED, machine.execute(image, BUDGET));
        assertEquals(PROGRAM, image.start());
      }
      assertEquals("rrr", machine.machine().console().text());
    }
  }

  /** 4d5f1da98f5e: preserve_context was lost on the way back, so pages were not exchanged again. */
  @Test
  void destinationPagesAreAsBeforeARoundTrip() {
    try (BridgeMachine machine = Guests.machine()) {
      PhysicalBus bus = machine.machine().bus();
      fill(bus, PROGRAM, 0x5a);
      byte[] before = page(bus, PROGRAM);
      try (Kimage image = prepare(machine, "return32")) {
        assertEquals(StopReason.RETURNED, machine.execute(image, BUDGET));
        assertArrayEquals(before, page(bus, PROGRAM));
        int source = PageList.read(bus, image.head()).get(0).source();
        assertNotEquals(0x5a, bus.read8(source), "the image is back in its source page");
      }
    }
  }

  /** 85d724df8c82: another page than the swap page was used for swapping. */
  @Test
  void theSwapPageIsScratchAndNoOtherPageIs() {
    try (BridgeMachine machine = Guests.machine();
        Kimage image = prepare(machine, "return32")) {
      PhysicalBus bus = machine.machine().bus();
      fill(bus, image.swapPage(), 0xee);
      byte[] before = bus.ram.clone();
      assertEquals(StopReason.RETURNED, machine.execute(image, BUDGET));
      List<Integer> changed = new ArrayList<>();
      for (int at = 0; at < bus.ramSize(); at += PhysicalBus.PAGE) {
        if (!Arrays.equals(before, at, at + 4096, bus.ram, at, at + 4096)) {
          changed.add(at);
        }
      }
      assertEquals(
          List.of(image.controlPage(), image.swapPage()).stream().sorted().toList(), changed);
    }
  }

  /** d144d8a65286: global TLB entries of the kernel outlived the switch to the identity tables. */
  @Test
  void globalPagesOfTheHostDoNotOutliveTheSwitch() {
    try (BridgeMachine machine = Guests.machine(CpuModel.PENTIUM_PRO, PagingMode.PAE);
        Kimage image = prepare(machine, "return32")) {
      Cpu cpu = machine.machine().cpu();
      assertEquals(Cpu.CR4_PGE, cpu.cr4 & Cpu.CR4_PGE, "the host uses global pages");
      for (int i = 0; i < 3; i++) {
        assertEquals(StopReason.RETURNED, machine.execute(image, BUDGET));
      }
    }
  }

  /** i386 with PAE: CR0.PG was set while CR4.PAE was still clear. */
  @Test
  void cr4IsLoadedBeforePagingIsSwitchedOn() {
    try (BridgeMachine machine = Guests.machine(CpuModel.PENTIUM_PRO, PagingMode.PAE);
        Kimage image = prepare(machine, "return32")) {
      Cpu cpu = machine.machine().cpu();
      List<String> writes = new ArrayList<>();
      cpu.probe =
          new Probe() {
            @Override
            public void controlRegister(Cpu c, int register, int before, int now) {
              boolean paging = register == 0 && (before ^ now) < 0;
              boolean pae = register == 4 && ((before ^ now) & Cpu.CR4_PAE) != 0;
              if (paging) {
                writes.add(now < 0 ? "PG on" : "PG off");
              } else if (pae) {
                writes.add((now & Cpu.CR4_PAE) != 0 ? "PAE on" : "PAE off");
              }
            }
          };
      assertEquals(StopReason.RETURNED, machine.execute(image, BUDGET));
      cpu.probe = null;
      assertEquals(List.of("PG off", "PAE off", "PAE on", "PG on"), writes);
    }
  }

  /**
   * 9e5683e2d0b5: pages were exchanged although nobody comes back. 786a45757dcd: the 0 above the
   * entry, by which purgatory knows that there is no way back, was dropped.
   */
  @Test
  void oneWayImagesAreCopiedAndFindAZeroOnTheirStack() {
    try (BridgeMachine machine = Guests.machine();
        Kimage image =
            machine
                .load()
                .add(KexecSegment.of("one_way32", Guests.bytes("one_way32"), PROGRAM))
                .prepare(PROGRAM, false)) {
      PhysicalBus bus = machine.machine().bus();
      fill(bus, PROGRAM, 0x5a);
      int source = PageList.read(bus, image.head()).get(0).source();
      List<Integer> entry = new ArrayList<>();
      machine
          .machine()
          .setTrap(
              PROGRAM,
              cpu -> {
                for (int r = 0; r < 8; r++) {
                  entry.add(r == Cpu.ESP ? bus.read32(cpu.gpr[r]) : cpu.gpr[r]);
                }
                entry.add(bus.read8(source));
                return Trap.Outcome.EXECUTE;
              });
      assertEquals(StopReason.HALTED, machine.execute(image, BUDGET));
      assertEquals(List.of(0, 0, 0, 0, 0, 0, 0, 0, 0xf4), entry);
      assertEquals(0, image.swapPage());
    }
  }
}
