package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.media.MemoryImage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Routines that have the board's own bus masters write where their policy forbids: memory to memory
 * by the 8237A, a sector of a disk by the PIIX3. Rules hold what they move, and rollback takes it
 * back.
 */
class HostileDmaTest {
  private static final CallTarget CODE = new CallTarget.FarCall(new FarPointer(0x3000, 0));
  private static final int CODE_AT = 0x30000;
  private static final int SOURCE = 0x7000;
  private static final int VICTIM = 0x500;
  private static final byte SECRET = 0x5c;

  private static final int BUS_MASTER = 0xc000;

  private final ByteArrayOutputStream code = new ByteArrayOutputStream();
  private BridgeMachine machine;

  @BeforeEach
  void powerOn() {
    byte[] disk = new byte[1 << 20];
    Arrays.fill(disk, 0, 512, SECRET);
    Fitting fitting =
        Fitting.DEFAULT
            .withMemory(4 << 20)
            .withDrives(Drives.NONE.withDisk(new MemoryImage("secret", disk)));
    machine =
        new BridgeMachine(
            MachineConfig.DEFAULT.withBoard(Boards.named("pc-i440fx")).withFitting(fitting),
            PagingMode.PAE);
    byte[] source = new byte[16];
    Arrays.fill(source, SECRET);
    machine.machine().bus().load(SOURCE, source);
  }

  @AfterEach
  void powerOff() {
    machine.close();
  }

  private void emit(int... bytes) {
    for (int b : bytes) {
      code.write(b);
    }
  }

  /** MOV DX, port; MOV AL, value; OUT DX, AL. */
  private void out(int port, int value) {
    emit(0xba, port, port >> 8, 0xb0, value, 0xee);
  }

  /** MOV DX, port; MOV EAX, value; OUT DX, EAX. */
  private void out32(int port, int value) {
    emit(0xba, port, port >> 8, 0x66, 0xb8);
    emit(value, value >> 8, value >> 16, value >> 24, 0x66, 0xef);
  }

  /** XOR AX, AX; MOV ES, AX; MOV AX, ES:[VICTIM]; RETF. */
  private void answerWithTheVictim() {
    emit(0x31, 0xc0, 0x8e, 0xc0, 0x26, 0xa1, VICTIM, VICTIM >> 8, 0xcb);
    machine.machine().bus().load(CODE_AT, code.toByteArray());
    machine.keep();
  }

  /** Channel 0 reads, channel 1 writes, a software request starts them (8237A data sheet). */
  private void memoryToMemory() {
    out(0xd6, 0xc0); // channel 4: cascade, not masked
    out(0xd4, 0x00);
    out(0x08, 0x01); // memory to memory
    out(0x0c, 0);
    out(0x00, SOURCE & 0xff);
    out(0x00, SOURCE >> 8);
    out(0x87, 0);
    out(0x02, VICTIM & 0xff);
    out(0x02, VICTIM >> 8);
    out(0x83, 0);
    out(0x03, 15);
    out(0x03, 0);
    out(0x0b, 0x88); // channel 0: block, read
    out(0x0b, 0x85); // channel 1: block, write
    out(0x09, 0x04); // request channel 0
    emit(0x90, 0x90, 0x90, 0x90);
    answerWithTheVictim();
  }

  /** READ DMA of one sector into memory, by a descriptor at SOURCE (82371SB data sheet). */
  private void readSector(int into) {
    machine.machine().bus().load(SOURCE, new byte[] {(byte) into, (byte) (into >> 8), 0, 0, 0, 2});
    machine.machine().bus().load(SOURCE + 6, new byte[] {0, (byte) 0x80});
    out32(0xcf8, 0x80000000 | 1 << 11 | 1 << 8 | 4);
    out(0xcfc, 0x05); // I/O space and bus master
    out32(BUS_MASTER + 4, SOURCE);
    out(BUS_MASTER, 0x08); // into memory
    out(BUS_MASTER + 2, 0x06);
    out(0x1f6, 0xe0);
    out(0x1f2, 1);
    out(0x1f3, 0);
    out(0x1f4, 0);
    out(0x1f5, 0);
    out(0x1f7, 0xc8);
    out(BUS_MASTER, 0x09);
    emit(0xba, 0x02, 0xc0, 0xec, 0xa8, 0x04, 0x74, 0xfb); // until it has interrupted
    answerWithTheVictim();
  }

  private CallResult call(String... rules) {
    CallRequest.Builder request = CallRequest.builder().budget(1_000_000);
    if (rules.length > 0) {
      request.policy(CallPolicy.parse(CallPolicy.CALLER, List.of(rules)));
    }
    return machine.call(CODE, request.build());
  }

  private void assertHeld() {
    WholeState before = WholeState.of(machine.machine());
    CallResult free = call();
    assertTrue(free.returned(), free::toString);
    assertEquals(SECRET << 8 | SECRET, free.get(Register.AX), "it has moved something");
    before.assertSame(WholeState.of(machine.machine()), false);
    CallResult denied = call("deny memory 0x500-0x5ff");
    assertEquals(StopReason.POLICY, denied.stop(), denied::toString);
    assertTrue(denied.reason().contains("write to memory 0x00000500"), denied.reason());
    before.assertSame(WholeState.of(machine.machine()), false);
    CallResult source = call("deny memory 0x7000-0x700f");
    assertEquals(StopReason.POLICY, source.stop(), source::toString);
    assertTrue(source.reason().contains("read of memory 0x00007000"), source.reason());
    before.assertSame(WholeState.of(machine.machine()), false);
  }

  @Test
  void memoryToMemoryOfTheDmaControllerIsHeldByRulesAndRolledBack() {
    memoryToMemory();
    assertHeld();
  }

  @Test
  void theBusMasterOfTheDisksIsHeldByRulesAndRolledBack() {
    readSector(VICTIM);
    assertHeld();
  }

  @Test
  void whatIsMovedCountsForTheQuotaOfMemory() {
    readSector(0x4f00); // and 256 bytes of the next page
    CallResult result = call("quota memory 4K");
    assertEquals(StopReason.POLICY, result.stop(), result::toString);
    assertTrue(result.reason().contains("quota of 4096 bytes"), result.reason());
  }
}
