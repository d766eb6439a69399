package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.kexec.jump.KexecListener;
import dev.biosgateway.kexec.jump.KexecStep;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On a board with APICs the image finds interrupts as BIOS code expects them, the host its own. */
class LegacyInterruptsTest {
  private static final int LOCAL_APIC = 0xfee00000;
  private static final int IO_APIC = 0xfec00000;
  private static final int[] LOCAL = {0xf0, 0x320, 0x350, 0x360, 0x370};
  private static final int INPUTS = 24;

  private static int redirection(PhysicalBus bus, int register) {
    bus.write32(IO_APIC, 0x10 + register);
    return bus.read32(IO_APIC + 0x10);
  }

  private static List<Integer> registers(PhysicalBus bus) {
    List<Integer> out = new ArrayList<>();
    for (int register : LOCAL) {
      out.add(bus.read32(LOCAL_APIC + register));
    }
    for (int i = 0; i < 2 * INPUTS; i++) {
      out.add(redirection(bus, i));
    }
    return out;
  }

  /** As a kernel has them that uses the APICs for everything. */
  private static void program(PhysicalBus bus) {
    bus.write32(LOCAL_APIC + 0xf0, 0x1ff);
    bus.write32(LOCAL_APIC + 0x320, 0x200ef);
    bus.write32(LOCAL_APIC + 0x350, 0x10700);
    bus.write32(LOCAL_APIC + 0x360, 0x10400);
    bus.write32(LOCAL_APIC + 0x370, 0xfe);
    for (int input = 0; input < INPUTS; input++) {
      bus.write32(IO_APIC, 0x10 + 2 * input);
      bus.write32(IO_APIC + 0x10, 0x30 + input | (input >= 16 ? 0xa000 : 0));
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void ioApicIsMaskedAndLocalApicIsAWireWhileTheImageRuns(Isolation isolation) {
    MachineConfig config =
        MachineConfig.DEFAULT.withBoard(Boards.named("pc-i440fx")).withMemory(8 << 20);
    try (BridgeMachine bridge = new BridgeMachine(config, PagingMode.PAE)) {
      PhysicalBus bus = bridge.machine().bus();
      program(bus);
      List<Integer> hosts = registers(bus);
      bridge.keep();
      List<Integer> images = new ArrayList<>();
      bridge
          .kernelKexec()
          .setListener(
              new KexecListener() {
                @Override
                public void entering(KexecStep step) {
                  if (step == KexecStep.MACHINE_KEXEC) {
                    images.addAll(registers(bus));
                  }
                }
              });
      assertTrue(
          bridge
              .call(
                  new CallTarget.Interrupt(0x60),
                  CallRequest.builder().isolation(isolation).build())
              .returned());
      assertEquals(List.of(0x10f, 0x10000, 0x700, 0x400, 0x10000), images.subList(0, LOCAL.length));
      for (int i = 0; i < 2 * INPUTS; i++) {
        assertEquals(i % 2 == 0 ? 0x10000 : 0, images.get(LOCAL.length + i), "register " + i);
      }
      assertNotEquals(hosts, images);
      assertEquals(hosts, registers(bus));
    }
  }
}
