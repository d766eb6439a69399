package dev.biosgateway.x86.device.acpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Terms of AML against the grammar of ACPI 2.0, chapter 17, and what Intel's compiler makes. */
class AmlTest {
  private static String hex(byte[] term) {
    return HexFormat.of().formatHex(term);
  }

  @Test
  void integersInTheShortestForm() {
    assertEquals("00", hex(Aml.integer(0)));
    assertEquals("01", hex(Aml.integer(1)));
    assertEquals("0a02", hex(Aml.integer(2)));
    assertEquals("0b0001", hex(Aml.integer(0x100)));
    assertEquals("0c0000c0fe", hex(Aml.integer(0xfec00000L)));
  }

  @Test
  void namesOfOneTwoAndMoreSegments() {
    assertEquals("435055" + "30", hex(Aml.name("CPU0")));
    assertEquals("5049435f", hex(Aml.name("PIC")), "padded");
    assertEquals("5c2e5f53425f50434930", hex(Aml.name("\\_SB.PCI0")));
    assertEquals("5c2f035f53425f504349304953415f", hex(Aml.name("\\_SB.PCI0.ISA")));
  }

  @Test
  void eisaIdsArePacked() {
    assertEquals("0c41d00a03", hex(Aml.eisaId("PNP0A03")));
    assertEquals("0c41d00c0f", hex(Aml.eisaId("PNP0C0F")));
  }

  @Test
  void packageLengthsCountThemselves() {
    assertEquals("5b820541424344", hex(Aml.device("ABCD")));
    byte[] two = Aml.device("ABCD", new byte[100]);
    assertEquals("5b82" + "4a06" + "41424344", hex(two).substring(0, 16), "6Ah: two bytes");
    byte[] three = Aml.device("ABCD", new byte[5000]);
    assertEquals("5b82" + "8f" + "3801", hex(three).substring(0, 10), "138Fh: three bytes");
  }

  @Test
  void theNamespaceIsMadeOfWholeTerms() {
    byte[] terms = I440fxNamespace.terms(0x8000_0000L, 2, true, true);
    String text = new String(terms, StandardCharsets.ISO_8859_1);
    for (String name : new String[] {"_PR_", "_SB_", "_S5_", "LNKD", "LNKS", "COM2", "FDC0"}) {
      assertTrue(text.contains(name), name);
    }
    assertTrue(!text.contains("COM3"));
    // Three terms at the top, each as long as it says.
    assertEquals(0x10, terms[0]);
    int scope = 1 + (terms[1] & 0x3f);
    assertEquals(0x10, terms[scope]);
    int length = terms[scope + 1] & 15 | (terms[scope + 2] & 0xff) << 4; // two bytes
    assertEquals(0x08, terms[scope + 1 + length], "then Name(\\_S5, ...)");
  }
}
