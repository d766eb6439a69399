package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.vmcore.DumpLevel;
import dev.biosgateway.kexec.vmcore.ElfClass;
import dev.biosgateway.kexec.vmcore.PageKinds;
import dev.biosgateway.kexec.vmcore.VmcoreWriter;
import dev.biosgateway.testkit.host.Prerequisite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others' tools make of our memory dumps. */
class CoreFilesTest {
  @TempDir Path folder;

  private static String readelf(Path file) throws IOException {
    Path program =
        Prerequisite.file(
            "biosgateway.readelf", "/usr/bin/readelf", "install Debian's package binutils");
    Process process =
        new ProcessBuilder(program.toString(), "-a", "-W", file.toString())
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Every second page is zero: as many program headers as there are pages. */
  @ParameterizedTest
  @CsvSource({"ELF32, 100", "ELF64, 100", "ELF32, 70000", "ELF64, 70000"})
  void readelfReadsThemWithoutAComplaint(ElfClass elfClass, int pages) throws IOException {
    Path file = folder.resolve("core");
    new VmcoreWriter(
            (address, page) -> Arrays.fill(page, (byte) (address >> 12 & 1)),
            MemoryMap.of(List.of(new PageRange(0x100000, pages))))
        .elfClass(elfClass)
        .level(new DumpLevel(DumpLevel.ZERO), PageKinds.UNKNOWN)
        .prstatus(Registers.ZERO.with(Register.EIP, 0x12345678))
        .vmcoreinfo(Map.of("PAGESIZE", "4096"))
        .write(file);
    String said = readelf(file);
    // It prints section header 0 as if it were a section: there, sh_info counts program headers.
    String complaints =
        said.lines()
            .filter(l -> l.contains("Warning") || l.contains("Error"))
            .filter(l -> !l.contains("[ 0]: Unexpected value (" + (pages + 1) + ") in info field"))
            .collect(Collectors.joining("\n"));
    assertEquals("", complaints);
    assertTrue(said.contains("CORE (Core file)"));
    assertTrue(said.contains("Intel 80386"));
    assertTrue(said.contains("NT_PRSTATUS"));
    assertTrue(said.contains("VMCOREINFO"));
    assertEquals(pages, said.lines().filter(l -> l.strip().startsWith("LOAD ")).count());
  }
}
