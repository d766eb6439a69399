package dev.biosgateway.kexec.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.load.Errno;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.program.Kernels;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.trampoline.Purgatory;
import dev.biosgateway.kexec.vmcore.VmcoreWriter;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of file that kexec loads, loaded and entered by a real jump. */
class KexecFileTest {
  private static final long BUDGET = 20_000_000;
  private static final int RAM = 16 << 20;

  @TempDir Path folder;

  private final BridgeMachine host =
      new BridgeMachine(MachineConfig.DEFAULT.withMemory(RAM), PagingMode.PAE);

  private static byte[] guest(String name) throws IOException {
    try (InputStream in =
        KexecFileTest.class.getResourceAsStream("/dev/biosgateway/kexec/guest/" + name + ".bin")) {
      return in.readAllBytes();
    }
  }

  private KexecFile parse(byte[] bytes, String commandLine, String initrd) throws IOException {
    Path file = Files.write(folder.resolve("image"), bytes);
    return KexecFile.parse(
        file,
        bytes,
        new KexecFile.Request(
            OptionalLong.empty(),
            0x100000,
            0xffffff,
            initrd.getBytes(StandardCharsets.US_ASCII),
            commandLine,
            RAM,
            Optional.empty()));
  }

  private String run(KexecFile file, boolean preserve, StopReason expected) {
    KexecLoad load = host.load().withDigests();
    if (file.whole()) {
      load.ofAnySize();
    }
    file.segments().forEach(load::add);
    host.machine().console().clear();
    try (Kimage image = load.prepare(file.start(), preserve)) {
      assertEquals(expected, host.execute(image, BUDGET));
    }
    return host.machine().console().text();
  }

  /** An ELF of either class with return32 at 2 MB. */
  private static byte[] elf(boolean wide, byte[] code) {
    int header = wide ? 64 : 52;
    int table = wide ? 56 : 32;
    ByteBuffer out =
        ByteBuffer.allocate(header + table + code.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0x464c457f).put((byte) (wide ? 2 : 1)).put((byte) 1).put((byte) 1).position(16);
    out.putShort((short) 2).putShort((short) (wide ? 62 : 3)).putInt(1);
    if (wide) {
      out.putLong(0x200000).putLong(header).putLong(0).putInt(0);
    } else {
      out.putInt(0x200000).putInt(header).putInt(0).putInt(0);
    }
    out.putShort((short) header).putShort((short) table).putShort((short) 1).position(header);
    if (wide) {
      out.putInt(1).putInt(7).putLong(header + table).putLong(0x200000).putLong(0x200000);
      out.putLong(code.length).putLong(0x3000).putLong(16);
    } else {
      out.putInt(1).putInt(header + table).putInt(0x200000).putInt(0x200000);
      out.putInt(code.length).putInt(0x3000).putInt(7).putInt(16);
    }
    return out.put(code).array();
  }

  @ParameterizedTest
  @CsvSource({"FLAT", "ELF32", "ELF64"})
  void programsRunAndComeBack(KexecFile.Kind kind) throws IOException {
    byte[] code = guest("return32");
    KexecFile file =
        parse(kind == KexecFile.Kind.FLAT ? code : elf(kind == KexecFile.Kind.ELF64, code), "", "");
    assertEquals(kind, file.kind());
    assertEquals("r", run(file, true, StopReason.RETURNED));
  }

  @Test
  void multibootKernelsGetTheirCommandLineAndModule() throws IOException {
    KexecFile file = parse(guest("multiboot32"), "root=here ", "the module\0");
    assertEquals(KexecFile.Kind.MULTIBOOT, file.kind());
    assertEquals("root=here the module", run(file, true, StopReason.HALTED));
    assertEquals("root=here the module", run(file, false, StopReason.HALTED));
  }

  private static byte[] kernel() throws IOException {
    ByteBuffer kernel = Kernels.bzImage(0x20f);
    kernel.putInt(0x22c, 0x7fffffff).putInt(0x238, 2047).putInt(0x260, 0x80000);
    byte[] code = guest("print32");
    System.arraycopy(code, 0, kernel.array(), 5 * 512, code.length);
    return kernel.array();
  }

