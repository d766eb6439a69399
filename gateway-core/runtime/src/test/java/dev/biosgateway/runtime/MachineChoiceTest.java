package dev.biosgateway.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineChoiceTest {
  private static final MachineSettings OTHER = MachineSettings.DEFAULT.withBoard("pc-2");

  @TempDir Path cache;
  private FrameworkFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new FrameworkFixture(cache);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private static byte[] rom(byte kind) {
    return PluginJar.program("test.vga", "vga", kind, "vectors:List<Long>=\"16\"");
  }

  @Test
  void theSameMachineStaysAndAnotherGetsAllPrograms() throws Exception {
    fixture.gateway.power(fixture.gateway.machine());
    fixture.install(rom(ScriptedMachine.GOOD));
    fixture.gateway.power(MachineSettings.DEFAULT);
    assertEquals(List.of("on", "map vga"), fixture.journal);
    fixture.gateway.power(OTHER);
    assertEquals(OTHER, fixture.gateway.machine());
    assertEquals(List.of("on", "map vga", "on", "off", "map vga"), fixture.journal);
    assertEquals(List.of("vga/int10"), fixture.services());
  }

  @Test
  void aMachineThatDoesNotExistChangesNothing() throws Exception {
    fixture.install(rom(ScriptedMachine.GOOD));
    var error =
        assertThrows(
            InvalidRequestException.class,
            () -> fixture.gateway.power(MachineSettings.DEFAULT.withBoard("none")));
    assertEquals(
        "no machine with these settings: board \"none\": expected one of pc, pc-2",
        error.getMessage());
    assertEquals(MachineSettings.DEFAULT, fixture.gateway.machine());
    assertEquals(List.of("on", "map vga"), fixture.journal);
    var result =
        fixture.gateway.call(new CallTarget.Interrupt(0x10), CallRequest.builder().build());
    assertTrue(result.returned());
  }

  @Test
  void aProgramThatFoundNoPlaceIsTriedInTheNextMachine() throws Exception {
    fixture.gateway.power(OTHER);
    fixture.install(rom(ScriptedMachine.WANTS_BOARD_PC));
    assertEquals(Program.State.FAILED, fixture.program("vga").state());
    assertEquals(List.of(), fixture.services());
    fixture.gateway.power(MachineSettings.DEFAULT);
    assertEquals(Program.State.MAPPED, fixture.program("vga").state());
    assertEquals(List.of("vga/int10"), fixture.services());
  }
}
