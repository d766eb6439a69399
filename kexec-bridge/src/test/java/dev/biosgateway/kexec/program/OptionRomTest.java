package dev.biosgateway.kexec.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.ProgramException;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an option ROM has to be, and what is said when it is not. */
class OptionRomTest {
  private static OptionRom parse(byte[] bytes) {
    return OptionRom.parse(ProgramImages.image("option-rom", bytes));
  }

  private static ProgramException refused(byte[] bytes) {
    return assertThrows(ProgramException.class, () -> parse(bytes));
  }

  @Test
  void readsAGoodRom() {
    OptionRom rom = parse(ProgramImages.optionRom(4));
    assertEquals(2048, rom.size());
    assertTrue(rom.display());
    assertEquals(new PciDataStructure(0x1234, 0x1111, 0x030000, 0, 2048), rom.pcir().orElseThrow());
  }

  @Test
  void takesAnIsaRomWithWhateverAtItsPciPointer() {
    byte[] rom = ProgramImages.optionRom(2);
    rom[0x20] = 'X';
    OptionRom isa = parse(ProgramImages.mendChecksum(rom));
    assertTrue(isa.pcir().isEmpty());
    assertFalse(isa.display());
  }

  @Test
  void takesAsManyBytesAsTheSizeByteSays() {
    byte[] padded = Arrays.copyOf(ProgramImages.optionRom(2), 4096);
    assertEquals(1024, parse(padded).size());
  }

  @Test
  void refusesTruncatedFiles() {
    ProgramException e = refused(Arrays.copyOf(ProgramImages.optionRom(4), 1024));
    assertEquals("size", e.field());
    assertEquals(OptionalLong.of(2), e.offset());
    assertEquals("2048 bytes, as the header says", e.expected());
    assertEquals("a file of 1024", e.found());
    assertEquals("header", refused(new byte[8]).field());
    assertEquals("test.bin", e.file());
  }

  @Test
  void refusesWrongSignaturesAndChecksums() {
    byte[] rom = ProgramImages.optionRom(2);
    rom[0] = 0x56;
    assertEquals("signature", refused(rom).field());
    byte[] patched = ProgramImages.optionRom(2);
    patched[100] ^= 1;
    ProgramException e = refused(patched);
    assertEquals("checksum", e.field());
    assertTrue(e.getMessage().contains("0x01") || e.getMessage().contains("0xff"), e.getMessage());
    byte[] empty = ProgramImages.optionRom(2);
    empty[2] = 0;
    assertEquals("size", refused(empty).field());
  }

  @ParameterizedTest
  @CsvSource({
    "0x2a, 0x10, PCIR length",
    "0x34, 3, PCIR code type",
    "0x30, 9, PCIR image length",
    "0x30, 1, PCIR image length",
  })
  void refusesPciDataThatContradictsTheRom(String at, String value, String field) {
    byte[] rom = ProgramImages.optionRom(2);
    rom[Integer.decode(at)] = Integer.decode(value).byteValue();
    ProgramException e = refused(ProgramImages.mendChecksum(rom));
    assertEquals(field, e.field());
    assertEquals(OptionalLong.of(Integer.decode(at)), e.offset());
  }

  @ParameterizedTest
  @CsvSource({"0xc0010", "0xbf800", "0xeffff", "0xf0000", "0x100000"})
  void refusesAddressesOutsideOfTheArea(String address) {
    ProgramException e =
        assertThrows(
            ProgramException.class,
            () ->
                OptionRom.parse(
                    ProgramImages.image(
                        "option-rom",
                        ProgramImages.optionRom(2),
                        OptionalLong.of(Long.decode(address)),
                        OptionalLong.empty())));
    assertEquals("address", e.field());
    assertTrue(e.found().contains(address), e.getMessage());
  }
}
