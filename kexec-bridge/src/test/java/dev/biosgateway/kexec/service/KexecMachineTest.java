package dev.biosgateway.kexec.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.kexec.DumpInfo;
import dev.biosgateway.api.kexec.DumpRequest;
import dev.biosgateway.api.kexec.KexecLoadRequest;
import dev.biosgateway.api.kexec.KexecMachine;
import dev.biosgateway.api.kexec.KexecOutcome;
import dev.biosgateway.api.kexec.KexecRefusedException;
import dev.biosgateway.api.kexec.KexecService;
import dev.biosgateway.api.kexec.LoadedImage;
import dev.biosgateway.api.kexec.ResidentSystem;
import dev.biosgateway.api.kexec.SnapshotInfo;
import dev.biosgateway.api.spi.MachineSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kexec by hand: what the commands do, by the api. */
class KexecMachineTest {
  private static final long BUDGET = 5_000_000;

  @TempDir Path folder;

  private final KexecService service = new KexecMachines();
  private final KexecMachine machine = service.open(MachineSettings.DEFAULT.withMemory(16L << 20));

  @AfterEach
  void close() {
    machine.close();
  }

  private static byte[] guest(String name) throws IOException {
    try (InputStream in =
        KexecMachineTest.class.getResourceAsStream(
            "/dev/biosgateway/kexec/guest/" + name + ".bin")) {
      return in.readAllBytes();
    }
  }

  private KexecLoadRequest request(String guest, long address) throws IOException {
    Path file = Files.write(folder.resolve(guest), guest(guest));
    return KexecLoadRequest.of(file).withPreserveContext(true).withEntry(OptionalLong.of(address));
  }

  // ---- one image

  @Test
  void loadExecStatusUnload() throws IOException {
    assertTrue(machine.loaded().isEmpty());
    KexecRefusedException nothing =
        assertThrows(KexecRefusedException.class, () -> machine.execute(BUDGET));
    assertEquals("EINVAL", nothing.errno());
    LoadedImage image = machine.load(request("counter32", 0x200000));
    assertEquals("flat", image.kind());
    assertEquals(0x200000, image.entry());
    assertTrue(image.jumpBackEntry() > 0x100000, "kexec_jump_back_entry");
    for (int i = 1; i <= 3; i++) {
      KexecOutcome outcome = machine.execute(BUDGET);
      assertTrue(outcome.returned(), outcome::toString);
      assertEquals(i, machine.loaded().orElseThrow().jumps(), "it stays loaded");
    }
    machine.unload();
    assertTrue(machine.loaded().isEmpty());
  }

