package dev.biosgateway.plugins.system;

import static dev.biosgateway.api.Register.AH;
import static dev.biosgateway.api.Register.AL;
import static dev.biosgateway.api.Register.AX;
import static dev.biosgateway.api.Register.BX;
import static dev.biosgateway.api.Register.CX;
import static dev.biosgateway.api.Register.DI;
import static dev.biosgateway.api.Register.DX;
import static dev.biosgateway.api.Register.EAX;
import static dev.biosgateway.api.Register.EBX;
import static dev.biosgateway.api.Register.ECX;
import static dev.biosgateway.api.Register.EDX;
import static dev.biosgateway.api.Register.ES;
import static dev.biosgateway.api.Register.SI;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.BufferPointer;
import dev.biosgateway.api.CallBuffer;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Register;
import dev.biosgateway.testkit.bare.BareGateway;
import dev.biosgateway.testkit.bare.BareMachine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** INT 11h, INT 12h and INT 15h: what there is, how much memory, A20, moving blocks, waiting. */
@BareMachine(memory = 32)
class MemoryServicesTest {
  private static final long SMAP = 0x534d4150L;
  private static final int MEMORY = 1;
  private static final int RESERVED = 2;

  /** Memory nobody uses; where A20 closed would lead a megabyte lower. */
  private static final long ODD_MEGABYTE = 0x1900000;

  private Services services;

  @BeforeEach
  void mapRom(BareGateway gateway) {
    services = new Services(gateway);
  }

  private record Range(long base, long length, int type) {}

  private CallResult memoryMap(long continuation, int size, long signature) {
    byte[] before = new byte[32];
    Arrays.fill(before, (byte) 0xcc);
    return services.call(
        0x15,
        0xe820,
        call ->
            call.register(EBX, continuation)
                .register(ECX, size)
                .register(EDX, signature)
                .buffer(
                    CallBuffer.of("range", new BufferPointer.Far(ES, DI), before.length, before)));
  }

