package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.Media;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.testkit.host.Nasm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** APM, Plug and Play, and SMBIOS as SeaBIOS leaves them on our machine. */
class FirmwareAnchorsTest {
  private static final Path SOURCE = Path.of("src/test/nasm/pnpcall.asm");
  private static final Path IMAGE = Path.of("src/test/nasm/pnpcall.bin");
  private static final int FUNCTION_NOT_SUPPORTED = 0x82;

  private static FirmwareMachine bios;

  @BeforeAll
  static void powerOn() {
    bios = new FirmwareMachine(Media.NONE);
  }

  @AfterAll
  static void powerOff() {
    if (bios != null) {
      bios.close();
    }
  }

  // ---- APM (Advanced Power Management BIOS specification 1.2)

  @Test
  void apmIsInstalledAndCanBeConnected() {
    CallResult installed = bios.call(0x15, 0x5300);
    assertEquals(0, installed.get(Register.EFLAGS) & FirmwareMachine.CARRY);
    assertEquals(0x0102, installed.get(Register.AX), "version 1.2");
    assertEquals('P' << 8 | 'M', installed.get(Register.BX));
    assertEquals(3, installed.get(Register.CX) & 3, "16-bit and 32-bit interface");
    for (int function : new int[] {0x5301, 0x5302, 0x5303, 0x5304}) {
      CallResult result = bios.call(0x15, function);
      assertEquals(0, result.get(Register.EFLAGS) & FirmwareMachine.CARRY, result::toString);
    }
    CallResult connected = bios.call(0x15, 0x5303);
    assertEquals(0xf000, connected.get(Register.AX), "32-bit code");
    assertEquals(0xf000, connected.get(Register.CX), "16-bit code");
    assertNotEquals(0, connected.get(Register.BX), "entry");
    CallResult status =
        bios.call(0x15, call -> call.register(Register.AX, 0x530a).register(Register.BX, 1));
    assertEquals(1, status.get(Register.BH), "on line");
  }

  @Test
  void apmSwitchesThePowerOffForThisCallOnly() {
    CallResult off =
        bios.attempt(
            0x15,
            call ->
                call.register(Register.AX, 0x5307)
                    .register(Register.BX, 1)
                    .register(Register.CX, 3));
    assertEquals(StopReason.SHUTDOWN, off.stop(), off::toString);
    assertEquals(0x0102, bios.ax(0x15, 0x5300));
  }

  // ---- Plug and Play (Plug and Play BIOS specification 1.0A, 4.4)

  @Test
  void theProgramThatCallsPlugAndPlayIsWhatItsSourceSays() {
    Nasm.assertAssembles(SOURCE, IMAGE);
  }

  @Test
  void plugAndPlayIsCalledByBothOfItsEntries() throws IOException {
    int header = bios.find("$PnP");
    assertTrue(header > 0, "an installation check structure");
    assertEquals(0x10, bios.byteAt(header + 4), "version 1.0");
    assertEquals(0x21, bios.byteAt(header + 5), "length");
    assertEquals(0, bios.sum(header, 0x21));
    int real = bios.wordAt(header + 0x0f) << 16 | bios.wordAt(header + 0x0d);
    bios.machine()
        .map(
            new ProgramImage(
                "pnpcall",
                "1.0.0",
                "flat16",
                IMAGE.toString(),
                Files.readAllBytes(IMAGE),
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(),
                Map.of()));
    assertEquals(FUNCTION_NOT_SUPPORTED, pnp(0, real, 0, 0), "no device nodes in SeaBIOS");
    int entry = bios.wordAt(header + 0x11);
    int code = bios.dwordAt(header + 0x13);
    int data = bios.dwordAt(header + 0x1d);
    assertEquals(FUNCTION_NOT_SUPPORTED, pnp(1, entry, code, data), "in protected mode");
  }

  private static int pnp(int mode, int entry, int code, int data) {
    CallResult result =
        bios.machine()
            .call(
                new CallTarget.ProgramEntry("pnpcall"),
                CallRequest.builder()
                    .register(Register.CX, 0)
                    .register(Register.DL, mode)
                    .register(Register.EBX, entry & 0xffffffffL)
                    .register(Register.ESI, code & 0xffffffffL)
                    .register(Register.EDI, data & 0xffffffffL)
                    .build());
    assertTrue(result.returned(), result::toString);
    return (int) result.get(Register.AX);
  }

  // ---- SMBIOS (DMTF DSP0134 2.8)

  @Test
  void smbiosTellsOfThisMachine() {
    int anchor = bios.find("_SM_");
    assertTrue(anchor > 0, "an entry point");
    assertEquals(0x1f, bios.byteAt(anchor + 5), "length");
    assertEquals(0, bios.sum(anchor, 0x1f));
    assertEquals(0x0802, bios.wordAt(anchor + 6), "version 2.8");
    assertEquals(0, bios.sum(anchor + 0x10, 0x0f), "of the intermediate anchor");
    Map<Integer, Structure> structures = structures(anchor);
    assertEquals(List.of(0, 1, 3, 4, 16, 17, 19, 32, 127), new ArrayList<>(structures.keySet()));
    assertEquals(bios.wordAt(anchor + 0x1c), structures.size());
    assertEquals("SeaBIOS", structures.get(0).text(0x04));
    assertEquals("BIOS Gateway", structures.get(1).text(0x04));
    assertEquals("PC with i440FX", structures.get(1).text(0x05));
    assertEquals("CPU 0", structures.get(4).text(0x04));
    assertEquals(32 << 10, bios.dwordAt(structures.get(16).at() + 0x07), "KB");
    assertEquals(32, bios.wordAt(structures.get(17).at() + 0x0c), "MB");
    assertEquals((32 << 10) - 1, bios.dwordAt(structures.get(19).at() + 0x08), "the last KB");
  }

  /** A structure in memory: where it is, and the texts behind it. */
  private record Structure(int at, List<String> texts) {
    String text(int field) {
      return texts.get(bios.byteAt(at + field) - 1);
    }
  }

  private static Map<Integer, Structure> structures(int anchor) {
    Map<Integer, Structure> found = new TreeMap<>();
    int begin = bios.dwordAt(anchor + 0x18);
    int end = begin + bios.wordAt(anchor + 0x16);
    for (int at = begin; at < end; ) {
      int next = at + bios.byteAt(at + 1);
      List<String> texts = new ArrayList<>();
      while (bios.byteAt(next) != 0) {
        StringBuilder text = new StringBuilder();
        while (bios.byteAt(next) != 0) {
          text.append((char) bios.byteAt(next++));
        }
        next++;
        texts.add(text.toString());
      }
      found.put(bios.byteAt(at), new Structure(at, texts));
      at = next + (texts.isEmpty() ? 2 : 1);
    }
    return found;
  }
}
