package dev.biosgateway.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Plugin;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.ProgramException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PluginServiceTest {
  private static final OptionalLong ANYWHERE = OptionalLong.empty();

  @TempDir Path folder;
  private FrameworkFixture fixture;
  private PluginService plugins;

  @BeforeEach
  void start() throws Exception {
    fixture = new FrameworkFixture(folder.resolve("cache"));
    plugins = new PluginService(fixture.context, fixture.gateway);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private Path home() {
    return folder.resolve("home");
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  /** Starts with the kind byte of the scripted machine, so it is no ROM; as a bundle it is. */
  private static byte[] jar(String program, byte kind, String attributes) {
    return PluginJar.program("test." + program, program, kind, attributes);
  }

  private static byte[] rom(String... signatures) {
    byte[] rom = new byte[512];
    rom[0] = 0x55;
    rom[1] = (byte) 0xaa;
    rom[2] = 1;
    for (String signature : signatures) {
      if (signature.equals("IBM")) {
        System.arraycopy(ascii("IBM"), 0, rom, 0x1e, 3);
      } else {
        rom[0x18] = 0x40;
        System.arraycopy(ascii("PCIR"), 0, rom, 0x40, 4);
        rom[0x4f] = Byte.parseByte(signature);
      }
    }
    return rom;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private List<String> kept() throws IOException {
    if (!Files.isDirectory(home().resolve("plugins"))) {
      return List.of();
    }
    try (var files = Files.list(home().resolve("plugins"))) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatIsInstalledStartsAgainInTheNextProcess() throws Exception {
    plugins.open(home());
    Plugin plugin =
        plugins.install(file("vga.jar", jar("vga", (byte) 0, "vectors:Long=\"16\"")), ANYWHERE);
    assertEquals("test.vga", plugin.name());
    assertEquals(Plugin.Origin.INSTALLED, plugin.origin());
    assertTrue(plugin.active());
    assertEquals(Program.State.MAPPED, plugin.programs().get(0).state());
    assertEquals(List.of("test.vga.jar"), kept());
    stop();
    start();
    plugins.open(home());
    assertEquals(List.of("vga/int10"), fixture.services());
    plugins.uninstall("test.vga");
    assertEquals(List.of(), fixture.services());
    assertEquals(List.of(), kept());
    assertEquals(List.of(), plugins.list());
  }

  @Test
  void aVendorRomIsAPluginAsItIs() throws Exception {
    plugins.open(home());
    Plugin plugin = plugins.install(file("vgabios-stdvga.bin", rom("3")), ANYWHERE);
    assertEquals("vgabios-stdvga", plugin.name());
    Program program = plugin.programs().get(0);
    assertEquals("option-rom", program.format());
    assertEquals(List.of(0x10), program.vectors());
    assertEquals(List.of("vgabios-stdvga.jar"), kept());
    fixture.close();
    start();
    Files.delete(home().resolve("plugins/vgabios-stdvga.jar"));
    Files.write(home().resolve("plugins/dropped.rom"), rom("IBM"));
    plugins.open(home());
    assertEquals("dropped", plugins.list().get(0).name(), "a dropped file needs no jar");
    assertEquals(List.of("dropped/int10"), fixture.services());
    plugins.update("dropped", file("next.rom", rom("3")), ANYWHERE);
    assertEquals(List.of("dropped.jar"), kept());
    plugins.uninstall("dropped");
    assertEquals(List.of(), kept());
  }

  @Test
  void aBundleWithoutAProgramIsRefused() throws Exception {
    plugins.open(home());
    Path file = file("other.jar", PluginJar.bundle("test.other", "other;other=1", (byte) 0));
    ProgramException refused =
        assertThrows(ProgramException.class, () -> plugins.install(file, ANYWHERE));
    assertTrue(
        refused.getMessage().contains("expected a capability biosgateway.program"),
        refused.getMessage());
    assertEquals(List.of(), kept());
  }

  @Test
  void onlyDisplayRomsServeTheVideoInterrupt() throws Exception {
    assertEquals(List.of(0x10), vectors(rom("3"), ANYWHERE));
    assertEquals(List.of(0x10), vectors(rom("IBM"), ANYWHERE));
    assertEquals(List.of(), vectors(rom("2", "IBM"), ANYWHERE), "the PCI class has the say");
    assertEquals(List.of(), vectors(rom(), ANYWHERE));
    assertEquals(List.of(), vectors(rom(), OptionalLong.of(0xd0000)));
    assertEquals(List.of(0x10), vectors(rom(), OptionalLong.of(0xc0000)));
  }

  private List<Integer> vectors(byte[] rom, OptionalLong address) throws Exception {
    Plugin plugin = plugins.attach(file("x.rom", rom), address);
    assertEquals(Plugin.Origin.ATTACHED, plugin.origin());
    fixture.context.getBundle(plugin.id()).uninstall();
    return plugin.programs().get(0).vectors();
  }

  @Test
  void anAttachedRomWinsOverInstalledAndEmbeddedOnes() throws Exception {
    fixture.context.installBundle(
        "embedded:vga.jar", PluginJar.stream(jar("vga", (byte) 0, "vectors:Long=\"16\"")));
    plugins.attach(file("mine.rom", rom("3")), ANYWHERE);
    plugins.open(home());
    assertEquals(List.of("on", "map mine"), fixture.journal, "the embedded one is never mapped");
    assertEquals(
        List.of(Plugin.Origin.EMBEDDED, Plugin.Origin.ATTACHED),
        plugins.list().stream().map(Plugin::origin).toList());
    assertEquals(Program.State.SHADOWED, fixture.program("vga").state());
    plugins.attach(folder.resolve("mine.rom"), ANYWHERE);
    assertEquals(2, plugins.list().size(), "the same file again replaces what it was");
  }

  @Test
  void whatFailsIsNotKept() throws Exception {
    plugins.open(home());
    Path bad = file("bad.jar", jar("bad", ScriptedMachine.REFUSED, ""));
    var error = assertThrows(ProgramException.class, () -> plugins.install(bad, ANYWHERE));
    assertEquals("checksum", error.field());
    Path lost =
        file("lost.jar", PluginJar.bundle("lost", "x.y;a=b,biosgateway.program;path=1", (byte) 0));
    assertThrows(ProgramException.class, () -> plugins.install(lost, ANYWHERE));
    assertEquals(List.of(), kept());
    assertEquals(List.of(), plugins.list());
    assertEquals(List.of(), fixture.gateway.programs());
  }

  @Test
  void anUpdateThatFailsLeavesTheFormerRunning() throws Exception {
    plugins.open(home());
    plugins.install(
        file("1.jar", jar("a", (byte) 0, "version:Version=1;vectors:Long=\"16\"")), ANYWHERE);
    Path bad = file("2.jar", jar("a", ScriptedMachine.REFUSED, "version:Version=2"));
    assertThrows(ProgramException.class, () -> plugins.update("test.a", bad, ANYWHERE));
    assertEquals("1.0.0", fixture.program("a").version());
    assertEquals(List.of("a/int10"), fixture.services());
    Path other = file("3.jar", jar("b", (byte) 0, ""));
    assertThrows(InvalidRequestException.class, () -> plugins.update("test.a", other, ANYWHERE));
    Path good = file("4.jar", jar("a", (byte) 0, "version:Version=3;vectors:Long=\"16\""));
    assertEquals("3.0.0", plugins.update("test.a", good, ANYWHERE).programs().get(0).version());
    assertEquals(List.of("test.a.jar"), kept());
  }

  @Test
  void aBundleWithoutWhatItRequiresIsShownWithTheReason() throws Exception {
    byte[] needy =
        PluginJar.requiring(
            "needy",
            "biosgateway.program;biosgateway.program=a;format=f;path=image",
            "no.such.thing;filter:=\"(a=b)\"",
            (byte) 0);
    Files.createDirectories(home().resolve("plugins"));
    Files.write(home().resolve("plugins/needy.jar"), needy);
    Files.write(home().resolve("plugins/torn.jar"), new byte[] {'P', 'K', 3, 4, 0});
    Files.write(home().resolve("plugins/junk.bin"), ascii("hello"));
    Files.write(home().resolve("plugins/good.jar"), jar("good", (byte) 0, "vectors:Long=\"16\""));
    plugins.open(home());
    assertEquals(List.of("good/int10"), fixture.services());
    List<Plugin> list = plugins.list();
    assertEquals(4, list.size());
    assertTrue(reason("needy").contains("no.such.thing"), reason("needy"));
    assertTrue(reason("torn.jar").contains("torn.jar"), reason("torn.jar"));
    assertTrue(reason("junk.bin").contains("55 AA (option ROM)"), reason("junk.bin"));
    assertTrue(reason("junk.bin").contains("68 65 6C 6C"), reason("junk.bin"));
  }

  private String reason(String name) {
    Plugin plugin =
        plugins.list().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    assertFalse(plugin.active());
    return plugin.reason();
  }

  @Test
  void namesAndFilesMustExist() throws Exception {
    plugins.open(home());
    assertThrows(InvalidRequestException.class, () -> plugins.uninstall("x"));
    assertThrows(
        InvalidRequestException.class, () -> plugins.update("x", file("a.rom", rom()), ANYWHERE));
    var missing =
        assertThrows(
            GatewayException.class, () -> plugins.install(folder.resolve("none"), ANYWHERE));
    assertTrue(missing.getMessage().endsWith("there is no such file"), missing.getMessage());
    Path twice = file("a.rom", rom());
    plugins.install(twice, ANYWHERE);
    assertThrows(InvalidRequestException.class, () -> plugins.install(twice, ANYWHERE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "a/b", ".hidden", ""})
  void aSymbolicNameCannotLeaveTheFolder(String symbolicName) throws Exception {
    plugins.open(home());
    Path evil =
        file("evil.jar", PluginJar.bundle(symbolicName, "biosgateway.program;path=1", (byte) 0));
    assertThrows(ProgramException.class, () -> plugins.install(evil, ANYWHERE));
    assertEquals(List.of(), kept());
  }

  @Test
  void theFolderIsFollowed() throws Exception {
    plugins.open(home());
    assertEquals(List.of(), plugins.refresh());
    Path dropped = Files.createDirectories(home().resolve("plugins"));
    Files.write(
        dropped.resolve("vga.jar"),
        PluginJar.program("test.vga", "vga", ScriptedMachine.GOOD, "vectors:Long=\"16\""));
    Files.write(dropped.resolve("junk.rom"), new byte[] {1, 2, 3});
    assertEquals(List.of("installed junk.rom", "installed vga.jar"), plugins.refresh());
    assertEquals(List.of(), plugins.refresh(), "nothing has changed");
    assertEquals(List.of("vga/int10"), fixture.services());
    Files.write(
        dropped.resolve("vga.jar"),
        PluginJar.program("test.vga", "vga", ScriptedMachine.GOOD, "vectors:Long=\"109\""));
    assertEquals(List.of("updated vga.jar"), plugins.refresh());
    assertEquals(List.of("vga/int6d"), fixture.services());
    plugins.uninstall("junk.rom");
    assertFalse(
        Files.exists(dropped.resolve("junk.rom")), "a file that could not be read goes too");
    Files.delete(dropped.resolve("vga.jar"));
    assertEquals(List.of("uninstalled vga.jar"), plugins.refresh());
    assertEquals(List.of(), fixture.services());
    assertEquals(List.of(), plugins.list());
  }

  @Test
  void installingOverwritesNoFileThatWasDropped() throws Exception {
    Path dropped = Files.createDirectories(home().resolve("plugins"));
    Files.write(dropped.resolve("test.vga.jar"), new byte[] {1, 2, 3});
    plugins.open(home());
    Path file =
        file(
            "file",
            PluginJar.program("test.vga", "vga", ScriptedMachine.GOOD, "vectors:Long=\"16\""));
    plugins.install(file, OptionalLong.empty());
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(dropped.resolve("test.vga.jar")));
    assertTrue(Files.exists(dropped.resolve("test.vga-2.jar")));
  }
}
