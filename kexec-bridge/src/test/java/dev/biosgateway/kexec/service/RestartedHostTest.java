package dev.biosgateway.kexec.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.kexec.KexecLoadRequest;
import dev.biosgateway.api.kexec.KexecMachine;
import dev.biosgateway.api.kexec.KexecOutcome;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.protocol.ProtocolBlock;
import dev.biosgateway.kexec.protocol.RestartPoint;
import dev.biosgateway.x86.MachineState;
import dev.biosgateway.x86.state.Section;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our host when an image comes back by another restart point than the default. */
class RestartedHostTest {
  private static final long BUDGET = 5_000_000;
  private static final long SECOND = 1_000_000_000L;

  /** What goes on with time, and what tells of a sleep that is over. */
  private static final String TIME =
      "(clock|mc146818|piix4-pm|cpu\\.(retirement|tsc)|.*[cC]aughtUpTo|i8254|pit).*";

  @TempDir Path folder;

  private KexecMachine open(String board, String cpu) {
    return new KexecMachines()
        .open(MachineSettings.DEFAULT.withBoard(board).withCpu(cpu).withMemory(16L << 20));
  }

  /** An image that goes back by a restart point, as the protocol block has its entry. */
  private KexecLoadRequest restarting(int number) throws IOException {
    try (InputStream in =
        RestartedHostTest.class.getResourceAsStream("/dev/biosgateway/kexec/guest/restart32.bin")) {
      byte[] image = in.readAllBytes();
      image[4] = (byte) number;
      return KexecLoadRequest.of(Files.write(folder.resolve("restart"), image))
          .withPreserveContext(true)
          .withEntry(OptionalLong.of(0x200000));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"486", "pentium", "pentiumpro"})
  void theHostSleepsUntilItsClockWakesItAndDevicesAreAsBefore(String cpu) throws IOException {
    try (KexecMachine machine = open("pc-i440fx", cpu)) {
      machine.load(restarting(RestartPoint.SUSPEND_TO_RAM));
      BridgeMachine bridge = ((JumpMachine) machine).bridge();
      bridge.machine().ports().out(0x3c8, 1, 7); // something of the display
      bridge.keep();
      List<Section> before = bridge.machine().sections();
      long began = bridge.machine().clock().nanos();
      KexecOutcome outcome = machine.execute(BUDGET, Optional.of(Duration.ofSeconds(5)));
      assertTrue(outcome.returned(), outcome::toString);
      assertEquals(RestartPoint.SUSPEND_TO_RAM, outcome.restart());
      long slept = bridge.machine().clock().nanos() - began;
      assertTrue(slept > 4 * SECOND && slept < 6 * SECOND, slept + " ns");
      assertEquals(
          List.of(),
          MachineState.differences(before, bridge.machine().sections()).stream()
              .filter(d -> !d.matches(TIME))
              .toList());
      assertTrue(machine.execute(BUDGET, Optional.of(Duration.ofSeconds(1))).returned(), "again");
      assertEquals(2, machine.loaded().orElseThrow().jumps());
    }
  }

  @Test
  void aHostThatNothingWakesHasNotComeBackAndIsAsItWas() throws IOException {
    try (KexecMachine machine = open("pc-i440fx", "pentiumpro")) {
      machine.load(restarting(RestartPoint.SUSPEND_TO_RAM));
      machine.takeSnapshot("before");
      KexecOutcome outcome = machine.execute(BUDGET);
      assertEquals(StopReason.HALTED, outcome.stop(), outcome::toString);
      assertTrue(outcome.detail().contains("suspended to RAM"), outcome::detail);
      assertEquals(List.of(), machine.difference("before", "now"));
    }
  }

  @Test
  void theHostSwitchesThePowerOff() throws IOException {
    try (KexecMachine machine = open("pc-i440fx", "pentiumpro")) {
      machine.load(restarting(RestartPoint.POWER_OFF_S4));
      KexecOutcome outcome = machine.execute(BUDGET);
      assertEquals(StopReason.SHUTDOWN, outcome.stop(), outcome::toString);
      assertTrue(outcome.detail().contains("power switched off"), outcome::detail);
      assertEquals(RestartPoint.POWER_OFF_S4, outcome.restart());
    }
  }

  @Test
  void aMachineWithoutPowerManagementOffersTheDefaultOnly() throws IOException {
    try (KexecMachine machine = open("pc", "pentiumpro")) {
      machine.load(restarting(RestartPoint.POWER_OFF_S4));
      BridgeMachine bridge = ((JumpMachine) machine).bridge();
      assertEquals(
          List.of(RestartPoint.RESTORE),
          ProtocolBlock.find(bridge.machine().bus()).restartPoints().stream()
              .map(RestartPoint::number)
              .toList());
      KexecOutcome outcome = machine.execute(BUDGET);
      assertTrue(outcome.returned(), outcome::toString);
      assertEquals(RestartPoint.RESTORE, outcome.restart());
    }
  }

  @Test
  void aTimeTheClockCannotBeSetToIsRefused() throws IOException {
    try (KexecMachine machine = open("pc-i440fx", "pentiumpro")) {
      machine.load(restarting(RestartPoint.SUSPEND_TO_RAM));
      for (Duration time : List.of(Duration.ZERO, Duration.ofDays(1))) {
        InvalidRequestException e =
            assertThrows(
                InvalidRequestException.class, () -> machine.execute(BUDGET, Optional.of(time)));
        assertTrue(e.getMessage().contains("24 hours"), e.getMessage());
      }
    }
  }
}
