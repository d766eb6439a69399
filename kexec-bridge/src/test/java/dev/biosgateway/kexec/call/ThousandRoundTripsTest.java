package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.kexec.load.PageFrames;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.MachineState;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.state.Section;
import java.io.ByteArrayOutputStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Round trips with programs nobody wrote: the machine is as before, declared outputs aside. */
class ThousandRoundTripsTest {
  /** On each of two boards. */
  private static final int ROUNDS = 500;

  /** Page frames that are in use already, here and there. */
  private static final int HOLES = 200;

  private static final Register[] POINTERS = {Register.DS, Register.ES, Register.FS, Register.GS};
  private static final Register[] OFFSETS = {Register.SI, Register.DI, Register.BX, Register.DX};

  /** Registers of every device of the board. */
  private static final int[] PORTS = {
    0x20, 0x21, 0xa0, 0xa1, 0x40, 0x41, 0x42, 0x43, 0x61, 0x70, 0x71, 0x80, 0x92, 0x3c0, 0x3c4,
    0x3c5, 0x3c8, 0x3c9, 0x3ce, 0x3cf, 0x3d4, 0x3d5, 0x3f8, 0x3f9, 0x3fb, 0x3fc, 0x1ce, 0x1cf,
    0xcf8, 0xcfc, 0x4d0, 0x4d1, 0xf0
  };

  /** Registers that keep what is written, of devices that only larger boards have. */
  private static final int[] LARGER = {
    0x1f2, 0x1f3, 0x1f4, 0x1f5, 0x172, 0x173, 0x3f6, 0x00, 0x02, 0x0b, 0x0f, 0xd6, 0x87, 0x278,
    0x378, 0x60
  };

  private static final int LOCAL_APIC = 0xfee00000;
  private static final int[] APIC_REGISTERS = {0x80, 0xd0, 0x320, 0x350, 0x360, 0x370, 0x3e0};
  private static final int IO_APIC = 0xfec00000;

  private final Random random = new Random(2008);

  /** Of main memory; every so often of the memory of devices too, which is four times as much. */
  private static long digest(Machine machine, int round) {
    CRC32 crc = new CRC32();
    crc.update(machine.bus().ram);
    if (round % 25 == 0) {
      machine.bus().blocks().forEach(block -> crc.update(block.bytes));
    }
    return crc.getValue();
  }

  /** Some harmless work with memory, stack and ports, then RETF; or bytes of no meaning. */
  private byte[] program() {
    byte[] noise = new byte[64 + random.nextInt(400)];
    random.nextBytes(noise);
    if (random.nextInt(4) == 0) {
      return noise;
    }
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (int i = random.nextInt(60); i >= 0; i--) {
      int value = random.nextInt(0x10000);
      int port = PORTS[random.nextInt(PORTS.length)];
      switch (random.nextInt(6)) {
        case 0 -> emit(code, 0xb8, value, value >> 8); // MOV AX, iw
        case 1 -> emit(code, 0xba, port, port >> 8, 0xee); // MOV DX, iw; OUT DX, AL
        case 2 -> emit(code, 0xba, port, port >> 8, 0xec); // MOV DX, iw; IN AL, DX
        case 3 -> emit(code, 0x26, 0xa3, value, value >> 8); // MOV ES:[iw], AX
        case 4 -> emit(code, 0x50, 0x40, 0x9c, 0x9d, 0x5b); // PUSH INC PUSHF POPF POP
        default -> emit(code, 0xcd, 0x11); // INT 11h
      }
    }
    emit(code, 0xcb);
    return code.toByteArray();
  }

  private static void emit(ByteArrayOutputStream code, int... bytes) {
    for (int b : bytes) {
      code.write(b);
    }
  }

  /** Frames of calls lie elsewhere than in a machine that was just powered on. */
  private void scatter(PageFrames frames) {
    for (int i = 0; i < HOLES; i++) {
      frames.allocate(random.nextInt(frames.total()) << 12, frame -> true);
    }
  }

  /** Other states of IDE, DMA, keyboard controller and APICs. */
  private void changeLargerBoard(Machine machine) {
    for (int i = 0; i < 3; i++) {
      machine.ports().out(LARGER[random.nextInt(LARGER.length)], 1, random.nextInt(256));
    }
    int register = APIC_REGISTERS[random.nextInt(APIC_REGISTERS.length)];
    machine.bus().write32(LOCAL_APIC + register, random.nextInt() & 0x100ff | 0x10000);
    machine.bus().write32(IO_APIC, 0x10 + random.nextInt(48));
    machine.bus().write32(IO_APIC + 0x10, random.nextInt() & 0xaff | 0x10000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pc", "pc-i440fx"})
  void aThousandRandomCallsLeaveMemoryAndDevicesAsTheyWere(String board) {
    Map<StopReason, Integer> stops = new EnumMap<>(StopReason.class);
    MachineConfig config = MachineConfig.DEFAULT.withBoard(Boards.named(board)).withMemory(4 << 20);
    try (BridgeMachine bridge = new BridgeMachine(config, PagingMode.PAE)) {
      Machine machine = bridge.machine();
      scatter(bridge.host().frames());
      for (int round = 0; round < ROUNDS; round++) {
        // Another state of memory and devices, and another place for the program.
        for (int i = 0; i < 4; i++) {
          machine.ports().out(PORTS[13 + random.nextInt(13)], 1, random.nextInt(256));
        }
        if (!"pc".equals(board)) {
          changeLargerBoard(machine);
        }
        int segment = 0x2000 + random.nextInt(0x6000);
        machine.bus().load(segment << 4, program());
        bridge.keep();
        CallRequest.Builder request = CallRequest.builder().budget(3000);
        int buffers = random.nextInt(POINTERS.length);
        for (int i = 0; i < buffers; i++) {
          request.buffer("b" + i, POINTERS[i], OFFSETS[i], 1 + random.nextInt(9000));
        }
        long before = digest(machine, round);
        List<Section> sections = machine.sections();
        CallResult result =
            bridge.call(new CallTarget.FarCall(new FarPointer(segment, 0)), request.build());
        stops.merge(result.stop(), 1, Integer::sum);
        String what = "round " + round + ", " + result;
        assertEquals(List.of(), MachineState.differences(sections, machine.sections()), what);
        assertEquals(before, digest(machine, round), what);
      }
    }
    assertTrue(stops.getOrDefault(StopReason.RETURNED, 0) > ROUNDS / 3, stops::toString);
    assertTrue(stops.size() >= 3, () -> "ends of many kinds: " + stops);
  }
}