  @ParameterizedTest
  @CsvSource({"20, 20", "23, 20", "24, 24", "32, 24"})
  void memoryMapIsWalked(int size, int stored) {
    List<Range> map = new ArrayList<>();
    long continuation = 0;
    do {
      CallResult result = memoryMap(continuation, size, SMAP);
      assertFalse(result.registers().carry(), result::toString);
      assertEquals(SMAP, result.get(EAX));
      assertEquals(stored, result.get(ECX));
      ByteBuffer range = ByteBuffer.wrap(result.buffer("range")).order(ByteOrder.LITTLE_ENDIAN);
      map.add(new Range(range.getLong(), range.getLong(), range.getInt()));
      assertEquals(stored == 24 ? 1 : 0xcccccccc, range.getInt(), "attributes");
      assertEquals(0xccccccccccccccccL, range.getLong(), "behind the buffer");
      continuation = result.get(EBX);
    } while (continuation != 0 && map.size() < 100);

    assertEquals(
        List.of(
            new Range(0, 0xa0000, MEMORY),
            new Range(0xf0000, 0x10000, RESERVED),
            new Range(0x100000, 31 << 20, MEMORY)),
        map);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 19, 534D4150", // the buffer is too small
    "0, 20, 50414D53", // the signature the wrong way round
    "4, 20, 534D4150", // behind the last range
    "80000000, 20, 534D4150"
  })
  void memoryMapRefuses(String continuation, int size, String signature) {
    CallResult result =
        memoryMap(Long.parseLong(continuation, 16), size, Long.parseLong(signature, 16));

    assertTrue(result.registers().carry());
    assertEquals(Services.UNSUPPORTED, result.get(AH));
    assertEquals((byte) 0xcc, result.buffer("range")[0]);
  }

  @Test
  void sizesOfMemory() {
    assertEquals(640, services.call(0x12, 0).get(AX));
    CallResult kib = services.call(0x15, 0x8800);
    assertFalse(kib.registers().carry());
    assertEquals(31 * 1024, kib.get(AX));

    CallResult both = services.call(0x15, 0xe801);
    assertFalse(both.registers().carry());
    assertEquals(
        List.of(15L * 1024, 16L * 16, 15L * 1024, 16L * 16),
        List.of(both.get(AX), both.get(BX), both.get(CX), both.get(DX)));
  }

  @Test
  void equipmentHasTheCoprocessor() {
    assertEquals(2, services.call(0x11, 0).get(AX) & 2);
  }

  @Test
  void a20IsSwitchedAndTold() {
    assertEquals(0x0001, services.call(0x15, 0x2402).get(AX), "open when the machine starts");
    assertEquals(0x0000, services.call(0x15, 0x2400).get(AX));
    assertEquals(0x0000, services.call(0x15, 0x2402).get(AX));
    assertEquals(0x0001, services.call(0x15, 0x2401).get(AX));
    assertEquals(0x0001, services.call(0x15, 0x2402).get(AX));
    assertEquals(0x0002, services.call(0x15, 0x2403).get(BX), "port 92h");
  }

  /** Source is this ROM; the destination, behind the table in its buffer, a first call tells. */
  @Test
  void blockIsMoved() {
    long rom = services.call(0x15, 0xc000).get(ES) << 4;
    byte[] table = new byte[48 + 1024];
    describe(table, 0x10, rom);
    describe(table, 0x18, rom);
    long address = move(table, 0).registers().pointer(ES, SI).linear();
    describe(table, 0x18, address + 48);

    CallResult moved = move(table, 512);
    assertFalse(moved.registers().carry());
    assertEquals(0, moved.get(AH));
    assertEquals(0x40, moved.get(Register.EFLAGS) & 0x40, "ZF");
    byte[] after = moved.buffer("table");
    assertArrayEquals(services.peek(rom, 1024), Arrays.copyOfRange(after, 48, 48 + 1024));
    assertEquals(0xaa55, (after[49] & 0xff) << 8 | after[48] & 0xff);
  }

  /** An exception in protected mode is what AH=02h says, and the machine goes on. */
  @ParameterizedTest
  @CsvSource({"8001, FFFF, 93", "0001, FFFF, 13", "0001, FFFF, 9B", "0100, 01FE, 93"})
  void blockThatCannotBeMovedIsRefused(String words, String limit, String access) {
    byte[] table = new byte[48 + 1024];
    describe(table, 0x10, 0x100000);
    describe(table, 0x18, 0x100000);
    ByteBuffer destination = ByteBuffer.wrap(table, 0x18, 8).order(ByteOrder.LITTLE_ENDIAN);
    destination.putShort((short) Integer.parseInt(limit, 16));
    table[0x18 + 5] = (byte) Integer.parseInt(access, 16);

    CallResult refused = move(table, Integer.parseInt(words, 16));
    assertTrue(refused.registers().carry());
    assertEquals(2, refused.get(AH));
    assertEquals(0, refused.get(Register.EFLAGS) & 0x40, "ZF");
    assertEquals(640, services.call(0x12, 0).get(AX));
  }

  /** Above 1 MiB as well, at an odd megabyte, with A20 closed before and after. */
  @Test
  void blockIsMovedPastTheFirstMegabyte() {
    byte[] data = new byte[64];
    new Random(20).nextBytes(data);
    services.poke(ODD_MEGABYTE, data);
    services.call(0x15, 0x2400);
    byte[] table = new byte[48];
    describe(table, 0x10, ODD_MEGABYTE);
    describe(table, 0x18, ODD_MEGABYTE + 64);

    assertFalse(move(table, 32).registers().carry());
    assertArrayEquals(data, services.peek(ODD_MEGABYTE + 64, 64));
    assertEquals(0x0000, services.call(0x15, 0x2402).get(AX));
  }

  private CallResult move(byte[] table, int words) {
    return services.call(
        0x15,
        0x8700,
        call ->
            call.register(CX, words)
                .buffer(
                    CallBuffer.of("table", new BufferPointer.Far(ES, SI), table.length, table)));
  }

  /** A descriptor as the caller of AH=87h writes it: data, 64 KiB. */
  private static void describe(byte[] table, int at, long base) {
    ByteBuffer descriptor = ByteBuffer.wrap(table, at, 8).order(ByteOrder.LITTLE_ENDIAN);
    descriptor.putShort((short) 0xffff);
    descriptor.putInt((int) (base & 0xffffff | 0x93000000L));
    descriptor.put((byte) 0);
    descriptor.put((byte) (base >> 24));
  }

  @Test
  void configurationIsThatOfAnAt() {
    CallResult result = services.call(0x15, 0xc000);
    assertFalse(result.registers().carry());
    assertEquals(0, result.get(AH));
    byte[] table = services.peek(result.registers().pointer(ES, BX).linear(), 10);
    assertArrayEquals(new byte[] {8, 0, (byte) 0xfc, 1, 0, 0x60, 0, 0, 0, 0}, table);
  }

  /** Virtual time follows instructions: twice the wait takes twice as many of them. */
  @Test
  void waitLastsAsLongAsItSays() {
    double once = waited(40_000);
    double twice = waited(80_000);
    double thrice = waited(120_000);

    assertEquals(2.0, twice / once, 0.02);
    assertEquals(3.0, thrice / once, 0.02);
  }

  private long waited(int microseconds) {
    CallResult result =
        services.call(
            0x15,
            0x8600,
            call -> call.register(CX, microseconds >>> 16).register(DX, microseconds & 0xffff));
    assertFalse(result.registers().carry());
    return result.instructions();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0x0000, 0x2404, 0x4100, 0x4f1e, 0x5300, 0x8300, 0xc100, 0xd800, 0xe800, 0xe881})
  void unknownServiceSaysSo(int ax) {
    CallResult result = services.call(0x15, ax);
    assertTrue(result.registers().carry());
    assertEquals(Services.UNSUPPORTED, result.get(AH));
    assertEquals(ax & 0xff, result.get(AL));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x9002, 0x91fe})
  void nobodyWaitsForDevices(int ax) {
    CallResult result = services.call(0x15, ax);
    assertFalse(result.registers().carry());
    assertEquals(0, result.get(AH));
  }
}
