package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.BufferPointer;
import dev.biosgateway.api.CallBuffer;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.Media;
import dev.biosgateway.x86.media.CdImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** INT 11h to 1Ah of SeaBIOS on devices with media in them, each behind a kexec jump of its own. */
class FirmwareDeviceServicesTest {
  private static final int SECTOR = 512;
  private static final int FLOPPY = 1_474_560;
  private static final int HEADS = 16;
  private static final int SECTORS = 63;
  private static final int CYLINDERS = 20;
  private static final int CD_BLOCKS = 400;

  /** Writes "!" to port E9h and halts for good. */
  private static final String BOOT_CODE = "b021e6e9faf4";

  @TempDir static Path folder;

  private static FirmwareMachine bios;
  private static Path disk;

  @BeforeAll
  static void powerOn() throws IOException {
    byte[] floppy = numbered(FLOPPY, SECTOR);
    byte[] code = HexFormat.of().parseHex(BOOT_CODE);
    System.arraycopy(code, 0, floppy, 0, code.length);
    floppy[510] = 0x55;
    floppy[511] = (byte) 0xaa;
    disk = Files.write(folder.resolve("disk"), numbered(CYLINDERS * HEADS * SECTORS * 512, SECTOR));
    bios =
        new FirmwareMachine(
            new Media(
                List.of(Files.write(folder.resolve("floppy"), floppy)),
                List.of(disk),
                List.of(
                    Files.write(
                        folder.resolve("cd"),
                        numbered(CD_BLOCKS * CdImage.BLOCK, CdImage.BLOCK)))));
  }

  @AfterAll
  static void powerOff() {
    if (bios != null) {
      bios.close();
    }
  }

