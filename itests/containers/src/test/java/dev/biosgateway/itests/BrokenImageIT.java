package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Program;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.image.Elf32Image;
import dev.biosgateway.testkit.image.Elf32Image.Field;
import dev.biosgateway.testkit.image.OptionRomImage;
import dev.biosgateway.testkit.image.PluginBundle;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Images that are broken, or whose init is: the program failed and says why, the rest goes on. */
class BrokenImageIT extends PluginsTest {
  private static final long LOAD = 0x200000;
  private static final byte RET = (byte) 0xc3;
  private static final byte RETF = (byte) 0xcb;

  BrokenImageIT(Container container, Gateway gateway) {
    super(container, gateway);
  }

  private static PluginBundle rom(OptionRomImage image) {
    return PluginBundle.named("broken", "1.0.0").program("broken", "option-rom", image.bytes());
  }

  private static OptionRomImage good() {
    return OptionRomImage.withInit(4, RETF);
  }

  private static OptionRomImage pci(int field, int value) {
    int pcir = 0x40;
    return good().withPcir(pcir, 0x1234, 0x1111, 0x030000).withWord(pcir + field, value).sealed();
  }

  private static PluginBundle elf(Field field, long value) {
    return PluginBundle.named("broken", "1.0.0")
        .program("broken", "elf32", Elf32Image.at(LOAD, RET).with(field, value).bytes());
  }

  static Stream<Arguments> roms() {
    return Stream.of(
        arguments("truncated", rom(good().truncatedTo(1000)), "size"),
        arguments("shorter than its header", rom(good().truncatedTo(2)), "header"),
        arguments("wrong checksum", rom(good().missealed()), "checksum"),
        arguments("no signature", rom(good().withByte(0, 0).sealed()), "signature"),
        arguments("size of zero", rom(good().claimingBlocks(0).sealed()), "size"),
        arguments(
            "PCIR that ends nowhere", rom(pci(OptionRomImage.PCIR_LENGTH, 0x1000)), "PCIR length"),
        arguments("PCIR too short", rom(pci(OptionRomImage.PCIR_LENGTH, 4)), "PCIR length"),
        arguments(
            "code for EFI", rom(pci(OptionRomImage.PCIR_CODE_TYPE, 0x8003)), "PCIR code type"),
        arguments(
            "PCIR of a longer image",
            rom(pci(OptionRomImage.PCIR_IMAGE_LENGTH, 9)),
            "PCIR image length"),
        arguments(
            "address in system memory", rom(good()).attribute("address:Long", "65536"), "address"),
        arguments(
            "address between paragraphs",
            rom(good()).attribute("address:Long", Integer.toString(0xd0008)),
            "address"),
        arguments("init faults", rom(OptionRomImage.withInit(1, (byte) 0x0f, (byte) 0x0b)), "init"),
        arguments("init halts", rom(OptionRomImage.withInit(1, (byte) 0xfa, (byte) 0xf4)), "init"),
        arguments("init loops", rom(OptionRomImage.withInit(1, (byte) 0xeb, (byte) 0xfe)), "init"));
  }

  static Stream<Arguments> elfs() {
    return Stream.of(
        arguments("no ELF", elf(Field.EI_MAG0, 0), "EI_MAG"),
        arguments("64 bit", elf(Field.EI_CLASS, 2), "EI_CLASS"),
        arguments("big-endian", elf(Field.EI_DATA, 2), "EI_DATA"),
        arguments("relocatable", elf(Field.E_TYPE, 1), "e_type"),
        arguments("for an ARM", elf(Field.E_MACHINE, 40), "e_machine"),
        arguments("entry in no segment", elf(Field.E_ENTRY, LOAD + 0x1000), "e_entry"),
        arguments("headers behind the file", elf(Field.E_PHOFF, 0x7fffffff), "e_phoff"),
        arguments("headers wrap", elf(Field.E_PHOFF, 0xfffffff0L), "e_phoff"),
        arguments("headers of another size", elf(Field.E_PHENTSIZE, 8), "e_phentsize"),
        arguments("no headers", elf(Field.E_PHNUM, 0), "e_phnum"),
        arguments("too many headers", elf(Field.E_PHNUM, 0xfffe), "e_phoff"),
        arguments("nothing to load", elf(Field.P_TYPE, 4), "PT_LOAD"),
        arguments("segment behind the file", elf(Field.P_OFFSET, 0x10000), "p_filesz"),
        arguments("segment wraps the file", elf(Field.P_OFFSET, 0xffffffffL), "p_filesz"),
        arguments("larger in file than in memory", elf(Field.P_MEMSZ, 0), "p_memsz"),
        arguments("more bytes than the file", elf(Field.P_FILESZ, 0xffffffffL), "p_filesz"),
        arguments("more memory than there is", elf(Field.P_MEMSZ, 0xf0000000L), "p_memsz"),
        arguments("address without memory", elf(Field.P_PADDR, 0xfff00000L), "p_paddr"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"roms", "elfs"})
  void programFailsAndNamesTheField(String what, PluginBundle plugin, String field)
      throws BundleException {
    Bundle bundle = container.install(plugin.stream());

    Program program = program();
    assertEquals(Program.State.FAILED, program.state(), program::toString);
    String reason = program.reason().orElseThrow();
    assertTrue(reason.contains(field), reason);
    assertTrue(reason.contains("image/broken.bin"), reason);
    bundle.uninstall();
  }

  @Test
  void honestImagesOfTheSameMakingAreMapped() throws BundleException {
    Bundle rom = container.install(rom(good()).stream());
    assertEquals(Program.State.MAPPED, program().state(), program()::toString);
    rom.uninstall();

    Bundle elf = container.install(elf(Field.P_ALIGN, 1).stream());
    assertTrue(container.awaitRoutine("broken").call(CallRequest.builder().build()).returned());
    elf.uninstall();
  }

  @Test
  void romThatOverlapsAnotherFailsAndTheFirstStays() throws BundleException {
    Bundle first = container.install(placed("first", 0xd8000, 0x1001).stream());
    Bundle second = container.install(placed("broken", 0xd8000, 0x1002).stream());

    String reason = program().reason().orElseThrow();
    assertEquals(Program.State.FAILED, program().state(), reason);
    assertTrue(reason.contains("first") && reason.contains("0xd8000"), reason);
    assertEquals(
        Program.State.MAPPED,
        gateway.programs().stream()
            .filter(program -> program.name().equals("first"))
            .findFirst()
            .orElseThrow()
            .state());
    second.uninstall();
    first.uninstall();
  }

  private static PluginBundle placed(String name, long address, int answer) {
    return PluginBundle.named(name, "1.0.0")
        .program(name, "option-rom", GuestCode.answer(0x62, answer).bytes())
        .attribute("address:Long", Long.toString(address));
  }

  private Program program() {
    return gateway.programs().stream()
        .filter(program -> program.name().equals("broken"))
        .findFirst()
        .orElseThrow();
  }
}
