package dev.biosgateway.x86.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.MachineState;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Board;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.board.Firmware;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.ProcessorIdentity;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.hpet.Hpet;
import dev.biosgateway.x86.device.rom.RomImage;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.media.MemoryImage;
import dev.biosgateway.x86.state.StateException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of whole machines: clones, files, digests, and what a damaged file is told. */
class MachineImageTest {
  private static final int CODE = 0x1000;
  private static final int HANDLER = 0x2000;

  @TempDir Path folder;

  /** A machine that counts timer ticks in memory and sends them to the serial port, paging on. */
  private static Machine busy() {
    return busy("pc");
  }

  private static Machine busy(String board) {
    Machine m =
        new Machine(
            MachineConfig.DEFAULT
                .withBoard(Boards.named(board))
                .withMemory(4 << 20)
                .withCpu(CpuModel.PENTIUM)
                .withStartTime(Instant.parse("2001-02-03T04:05:06Z")));
    int[][] writes = {
      {0x20, 0x11},
      {0x21, 0x08},
      {0x21, 0x04},
      {0x21, 0x01},
      {0x21, 0xfe},
      {0x43, 0x34},
      {0x40, 0x55},
      {0x40, 0x02}
    };
    for (int[] w : writes) {
      m.ports().out(w[0], 1, w[1]);
    }
    m.bus().write32(4 * 8, HANDLER);
    // inc word [500h]; mov dx, 3F8h; mov al, [500h]; out dx, al; mov al, 20h; out 20h, al; iret
    load(m, HANDLER, "ff 06 00 05 ba f8 03 a0 00 05 ee b0 20 e6 20 cf");
    // again: sti; inc di, within 9000h to 9FFFh; mov [di], di; rep movsb with CX = 7; jmp again
    load(m, CODE, "fb 47 81 cf 00 90 81 e7 ff 9f 89 3d be 00 90 b9 07 00 f3 a4 eb ea");
    m.cpu().cs.selector = 0;
    m.cpu().cs.base = 0;
    m.cpu().eip = CODE;
    m.cpu().gpr[Cpu.EDI] = 0x9000;
    m.cpu().gpr[Cpu.ESP] = 0x7c00;
    return m;
  }

