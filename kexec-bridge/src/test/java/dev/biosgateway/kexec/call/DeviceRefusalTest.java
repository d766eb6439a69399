package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Board;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.DeviceSuspendException;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that cannot be suspended keeps the jump from happening, and nothing else. */
class DeviceRefusalTest {
  /** A device that refuses a phase while it is told to. */
  private static final class Stubborn implements Device {
    private PowerPhase refused;
    private int suspended;

    @Override
    public void attach(Wiring wiring) {}

    @Override
    public void reset(ResetKind kind) {}

    @Override
    public void suspend(PowerPhase phase) throws DeviceSuspendException {
      if (phase == refused) {
        throw new DeviceSuspendException("stubborn", phase, "a transfer is going on");
      }
      suspended++;
    }

    @Override
    public void resume(PowerPhase phase) {
      suspended--;
    }

    @Override
    public String sectionName() {
      return "stubborn";
    }

    @Override
    public void save(Section out) {
      out.put("suspended", suspended);
    }

    @Override
    public void restore(Section in) {
      suspended = in.getInt("suspended");
    }
  }

  /** The usual board with one device more. */
  private record Extended(Board board, Device extra) implements Board {
    @Override
    public String name() {
      return "extended";
    }

    @Override
    public String summary() {
      return board.summary();
    }

    @Override
    public List<Device> devices(Fitting fitting) {
      List<Device> all = new ArrayList<>(board.devices(fitting));
      all.add(all.size() / 2, extra);
      return all;
    }
  }

  @ParameterizedTest
  @EnumSource(PowerPhase.class)
  void theMachineIsAsBeforeAndWorksOnceTheDeviceDoes(PowerPhase phase) {
    Stubborn stubborn = new Stubborn();
    MachineConfig config =
        MachineConfig.DEFAULT
            .withMemory(4 << 20)
            .withBoard(new Extended(Boards.named("pc"), stubborn));
    CallTarget target = new CallTarget.Interrupt(0x60);
    CallRequest request = CallRequest.builder().isolation(Isolation.KEEP).build();
    try (BridgeMachine machine = new BridgeMachine(config, PagingMode.PAE)) {
      WholeState before = WholeState.of(machine.machine());
      stubborn.refused = phase;
      GatewayException e =
          assertThrows(GatewayException.class, () -> machine.call(target, request));
      assertTrue(e.getMessage().contains("EBUSY"), e.getMessage());
      assertTrue(e.getMessage().contains("a transfer is going on"), e.getMessage());
      assertEquals(0, stubborn.suspended);
      before.assertSame(WholeState.of(machine.machine()), false);
      stubborn.refused = null;
      assertTrue(machine.call(target, request).returned());
      before.assertSame(WholeState.of(machine.machine()), true);
    }
  }
}
