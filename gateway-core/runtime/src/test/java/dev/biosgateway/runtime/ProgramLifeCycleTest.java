package dev.biosgateway.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Routine;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

class ProgramLifeCycleTest {
  private static final CallRequest NOTHING = CallRequest.builder().build();

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

  private static byte[] rom(String name, String attributes) {
    return PluginJar.program("test." + name, name, ScriptedMachine.GOOD, attributes);
  }

  @Test
  void aBundleComesAndItsRoutinesAreThereAndGoWithIt() throws Exception {
    assertEquals(List.of(), fixture.journal, "no machine is on before somebody wants it");
    Bundle bundle = fixture.install(rom("vga", "vectors:List<Long>=\"16,109\""));
    assertEquals(List.of("vga/int10", "vga/int6d"), fixture.services());
    assertEquals(List.of("vga 1.0.0"), fixture.machine().mapped);
    ServiceReference<Routine> service =
        fixture
            .context
            .getServiceReferences(Routine.class, "(biosgateway.vector=16)")
            .iterator()
            .next();
    assertSame(bundle, service.getBundle(), "registered in the plugin's name");
    Routine routine = fixture.context.getService(service);
    assertEquals(
        0x4f,
        routine.call(CallRequest.builder().register(Register.AX, 0x4f).build()).get(Register.EAX));
    assertEquals(new CallTarget.Interrupt(0x10), routine.target());

    bundle.uninstall();
    assertEquals(List.of(), fixture.services());
    assertEquals(List.of(), fixture.machine().mapped);
    assertEquals(List.of(), fixture.gateway.programs());
    assertThrows(GatewayClosedException.class, () -> routine.call(NOTHING));
  }

  @Test
  void anUpdateReplacesTheProgram() throws Exception {
    Bundle bundle = fixture.install(rom("vga", "version:Version=\"1.0\";vectors:Long=\"16\""));
    fixture.install(rom("disk", "vectors:Long=\"19\""));
    bundle.update(PluginJar.stream(rom("vga", "version:Version=\"2.0\";vectors:Long=\"16\"")));
    assertEquals(List.of("vga 2.0.0", "disk 1.0.0"), fixture.machine().mapped);
    assertEquals(List.of("disk/int13", "vga/int10"), fixture.services());
    assertEquals(
        List.of(
            "on",
            "map vga",
            "map disk",
            "unmap disk",
            "unmap vga",
            "map disk",
            "unmap disk",
            "map vga",
            "map disk"),
        fixture.journal,
        "last in, first out; slots keep their order");
  }

  @Test
  void theBestOfOneNameWinsAndTheNextTakesOver() throws Exception {
    fixture.install(
        PluginJar.program("a", "vga", (byte) 0, "version:Version=\"1.0\";vectors:Long=\"16\""));
    Bundle newer =
        fixture.install(
            PluginJar.program("b", "vga", (byte) 0, "version:Version=\"2.0\";vectors:Long=\"16\""));
    assertEquals(List.of("vga 2.0.0"), fixture.machine().mapped);
    assertEquals(
        List.of(Program.State.SHADOWED, Program.State.MAPPED),
        fixture.gateway.programs().stream().map(Program::state).toList());
    assertEquals(
        "vga 2.0.0 of b is the better one of this name; callers who ask for version 1.0.0 get this"
            + " one",
        fixture.program("vga").reason().orElseThrow());
    assertEquals(List.of("vga/int10", "vga/int10"), fixture.services(), "side by side");
    newer.stop();
    assertEquals(List.of("vga 1.0.0"), fixture.machine().mapped);
    assertEquals(List.of("vga/int10"), fixture.services());
  }

  @Test
  void aHigherRankedProgramForTheSameInterruptsShadows() throws Exception {
    fixture.install(rom("vga", "vectors:Long=\"16\""));
    fixture.install(rom("both", "vectors:List<Long>=\"16,19\""));
    fixture.install(rom("vendor", "vectors:Long=\"16\";ranking:Long=\"100\""));
    assertEquals(List.of("vendor 1.0.0", "both 1.0.0"), fixture.machine().mapped);
    assertEquals(Program.State.SHADOWED, fixture.program("vga").state());
    assertEquals("vendor/int10", fixture.gateway.routine("int10").toString());
    assertEquals("both/int10", fixture.gateway.routine("both/int10").toString());
  }

  @Test
  void programsThatWantAnAddressArePlacedBeforeThoseThatDoNot() throws Exception {
    fixture.install(rom("anywhere", ""));
    fixture.install(rom("ranked", "ranking:Long=\"1\""));
    fixture.install(rom("fixed", "address:Long=\"851968\""));
    assertEquals(
        List.of("fixed 1.0.0", "ranked 1.0.0", "anywhere 1.0.0"), fixture.machine().mapped);
  }

  @Test
  void aBetterProgramThatFailsLeavesTheOtherInPlace() throws Exception {
    fixture.install(rom("vga", "vectors:Long=\"16\""));
    fixture.install(
        PluginJar.program(
            "x", "vendor", ScriptedMachine.REFUSED, "vectors:Long=\"16\";ranking:Long=\"9\""));
    assertEquals(List.of("vga 1.0.0"), fixture.machine().mapped);
    Program failed = fixture.program("vendor");
    assertEquals(Program.State.FAILED, failed.state());
    assertEquals("program vendor: checksum: expected 0, found 1", failed.reason().orElseThrow());
    assertEquals(OptionalLong.empty(), failed.address());
    assertEquals(List.of("vga/int10"), fixture.services());
  }