  /** Every double word is the number of its block. */
  private static byte[] numbered(int size, int block) {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putInt(bytes.position() / block);
    }
    return bytes.array();
  }

  private static byte[] block(int number, int size) {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putInt(number);
    }
    return bytes.array();
  }

  private static UnaryOperator<CallRequest.Builder> read(int cx, int dx) {
    return call ->
        call.register(Register.AX, 0x0201)
            .register(Register.CX, cx)
            .register(Register.DX, dx)
            .buffer("data", Register.ES, Register.BX, SECTOR);
  }

  @Test
  void equipmentAndMemoryAreCounted() {
    int equipment = bios.ax(0x11, 0);
    assertEquals(1, equipment & 1, "a floppy drive");
    assertEquals(1, equipment >>> 9 & 7, "a serial port");
    assertEquals(1, equipment >>> 14, "a printer");
    assertEquals(639, bios.ax(0x12, 0));
  }

  @Test
  void sectorsOfTheDisketteAreReadByCylinderHeadAndSector() {
    CallResult result = bios.call(0x13, read(0x0203, 0x0100)); // cylinder 2, head 1, sector 3
    assertEquals(0, result.get(Register.EFLAGS) & FirmwareMachine.CARRY, result::toString);
    assertArrayEquals(block((2 * 2 + 1) * 18 + 2, SECTOR), result.buffer("data"));
    CallResult geometry =
        bios.call(0x13, call -> call.register(Register.AX, 0x0800).register(Register.DX, 0));
    assertEquals(0x4f12, geometry.get(Register.CX), "80 cylinders, 18 sectors");
    assertEquals(0x0101, geometry.get(Register.DX), "2 heads, 1 drive");
    assertEquals(4, geometry.get(Register.BL), "1.44 MB");
  }

  @Test
  void sectorsOfTheDiskAreReadBothWays() {
    CallResult result = bios.call(0x13, read(0x0105, 0x0280)); // cylinder 1, head 2, sector 5
    int number = (HEADS + 2) * SECTORS + 4;
    assertArrayEquals(block(number, SECTOR), result.buffer("data"));

    CallResult there =
        bios.call(
            0x13,
            call ->
                call.register(Register.AX, 0x4100)
                    .register(Register.BX, 0x55aa)
                    .register(Register.DX, 0x80));
    assertEquals(0xaa55, there.get(Register.BX), "EDD");
    CallResult parameters =
        bios.call(
            0x13,
            call ->
                call.register(Register.AX, 0x4800)
                    .register(Register.DX, 0x80)
                    .buffer(far("info", Register.DS, Register.SI, header(30, 30))));
    ByteBuffer info = ByteBuffer.wrap(parameters.buffer("info")).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(CYLINDERS * HEADS * SECTORS, info.getLong(16));
    assertEquals(SECTOR, info.getShort(24));
    // The packet's buffer at 0000:7000 would be firmware's business; it is rolled back as all is.
    CallResult extended = bios.call(0x13, extended(0x80, 4321, 0x7000));
    assertEquals(0, extended.get(Register.AH), extended::toString);
  }

  private static CallBuffer far(String name, Register segment, Register offset, byte[] content) {
    BufferPointer pointer = new BufferPointer.Far(segment, offset);
    return CallBuffer.of(name, pointer, content.length, content);
  }

  private static byte[] header(int size, int length) {
    byte[] bytes = new byte[size];
    bytes[0] = (byte) length;
    return bytes;
  }

  private static UnaryOperator<CallRequest.Builder> extended(int drive, int block, int offset) {
    ByteBuffer packet = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    packet.putShort((short) 16).putShort((short) 1).putShort((short) offset).putShort((short) 0);
    packet.putLong(block);
    return call ->
        call.register(Register.AX, 0x4200)
            .register(Register.DX, drive)
            .buffer(far("packet", Register.DS, Register.SI, packet.array()));
  }

  @Test
  void blocksOfTheCdAreReadByEdd() {
    int cd = cdDrive();
    CallResult good = bios.call(0x13, extended(cd, CD_BLOCKS - 1, 0x7000));
    assertEquals(0, good.get(Register.EFLAGS) & FirmwareMachine.CARRY, good::toString);
    CallResult beyond = bios.call(0x13, extended(cd, CD_BLOCKS, 0x7000));
    assertEquals(1, beyond.get(Register.EFLAGS) & FirmwareMachine.CARRY, beyond::toString);
  }

  /**
   * CDs have the last numbers of drives: the one for which EDD says that blocks have 2048 bytes.
   */
  private static int cdDrive() {
    for (int drive = 0xe0; drive < 0xf0; drive++) {
      int number = drive;
      CallResult parameters =
          bios.call(
              0x13,
              call ->
                  call.register(Register.AX, 0x4800)
                      .register(Register.DX, number)
                      .buffer(far("info", Register.DS, Register.SI, header(30, 30))));
      boolean known = (parameters.get(Register.EFLAGS) & FirmwareMachine.CARRY) == 0;
      ByteBuffer info = ByteBuffer.wrap(parameters.buffer("info")).order(ByteOrder.LITTLE_ENDIAN);
      if (known && info.getShort(24) == CdImage.BLOCK) {
        return drive;
      }
    }
    return Assertions.fail("no drive has blocks of 2048 bytes");
  }

  @Test
  void whatACallWritesNeitherStaysNorReachesTheFile() throws IOException {
    byte[] before = Files.readAllBytes(disk);
    byte[] data = new byte[SECTOR];
    Arrays.fill(data, (byte) 0xee);
    CallResult written =
        bios.call(
            0x13,
            call ->
                call.register(Register.AX, 0x0301)
                    .register(Register.CX, 1)
                    .register(Register.DX, 0x80)
                    .buffer(far("data", Register.ES, Register.BX, data)));
    assertEquals(0, written.get(Register.AH), written::toString);
    assertArrayEquals(block(0, SECTOR), bios.call(0x13, read(1, 0x80)).buffer("data"));
    assertArrayEquals(before, Files.readAllBytes(disk));
  }

  @Test
  void theSerialPortSendsAndHasNothingToRead() {
    assertEquals(0x60, bios.ax(0x14, 0x00e3) >>> 8 & 0x60, "9600 8N1: the transmitter is empty");
    CallResult sent = bios.call(0x14, 0x0100 | 'S');
    assertEquals(0, sent.get(Register.AH) & 0x80, "no timeout");
    assertEquals(0, bios.ax(0x14, 0x0300) >>> 8 & 1, "no character waits");
  }

  @Test
  void thePrinterPrints() {
    assertEquals(0x10, bios.ax(0x17, 0x0050) >>> 8 & 0x19, "selected, no error, no timeout");
    assertEquals(0x90, bios.ax(0x17, 0x0200) >>> 8, "not busy");
  }

  @Test
  void theKeyboardServesKeysThatProgramsPutThere() {
    assertEquals(0x40, bios.call(0x16, 0x0100).get(Register.EFLAGS) & 0x40, "ZF: no key");
    CallResult stored =
        bios.call(0x16, call -> call.register(Register.AX, 0x0500).register(Register.CX, 0x1e61));
    assertEquals(0, stored.get(Register.AL));
    assertEquals(0, bios.ax(0x16, 0x0200) & 0xff, "no shift key is down");
  }

  @Test
  void theClockAndPciAnswer() {
    CallResult date = bios.call(0x1a, 0x0400);
    assertEquals(0x2000, date.get(Register.CX));
    assertEquals(0x0101, date.get(Register.DX));
    assertEquals(0, bios.call(0x1a, 0x0200).get(Register.CH), "midnight");
    CallResult bridge =
        bios.call(
            0x1a,
            call ->
                call.register(Register.AX, 0xb102)
                    .register(Register.CX, 0x7010)
                    .register(Register.DX, 0x8086)
                    .register(Register.SI, 0));
    assertEquals(0x0009, bridge.get(Register.BX), "IDE of the PIIX3: device 1, function 1");
    CallResult register =
        bios.call(
            0x1a,
            call ->
                call.register(Register.AX, 0xb10a)
                    .register(Register.BX, 0x0009)
                    .register(Register.DI, 0));
    assertEquals(0x70108086L, register.get(Register.ECX));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x18, 0x19})
  void theBootServicesBootWhatIsNext(int vector) {
    CallResult result = bios.attempt(vector, call -> call.budget(50_000_000));
    assertEquals(StopReason.HALTED, result.stop(), result::toString);
    assertTrue(result.console().endsWith("!"), "the boot sector ran");
  }

  @Test
  void mediaThatAreNotThereAreNamed() {
    Path missing = folder.resolve("missing");
    InvalidRequestException e =
        Assertions.assertThrows(
            InvalidRequestException.class,
            () -> new FirmwareMachine(new Media(List.of(), List.of(missing), List.of())));
    assertTrue(e.getMessage().contains(missing.toString()), e::getMessage);
  }
}