  @Test
  void linuxKernelsAreToldWhereToJumpBack() throws IOException {
    KexecFile file = parse(kernel(), "console=ttyS0", "initial RAM disk");
    assertEquals(KexecFile.Kind.BZIMAGE, file.kind());
    assertEquals("console=ttyS0", run(file, false, StopReason.HALTED), "no way back, no argument");
    String line = run(file, true, StopReason.HALTED);
    assertTrue(line.matches("console=ttyS0 kexec_jump_back_entry=0x[1-9a-f][0-9a-f]*"), line);
  }

  @Test
  void linuxKernelsSeeOnlyTheMemoryTheyMayUse() throws IOException {
    KexecFile file = parse(kernel(), "", "");
    KexecSegment params =
        file.segments().stream()
            .filter(s -> s.name().equals("boot parameters"))
            .findFirst()
            .orElseThrow();
    ByteBuffer page = ByteBuffer.wrap(params.buf()).order(ByteOrder.LITTLE_ENDIAN);
    int last = 0x2d0 + 20 * (page.get(0x1e8) - 1);
    assertEquals(0x100000, page.getLong(last));
    assertEquals(0xf00000, page.getLong(last + 8), "up to mem-max, which is RAM's end here");
    ProgramException e =
        assertThrows(
            ProgramException.class,
            () ->
                KexecFile.parse(
                    folder.resolve("image"),
                    kernel(),
                    new KexecFile.Request(
                        OptionalLong.empty(),
                        0x100000,
                        0x17ffff,
                        new byte[0],
                        "",
                        RAM,
                        Optional.empty())));
    assertTrue(e.getMessage().contains("mem-max 0x17ffff"), e.getMessage());
  }

  @Test
  void memoryDumpsAreResumed() throws IOException {
    byte[] memory = new byte[0x3000];
    byte[] code = guest("return32");
    System.arraycopy(code, 0, memory, 0x1000, code.length);
    memory[0x1000 + code.length - 1] = (byte) 0xf4; // HLT in place of RET
    Path dump = folder.resolve("image");
    new VmcoreWriter(
            (at, page) -> System.arraycopy(memory, (int) at - 0x200000, page, 0, 4096),
            MemoryMap.of(List.of(new PageRange(0x200000, 3))))
        .vmcoreinfo(Map.of("KEXEC_JUMP_BACK_ENTRY", "0x201000"))
        .write(dump);
    KexecFile file = parse(Files.readAllBytes(dump), "", "");
    assertEquals(KexecFile.Kind.VMCORE, file.kind());
    assertEquals("r", run(file, false, StopReason.HALTED).substring(0, 1));
  }

  /** kexec-tools has loaded EDI's value into ESI since 2005. */
  @Test
  void entry16SetsEveryRegisterEdiToo() throws IOException {
    Registers wanted = Registers.ZERO;
    Register[] general = {
      Register.EAX, Register.ECX, Register.EDX, Register.EBX,
      Register.ESP, Register.EBP, Register.ESI, Register.EDI
    };
    for (int i = 0; i < general.length; i++) {
      wanted = wanted.with(general[i], 0x11111111L * (i + 1));
    }
    Register[] segments = {
      Register.ES, Register.CS, Register.SS, Register.DS, Register.FS, Register.GS
    };
    int[] values = {0x1111, 0x2000, 0x3333, 0x4444, 0x5555, 0x6666};
    for (int i = 0; i < segments.length; i++) {
      wanted = wanted.with(segments[i], values[i]);
    }
    Kimage image =
        host.load()
            .add(KexecSegment.of("entered16", guest("entered16"), 0x20000))
            .add(Purgatory.realMode(wanted).segment(0x30000))
            .prepare(0x30000, false);
    Machine machine = host.leave(image, host.machine().sections());
    Stop stop = machine.run(BUDGET);
    assertEquals(Stop.Reason.HALTED, stop.reason(), stop::toString);
    PhysicalBus bus = machine.bus();
    for (int i = 0; i < general.length; i++) {
      assertEquals(
          (int) wanted.get(general[i]), bus.read32(0x20100 + 4 * i), general[i].toString());
    }
    for (int i = 0; i < segments.length; i++) {
      assertEquals(values[i], bus.read16(0x20120 + 2 * i), segments[i].toString());
    }
  }