  @Test
  void anImageIsEnteredWhereItAskedForAndStatusShowsIt() throws IOException {
    machine.load(request("alternate32", 0x200000));
    StringBuilder console = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      KexecOutcome outcome = machine.execute(BUDGET);
      console.append(outcome.console());
      assertEquals(
          outcome.nextEntry().orElseThrow(), machine.loaded().orElseThrow().entry(), "status");
    }
    assertEquals("1231231", console.toString());
  }

  @Test
  void whatDoesNotComeBackLeavesTheMachineAsItWasAndTheImageLoaded() throws IOException {
    machine.takeSnapshot("before");
    Path stuck = Files.write(folder.resolve("stuck"), new byte[] {(byte) 0xeb, (byte) 0xfe});
    machine.load(
        KexecLoadRequest.of(stuck).withPreserveContext(true).withEntry(OptionalLong.of(0x200000)));
    machine.takeSnapshot("loaded");
    KexecOutcome outcome = machine.execute(100_000);
    assertEquals(StopReason.BUDGET, outcome.stop());
    assertTrue(outcome.nextEntry().isEmpty());
    assertEquals(List.of(), machine.difference("loaded", "now"));
    assertTrue(machine.loaded().isPresent());
  }

  @Test
  void theJumpBackHelperHasNoPagesOnlyAnEntry() throws IOException {
    LoadedImage helper = machine.load(KexecLoadRequest.jumpBackHelper(0x123000));
    assertEquals(0x123000, helper.entry());
    assertEquals(List.of(), helper.segments());
  }

  @Test
  void refusalsCarryKexecsErrorAndTheSegment() throws IOException {
    KexecLoadRequest outside = request("return32", 0x200000).within(0x300000, 0x3fffff);
    KexecRefusedException e =
        assertThrows(KexecRefusedException.class, () -> machine.load(outside));
    assertEquals("EADDRNOTAVAIL", e.errno());
    assertTrue(e.getMessage().contains("segment return32"), e.getMessage());
    Path none = folder.resolve("none");
    GatewayException missing =
        assertThrows(GatewayException.class, () -> machine.load(KexecLoadRequest.of(none)));
    assertTrue(missing.getMessage().contains("no such file"), missing.getMessage());
  }

  // ---- several systems

  private KexecLoadRequest system(char letter, String successor) throws IOException {
    byte[] image = guest("resident32");
    image[16] = (byte) letter;
    byte[] name = successor.getBytes(StandardCharsets.US_ASCII);
    image[32] = (byte) name.length;
    System.arraycopy(name, 0, image, 36, name.length);
    return KexecLoadRequest.of(Files.write(folder.resolve("system" + letter), image))
        .withEntry(OptionalLong.of(0x300000));
  }

  /** The same, which calls its successor and goes on when that is done. */
  private KexecLoadRequest caller(char letter, String callee) throws IOException {
    KexecLoadRequest request = system(letter, callee);
    Path file = request.file().orElseThrow();
    byte[] image = Files.readAllBytes(file);
    image[17] = 7;
    Files.write(file, image);
    return request;
  }

  @Test
  void callsOfSystemsNestAndEachGoesOnWhenItsCalleeIsDone() throws IOException {
    machine.addSystem("one", caller('A', "two"));
    machine.addSystem("two", caller('B', "three"));
    machine.addSystem("three", system('C', ""));
    assertEquals("!A1!B1!C1ba", machine.switchTo("one", BUDGET).console());
    assertEquals("A2B2C2ba", machine.switchTo("one", BUDGET).console());
    machine.addSystem("four", caller('D', "five"));
    machine.addSystem("five", caller('E', "four"));
    KexecRefusedException e =
        assertThrows(KexecRefusedException.class, () -> machine.switchTo("four", BUDGET));
    assertEquals("EBUSY", e.errno());
    assertEquals("B3C3b", machine.switchTo("two", BUDGET).console(), "nothing is left of it");
  }

  @Test
  void systemsGiveTheMachineToOneAnotherAndBootOnce() throws IOException {
    machine.addSystem("one", system('A', "two"));
    machine.addSystem("two", system('B', "three"));
    machine.addSystem("three", system('C', ""));
    assertEquals("!A1!B1!C1", machine.switchTo("one", BUDGET).console());
    assertEquals("A2B2C2", machine.switchTo("one", BUDGET).console(), "booted once");
    assertEquals("B3C3", machine.switchTo("two", BUDGET).console());
    assertEquals(
        List.of("one 2 false", "two 3 false", "three 3 true"),
        machine.systems().stream()
            .map((ResidentSystem s) -> s.name() + " " + s.switches() + " " + s.running())
            .toList());
    KexecRefusedException e =
        assertThrows(KexecRefusedException.class, () -> machine.switchTo("four", BUDGET));
    assertTrue(e.getMessage().contains("one two three"), e.getMessage());
    KexecRefusedException twice =
        assertThrows(KexecRefusedException.class, () -> machine.addSystem("one", system('D', "")));
    assertEquals("EINVAL", twice.errno());
  }

  // ---- snapshots

  @Test
  void snapshotsAreListedComparedAndRestoredInAnyOrder() throws IOException {
    machine.addSystem("one", system('A', ""));
    machine.takeSnapshot("booting");
    machine.switchTo("one", BUDGET);
    machine.takeSnapshot("first");
    machine.switchTo("one", BUDGET);
    machine.takeSnapshot("second");
    List<SnapshotInfo> all = machine.snapshots();
    assertEquals(
        List.of("booting", "first", "second"), all.stream().map(SnapshotInfo::name).toList());
    assertEquals("first", all.get(2).parent());
    assertTrue(all.get(2).instructions() > all.get(1).instructions());

    List<String> differences = machine.difference("first", "second");
    assertTrue(differences.stream().anyMatch(d -> d.startsWith("ram 0x")), differences::toString);
    assertTrue(
        differences.stream().anyMatch(d -> d.startsWith("clock.retired: 0x")),
        differences::toString);
    assertTrue(
        differences.stream().allMatch(d -> d.startsWith("ram") || d.contains(": 0x")),
        differences::toString);

    machine.restoreSnapshot("first");
    assertEquals(List.of(), machine.difference("first", "now"));
    assertEquals("A2", machine.switchTo("one", BUDGET).console());
    machine.restoreSnapshot("second");
    assertEquals(List.of(), machine.difference("second", "now"));
    assertEquals("A3", machine.switchTo("one", BUDGET).console(), "later ones stay");
    machine.restoreSnapshot("booting");
    assertEquals("!A1", machine.switchTo("one", BUDGET).console());
    machine.takeSnapshot("another first");
    assertEquals("booting", machine.snapshots().get(3).parent());
    assertEquals(
        List.of(), machine.difference("first", "another first"), "the same run, the same state");

    assertThrows(InvalidRequestException.class, () -> machine.takeSnapshot("first"));
    InvalidRequestException e =
        assertThrows(InvalidRequestException.class, () -> machine.restoreSnapshot("third"));
    assertTrue(e.getMessage().contains("booting first second"), e.getMessage());
  }

  // ---- files

  @Test
  void aSavedMachineGoesOnWithImagesSystemsAndSnapshots() throws IOException {
    machine.load(request("alternate32", 0x200000));
    machine.execute(BUDGET);
    machine.addSystem("one", system('A', ""));
    machine.switchTo("one", BUDGET);
    machine.takeSnapshot("early");
    machine.switchTo("one", BUDGET);
    Path file = folder.resolve("machine");
    machine.save(file);
    try (KexecMachine again = service.reopen(file)) {
      assertEquals(machine.loaded(), again.loaded());
      assertEquals(machine.systems(), again.systems());
      assertEquals(machine.snapshots(), again.snapshots());
      assertEquals("A3", again.switchTo("one", BUDGET).console());
      assertEquals("2", again.execute(BUDGET).console());
      again.restoreSnapshot("early");
      assertEquals("A2", again.switchTo("one", BUDGET).console());
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    InvalidRequestException e =
        assertThrows(InvalidRequestException.class, () -> service.reopen(file));
    assertTrue(e.getMessage().contains("SHA-256"), e.getMessage());
  }

  @Test
  void memoryIsDumpedAndTheDumpDescribed() {
    Path file = folder.resolve("vmcore");
    DumpInfo written = machine.dump(file, new DumpRequest(false, 1, true));
    assertEquals(written, service.dumpInfo(file));
    assertEquals("kdump-compressed", written.format());
    assertEquals("pc", written.vmcoreinfo().get("BOARD"));
    assertTrue(written.heldBytes() < written.memoryBytes());
    assertFalse(written.ranges().isEmpty());
    InvalidRequestException e =
        assertThrows(
            InvalidRequestException.class,
            () -> machine.dump(file, new DumpRequest(true, 8, false)));
    assertTrue(e.getMessage().contains("8 (user pages)"), e.getMessage());
  }
}
