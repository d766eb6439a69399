package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.vmcore.DumpFormat;
import dev.biosgateway.kexec.vmcore.DumpLevel;
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
import org.junit.jupiter.params.provider.EnumSource;

/** What others' tools make of our memory dumps. */
class CoreFilesTest {
  @TempDir Path folder;

  private static String readelf(Path file) throws IOException {
    Path program =
        Prerequisite.file(
            "biosgateway.readelf", "/usr/bin/readelf", "install Debian's package binutils");
    return said(program.toString(), "-a", "-W", file.toString());
  }

  private static String said(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(names = {"ELF32", "ELF64"})
  void gdbShowsRegistersMemoryAndCode(DumpFormat format) throws IOException {
    Path gdb = Prerequisite.file("biosgateway.gdb", "/usr/bin/gdb", "install Debian's package gdb");
    byte[] code = {(byte) 0xb8, 0x78, 0x56, 0x34, 0x12, (byte) 0x0f, (byte) 0xa2}; // mov, cpuid
    Path file = folder.resolve("core");
    new VmcoreWriter(
            (address, page) -> {
              Arrays.fill(page, (byte) 0);
              System.arraycopy(code, 0, page, address == 0x123000 ? 0x456 : 0, code.length);
            },
            MemoryMap.of(List.of(new PageRange(0x120000, 16))))
        .format(format)
        .prstatus(
            Registers.ZERO
                .with(Register.EIP, 0xc0123456L)
                .with(Register.ESP, 0xc0120ff0L)
                .with(Register.EBP, 0x87654321L)
                .with(Register.EFLAGS, 0x46)
                .with(Register.CS, 0x60))
        .devices(List.of())
        .vmcoreinfo(Map.of("PAGESIZE", "4096"))
        .write(file);
    String said =
        said(
            gdb.toString(),
            "-nx",
            "-batch",
            "-ex",
            "info registers",
            "-ex",
            "x/2i $eip",
            "-ex",
            "x/2xw 0xc0120000",
            "-c",
            file.toString());
    assertTrue(said.contains("=> 0xc0123456:\tmov    $0x12345678,%eax"), said);
    assertTrue(said.contains("0xc012345b:\tcpuid"), said);
    assertTrue(said.contains("0xc0120000:\t0x345678b8\t0x00a20f12"), said);
    assertTrue(said.matches("(?s).*esp +0xc0120ff0 .*ebp +0x87654321 .*cs +0x60 .*"), said);
    assertTrue(said.contains("[ PF ZF ]"), said);
    assertFalse(said.contains("warning"), said);
  }

  /** Every second page is zero: as many program headers as there are pages. */
  @ParameterizedTest
  @CsvSource({"ELF32, 100", "ELF64, 100", "ELF32, 70000", "ELF64, 70000"})
  void readelfReadsThemWithoutAComplaint(DumpFormat format, int pages) throws IOException {
    Path file = folder.resolve("core");
    new VmcoreWriter(
            (address, page) -> Arrays.fill(page, (byte) (address >> 12 & 1)),
            MemoryMap.of(List.of(new PageRange(0x100000, pages))))
        .format(format)
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