  private static void load(Machine m, int at, String hex) {
    m.bus().load(at, HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static String digest(Machine m) {
    return MachineImage.of(m).digestText();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999, 12_345, 200_001})
  void aCloneGoesOnToTheSameEndAsTheMachineItWasTakenOf(long before) {
    Machine undisturbed = busy();
    Machine machine = busy();
    machine.run(before);
    Machine clone = MachineImage.of(machine).newMachine();
    undisturbed.run(before);
    for (Machine m : List.of(undisturbed, machine, clone)) {
      assertEquals(Stop.Reason.BUDGET, m.run(300_000).reason());
    }
    assertEquals(digest(undisturbed), digest(machine));
    assertEquals(digest(undisturbed), digest(clone));
    assertTrue(undisturbed.bus().read16(0x500) > 3, "the timer ticked");
    assertNotEquals(digest(undisturbed), digest(busy()));
  }

  /** Every device of every board is in the middle of something when it is saved. */
  @ParameterizedTest
  @MethodSource("boards")
  void everyBoardGoesOnToTheSameEnd(String board) {
    Machine undisturbed = disturbed(busy(board));
    Machine machine = disturbed(busy(board));
    machine.run(7_777);
    undisturbed.run(7_777);
    Machine clone = MachineImage.of(machine).newMachine();
    assertEquals(List.of(), MachineState.differences(machine.sections(), clone.sections()));
    for (Machine m : List.of(undisturbed, clone)) {
      m.run(300_000);
    }
    assertEquals(undisturbed.sections(), clone.sections());
    assertEquals(digest(undisturbed), digest(clone));
    assertTrue(undisturbed.bus().read16(0x500) > 3, "the timer ticked");
  }

  static List<String> boards() {
    return Boards.all().stream().map(Board::name).toList();
  }

  /**
   * With a periodic RTC, a keyboard command, a diskette motor, an APIC timer and a HPET at work.
   */
  private static Machine disturbed(Machine m) {
    int[][] writes = {
      {0x70, 0x0a},
      {0x71, 0x26},
      {0x70, 0x0b},
      {0x71, 0x42}, // RTC: every 1/1024 s
      {0x64, 0xd4},
      {0x60, 0xf4}, // mouse: report
      {0x60, 0xed}, // keyboard: LEDs, whose byte has not come
      {0x3f2, 0x1c},
      {0x3f5, 0x08}, // motor of drive 0; SENSE INTERRUPT
      {0x43, 0xb6},
      {0x42, 0x33},
      {0x42, 0x05},
      {0x61, 0x03}, // speaker
      {0x0c, 0},
      {0x00, 0x34},
      {0x00, 0x12}, // an address of the DMA controller
      {0x3c4, 0x02},
      {0x3c5, 0x04},
      {0x3ce, 0x05},
      {0x3cf, 0x01}, // VGA: plane 2, write mode 1
      {0x1f6, 0xa0},
      {0x1f7, 0xec} // IDENTIFY DEVICE, with nobody there
    };
    for (int[] w : writes) {
      if (!m.ports().isFree(w[0], 1)) {
        m.ports().out(w[0], 1, w[1]);
      }
    }
    if (m.config().board().name().endsWith("hpet")) {
      m.bus().write32(Hpet.BASE + 0x100, 0x14c); // timer 0: periodic, 32 bits
      m.bus().write32(Hpet.BASE + 0x108, 1000);
      m.bus().write32(Hpet.BASE + 0x108, 1500);
      m.bus().write32(Hpet.BASE + 0x010, 3); // in place of the 8254
    }
    return m;
  }

  @Test
  void aFileGivesBackTheSameImage() throws IOException {
    Machine machine = busy();
    machine.run(77_777);
    MachineImage image = MachineImage.of(machine);
    Path file = folder.resolve("machine.img");
    MachineImageFile.write(image, file);
    MachineImage read = MachineImageFile.read(file);
    assertEquals(image.config(), read.config());
    assertEquals(image.sections(), read.sections());
    assertEquals(image.memories(), read.memories());
    assertEquals(image.digestText(), read.digestText());
    machine.run(100_000);
    Machine other = read.newMachine();
    other.run(100_000);
    assertEquals(digest(machine), digest(other));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList(), "nothing is left beside it");
    }
  }

  @Test
  void aMachineThatWasAskedToResetStillIs() {
    Machine machine = busy();
    load(machine, CODE, "b0 01 e6 92 90"); // mov al, 1; out 92h, al
    machine.run(2);
    Machine clone = MachineImage.of(machine).newMachine();
    Stop stop = clone.run(10);
    assertEquals(Stop.Reason.RESET_REQUESTED, stop.reason());
    assertEquals(ResetKind.HARD, stop.reset().orElseThrow());
  }

  @Test
  void pagesOfZerosAreNotHeldAndUnchangedOnesAreShared() {
    Machine machine = busy();
    machine.run(1000);
    MachineImage first = MachineImage.of(machine);
    PagedMemory ram = first.memory(MachineImage.RAM).orElseThrow();
    assertTrue(ram.heldPages() < 24, ram.toString());
    machine.bus().write8(0x300000, 1);
    MachineImage second = MachineImage.of(machine, first);
    PagedMemory later = second.memory(MachineImage.RAM).orElseThrow();
    assertEquals(ram.heldPages() + 1, later.heldPages());
    assertSame(ram.page(1), later.page(1));
    assertTrue(ram.isZero(0x300));
    assertTrue(ram.samePage(1, later));
    assertTrue(!ram.samePage(0x300, later));
    byte[] page = new byte[4096];
    later.read(0x300, page, 0);
    assertEquals(1, page[0]);
  }

  @Test
  void goingBackToAnImageLeavesNothingOfWhatCameLater() {
    Machine machine = busy();
    machine.run(5000);
    MachineImage image = MachineImage.of(machine);
    machine.run(100_000);
    machine.bus().write8(0x300000, 1);
    machine.bus().setReadOnly(0x1000, 0x1000, true);
    image.copyTo(machine);
    assertEquals(image.digestText(), digest(machine));
    assertEquals(List.of(), image.sections().get(0).differences(machine.sections().get(0)));
  }

  @Test
  void aTranslationThatIsHeldStaysHeld() {
    Machine machine = busy();
    // Identity tables for 4 MB at 100000h; the page 5000h is read, then its accessed bit cleared.
    for (int page = 0; page < 1024; page++) {
      machine.bus().write32(0x101000 + 4 * page, page << 12 | 3);
    }
    machine.bus().write32(0x100000, 0x101003);
    machine.cpu().cr3 = 0x100000;
    machine.cpu().cr0 = machine.cpu().cr0 | Cpu.CR0_PG | Cpu.CR0_PE;
    machine.cpu().segments[SegmentRegister.DS].limit = -1;
    machine.cpu().registersWritten(0);
    // again: mov eax, [5000h]; and byte [101014h], 0DFh; jmp again: in a 16 bit segment
    load(machine, CODE, "66 67 a1 00 50 00 00 67 80 25 14 10 10 00 df eb ef");
    machine.run(3);
    assertEquals(0, machine.bus().read32(0x101014) & 0x20, "cleared behind the TLB's back");
    Machine clone = MachineImage.of(machine).newMachine();
    machine.run(1);
    clone.run(1);
    assertEquals(0, clone.bus().read32(0x101014) & 0x20, "no walk sets it again");
    assertEquals(digest(machine), digest(clone));
  }

  @Test
  void anImageOfAnotherMachineIsRefused() {
    MachineImage image = MachineImage.of(busy());
    Machine larger = new Machine(image.config().withMemory(8 << 20));
    StateException e = assertThrows(StateException.class, () -> image.copyTo(larger));
    assertEquals(
        "machine image: expected a machine with 4194304 bytes of ram, found 8388608 bytes of ram",
        e.getMessage());
    Machine micro = new Machine(image.config().withBoard(Boards.named("micro")));
    assertThrows(StateException.class, () -> image.copyTo(micro));
  }

  @Test
  void aProcessorAnsweredByThisProcessCannotBeWritten() {
    ProcessorIdentity own = new ProcessorIdentity() {};
    MachineImage image =
        MachineImage.of(new Machine(MachineConfig.DEFAULT.withMemory(1 << 20).withIdentity(own)));
    Path file = folder.resolve("own.img");
    assertThrows(StateException.class, () -> MachineImageFile.write(image, file));
    assertTrue(Files.notExists(file));
  }

  // ---- damaged files

  private Path written() throws IOException {
    Path file = folder.resolve("damaged.img");
    MachineImageFile.write(MachineImage.of(busy()), file);
    return file;
  }

  private static ImageFormatException refused(Path file) {
    return assertThrows(ImageFormatException.class, () -> MachineImageFile.read(file));
  }

  @Test
  void everyByteIsUnderTheChecksum() throws IOException {
    Path file = written();
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at < good.length; at += at < 64 || at > good.length - 64 ? 1 : 997) {
      byte[] bad = good.clone();
      bad[at] ^= 0x10;
      Files.write(file, bad);
      String field = refused(file).field();
      String expected =
          at < 8 ? "magic" : at < 12 ? "version" : at < good.length - 40 ? "SHA-256" : field;
      assertEquals(expected, field, "byte " + at);
    }
  }

  @Test
  void aTruncatedFileIsRefusedWhereverItEnds() throws IOException {
    Path file = written();
    byte[] good = Files.readAllBytes(file);
    for (int size : new int[] {0, 7, 8, 12, 51, 52, 200, good.length / 2, good.length - 1}) {
      Files.write(file, Arrays.copyOf(good, size));
      ImageFormatException e = refused(file);
      assertEquals(size < 8 ? "magic" : "length", e.field(), e.getMessage());
    }
  }

  @Test
  void anUnknownVersionIsNamed() throws IOException {
    Path file = written();
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).putInt(8, 7);
    Files.write(file, bytes);
    ImageFormatException e = refused(file);
    assertEquals(8, e.offset());
    assertEquals(
        "machine image " + file + ": version at offset 0x8: expected 1, found 7", e.getMessage());
  }

  @Test
  void contentThatLiesIsRefusedByItsFieldAndOffset() throws Exception {
    Path file = folder.resolve("lying.img");
    byte[] image = lie(content -> content.putUtf("pc-xt"));
    Files.write(file, image);
    ImageFormatException e = refused(file);
    assertEquals("board", e.field());
    assertEquals(0, e.offset());
    assertTrue(e.getMessage().contains("expected one of pc"), e.getMessage());

    Files.write(file, lie(content -> content.putUtf("micro").putUtf("387")));
    e = refused(file);
    assertEquals("processor", e.field());
    assertEquals(7, e.offset());

    Files.write(
        file, lie(content -> content.putUtf("micro").putUtf("386").putInt(10).putLong(1 << 10)));
    assertEquals("configuration", refused(file).field(), "it ends too early");

    Files.write(
        file,
        lie(
            content -> {
              content.putUtf("micro").putUtf("386").putInt(10);
              content.putLong(1 << 20).putLong(0).putInt(0); // memory, time
              content.putInt(0).putInt(0).putInt(0); // ROMs
              content
                  .putInt(0)
                  .putInt(0)
                  .putInt(0)
                  .putBoolean(false); // lines, ports, files, kernel
              content.putInt(0).putInt(-1); // media, sections
            }));
    e = refused(file);
    assertEquals("number of sections", e.field());
    assertEquals(7 + 5 + 4 + 20 + 24 + 1 + 4, e.offset());
  }

  @Test
  void mediaAreComparedAndLinesConnectedAgain() throws IOException {
    byte[] bytes = new byte[1 << 20];
    bytes[12345] = 1;
    Fitting fitting =
        Fitting.DEFAULT
            .withMemory(1 << 20)
            .withFirmware(Firmware.NONE.withOption(new RomImage("rom", new byte[] {1, 2})))
            .withFirmwareFile("opt/org.example/a", new byte[] {3})
            .withDrives(Drives.NONE.withDisk(new MemoryImage("disk", bytes)));
    Machine machine = new Machine(MachineConfig.DEFAULT.withFitting(fitting));
    Path file = folder.resolve("media.img");
    MachineImageFile.write(MachineImage.of(machine), file);

    ImageFormatException e = refused(file);
    assertEquals("media", e.field());
    assertTrue(e.getMessage().contains("disk disk of 1048576 bytes was in"), e.getMessage());
    MachineImage read = MachineImageFile.read(file, f -> f.withDrives(fitting.drives()));
    assertEquals(fitting.firmware(), read.config().fitting().firmware());
    assertArrayEquals(
        new byte[] {3}, read.config().fitting().firmwareFiles().get("opt/org.example/a"));

    bytes[12345] = 2;
    Drives other = Drives.NONE.withDisk(new MemoryImage("disk", bytes));
    e =
        assertThrows(
            ImageFormatException.class,
            () -> MachineImageFile.read(file, f -> f.withDrives(other)));
    assertTrue(e.getMessage().contains("whose content is another"), e.getMessage());
    Drives more = fitting.drives().withFloppy(new MemoryImage("floppy", new byte[512]));
    assertThrows(
        ImageFormatException.class, () -> MachineImageFile.read(file, f -> f.withDrives(more)));
  }

  private interface Lie {
    void tell(Content content) throws IOException;
  }

  /** A frame that is right around content that is not. */
  private static byte[] lie(Lie lie) throws Exception {
    Content content = new Content();
    lie.tell(content);
    byte[] compressed = content.compressed();
    ByteBuffer file = ByteBuffer.allocate(12 + compressed.length + 40);
    file.put("BIOSGWMI".getBytes(StandardCharsets.US_ASCII)).putInt(1);
    file.put(compressed).putLong(file.capacity());
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    sha.update(file.array(), 0, file.position());
    return file.put(sha.digest()).array();
  }

  private static final class Content {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    Content putUtf(String text) throws IOException {
      out.writeUTF(text);
      return this;
    }

    Content putInt(int value) throws IOException {
      out.writeInt(value);
      return this;
    }

    Content putBoolean(boolean value) throws IOException {
      out.writeBoolean(value);
      return this;
    }

    Content putLong(long value) throws IOException {
      out.writeLong(value);
      return this;
    }

    byte[] compressed() throws IOException {
      ByteArrayOutputStream zipped = new ByteArrayOutputStream();
      try (var deflater = new DeflaterOutputStream(zipped)) {
        deflater.write(bytes.toByteArray());
      }
      return zipped.toByteArray();
    }
  }

  @Test
  void writingOverAnImageReplacesItInOneStep() throws IOException {
    Path file = folder.resolve("machine.img");
    Machine machine = busy();
    MachineImageFile.write(MachineImage.of(machine), file);
    byte[] former = Files.readAllBytes(file);
    machine.run(1000);
    MachineImage later = MachineImage.of(machine);
    MachineImageFile.write(later, file);
    assertEquals(later.digestText(), MachineImageFile.read(file).digestText());
    // An image that cannot be written leaves the former one as it is.
    ProcessorIdentity own = new ProcessorIdentity() {};
    MachineImage other =
        new MachineImage(later.config().withIdentity(own), later.sections(), later.memories());
    Files.write(file, former);
    assertThrows(StateException.class, () -> MachineImageFile.write(other, file));
    assertArrayEquals(former, Files.readAllBytes(file));
  }
}