  @Test
  void crashImagesLieInTheirOwnMemoryAndTheFirst640KAreBackedUp() throws IOException {
    KexecException none =
        assertThrows(
            KexecException.class,
            () ->
                host.load()
                    .onCrash(null)
                    .add(KexecSegment.of("crash", new byte[9], 0x800000))
                    .prepare(0x800000, false));
    assertEquals(Errno.EADDRNOTAVAIL, none.errno());
    PageRange reserved = new PageRange(0x800000, 0x400);
    host.host().frames().reserve(0x800000, 0x400);
    KexecException outside =
        assertThrows(
            KexecException.class,
            () ->
                host.load()
                    .onCrash(reserved)
                    .add(KexecSegment.of("stray", new byte[9], 0x700000))
                    .prepare(0x800000, false));
    assertTrue(outside.getMessage().contains("stray"), outside.getMessage());

    byte[] low = new byte[0xa0000];
    host.machine().bus().load(0x5000, "low memory".getBytes(StandardCharsets.US_ASCII));
    host.machine().bus().read(0, low, 0, low.length);
    Registers entry = Registers.ZERO.with(Register.EIP, 0x800000).with(Register.ESP, 0x802000);
    Kimage image =
        host.load()
            .onCrash(reserved)
            .withDigests()
            .add(KexecSegment.of("crash kernel", guest("return32"), 0x800000))
            .add(Purgatory.flat(entry).withBackup(0, 0xa0000, 0x900000).segment(0x801000))
            .prepare(0x801000, false);
    host.machine().console().clear();
    Machine machine = host.crash(image, () -> {});
    machine.run(1_000_000);
    byte[] backup = new byte[low.length];
    machine.bus().read(0x900000, backup, 0, backup.length);
    assertArrayEquals(low, backup);
    assertEquals("r", machine.console().text().substring(0, 1), "the crash kernel ran");
  }

  @Test
  void segmentsAreCheckedByTheirDigestsBeforeTheJump() throws IOException {
    KexecLoad load =
        host.load().withDigests().add(KexecSegment.of("program", guest("return32"), 0x20000));
    Kimage image = load.prepare(0x20000, true);
    host.machine().bus().write8(image.segments().get(0).sources()[0] + 3, 0x90);
    KexecException e = assertThrows(KexecException.class, () -> host.execute(image, BUDGET));
    assertEquals(Errno.EIO, e.errno());
    assertTrue(e.getMessage().contains("segment program"), e.getMessage());
    image.close();
  }

  @Test
  void segmentsOutsideOfMemMinAndMemMaxAreRefusedByName() {
    for (long at : new long[] {0x1ff000, 0x300000}) {
      KexecLoad load =
          host.load()
              .within(0x200000, 0x2fffff)
              .add(KexecSegment.zeroed("inside", 0x200000, 0x1000))
              .add(KexecSegment.zeroed("stray", at, 0x1000));
      KexecException e = assertThrows(KexecException.class, () -> load.prepare(0, true));
      assertEquals(Errno.EADDRNOTAVAIL, e.errno());
      assertTrue(e.getMessage().contains("stray"), e.getMessage());
      assertTrue(e.getMessage().contains("mem-min 0x200000"), e.getMessage());
    }
  }

  @Test
  void backupSegmentsFillWhatNoOtherSegmentTakes() {
    Kimage image =
        host.load()
            .within(0x200000, 0x20ffff)
            .add(KexecSegment.of("a", new byte[0x1800], 0x203000))
            .add(KexecSegment.of("b", new byte[1], 0x20f000))
            .backUpTheRest(0)
            .prepare(0x203000, true);
    int pages = image.segments().stream().mapToInt(s -> s.segment().pages()).sum();
    assertEquals(16, pages);
    assertEquals(4, image.segments().size());
    image.close();
  }

  @Test
  void crashImagesDoNotComeBack() {
    KexecLoad load = host.load().onCrash(new PageRange(0x800000, 1));
    KexecException e = assertThrows(KexecException.class, () -> load.prepare(0x800000, true));
    assertEquals(Errno.EINVAL, e.errno());
  }

  @Test
  void aFlatImageLargerThanMemoryIsRefused() {
    byte[] large = new byte[RAM];
    Arrays.fill(large, (byte) 0x90);
    assertThrows(ProgramException.class, () -> parse(large, "", ""));
  }
}