  @Test
  void anEmulatorThatBreaksWhileMappingTakesNobodyElseAlong() throws Exception {
    fixture.install(rom("vga", "vectors:Long=\"16\""));
    fixture.install(PluginJar.program("x", "bomb", ScriptedMachine.EXPLODES, ""));
    assertEquals(Program.State.FAILED, fixture.program("bomb").state());
    assertTrue(fixture.program("bomb").reason().orElseThrow().contains("has a bug"));
    assertEquals(List.of("vga 1.0.0"), fixture.machine().mapped);
    assertEquals(2, fixture.machines.size(), "the broken machine was replaced");
    assertTrue(fixture.gateway.routine("int10").call(NOTHING).returned());
  }

  @Test
  void aRomThatDeclaresNothingServesWhatItHooked() throws Exception {
    fixture.install(PluginJar.program("x", "rom", ScriptedMachine.HOOKS_10_AND_43, ""));
    assertEquals(List.of("rom/int10"), fixture.services(), "int 43h is a pointer to a font");
    assertEquals(List.of(0x10), fixture.program("rom").vectors());
  }

  @Test
  void aFlatProgramIsARoutineByItsName() throws Exception {
    fixture.install(PluginJar.program("x", "checksum32", ScriptedMachine.FLAT, ""));
    assertEquals(List.of("checksum32/checksum32"), fixture.services());
    assertTrue(fixture.gateway.call(new CallTarget.ProgramEntry("checksum32"), NOTHING).returned());
    var far = CallRequest.builder().buffer("a", Register.ES, Register.DI, 1).build();
    var error =
        assertThrows(
            dev.biosgateway.api.InvalidRequestException.class,
            () -> fixture.gateway.routine("checksum32").call(far));
    assertTrue(error.getMessage().contains("flat code wants"), error.getMessage());
    assertThrows(
        NoSuchRoutineException.class,
        () -> fixture.gateway.call(new CallTarget.ProgramEntry("other"), NOTHING));
  }

  @Test
  void anInterruptNobodyClaimsCanBeCalled() {
    assertTrue(fixture.gateway.call(new CallTarget.Interrupt(0x42), NOTHING).returned());
    var error = assertThrows(NoSuchRoutineException.class, () -> fixture.gateway.routine("int42"));
    assertEquals("no routine \"int42\": there are none", error.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "biosgateway.program;format=\"option-rom\";path=\"image\" | (unnamed) | a text",
        "biosgateway.program;biosgateway.program=\"int10\";format=\"f\";path=\"image\" | int10 | not int",
        "biosgateway.program;biosgateway.program=\"a b\";format=\"f\";path=\"image\" | a b | a letter",
        "biosgateway.program;biosgateway.program=\"a\";path=\"image\" | a | format",
        "biosgateway.program;biosgateway.program=\"a\";format=\"f\" | a | path",
        "biosgateway.program;biosgateway.program=\"a\";format=\"f\";path=\"none\" | a | none of that name",
        "biosgateway.program;biosgateway.program=\"a\";format=\"f\";path=\"../x\" | a | an entry of the bundle",
        "biosgateway.program;biosgateway.program=\"a\";format=\"f\";path=\"image\";vectors:Long=\"256\" | a | 0 to 255",
        "biosgateway.program;biosgateway.program=\"a\";format=\"f\";path=\"image\";vectors=\"0x10\" | a | (String)",
        "biosgateway.program;biosgateway.program=\"a\";format=\"f\";path=\"image\";address:Long=\"-1\" | a | address",
        "biosgateway.program;biosgateway.program=\"a\";format=\"f\";path=\"image\";address=\"C0000\" | a | address",
        "biosgateway.program;biosgateway.program=\"a\";format=\"f\";path=\"image\";version=\"x\" | a | version",
      })
  void aBrokenDescriptorIsShownWithItsReason(String capability, String name, String part)
      throws Exception {
    fixture.install(PluginJar.bundle("broken", capability, (byte) 0));
    fixture.install(rom("vga", "vectors:Long=\"16\""));
    Program broken = fixture.program(name);
    assertEquals(Program.State.FAILED, broken.state());
    assertTrue(broken.reason().orElseThrow().contains(part), broken.reason().orElseThrow());
    assertEquals(List.of("vga/int10"), fixture.services(), "the others are unharmed");
  }

  @Test
  void anEmptyImageIsRefused() throws Exception {
    fixture.install(
        PluginJar.bundle(
            "empty", "biosgateway.program;biosgateway.program=\"a\";format=\"f\";path=\"image\""));
    assertTrue(fixture.program("a").reason().orElseThrow().contains("an empty file"));
  }

  @Test
  void oneBundleMayCarrySeveralPrograms() throws Exception {
    String one = "biosgateway.program;format=\"f\";path=\"image\";biosgateway.program=";
    Bundle bundle =
        fixture.install(PluginJar.bundle("many", one + "\"b\"," + one + "\"a\"", (byte) 0));
    assertEquals(List.of("b 1.0.0", "a 1.0.0"), fixture.machine().mapped);
    assertEquals(2, fixture.gateway.programs(bundle).size());
    bundle.stop();
    assertEquals(List.of(), fixture.machine().mapped);
  }

  @Test
  void closingTheGatewayTakesEverythingAlong() throws Exception {
    fixture.install(rom("vga", "vectors:Long=\"16\""));
    Routine routine = fixture.gateway.routine("int10");
    fixture.gateway.close();
    assertEquals(List.of(), fixture.services());
    assertThrows(GatewayClosedException.class, () -> routine.call(NOTHING));
    assertEquals("off", fixture.journal.get(fixture.journal.size() - 1));
    assertFalse(fixture.gateway.routines().contains(routine));
  }
}
