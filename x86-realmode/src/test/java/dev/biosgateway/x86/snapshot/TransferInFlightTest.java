package dev.biosgateway.x86.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.MachineState;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.media.MemoryImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A machine that is saved while a drive moves data goes on from its file to the very same end as
 * the one that was never interrupted, and the data are all there.
 */
class TransferInFlightTest {
  private static final int CODE = 0x1000;
  private static final int IDLE = 0x1100;
  private static final int DESCRIPTORS = 0x8000;
  private static final int BUFFER = 0x20000;
  private static final int BYTES = 16 * 512;
  private static final byte[] NOISE = new byte[1_474_560];
  private static final int PRIMARY = 0x1f0;
  private static final int SECONDARY = 0x170;
  private static final int BUS_MASTERS = 0xc000;

  static {
    new Random(8).nextBytes(NOISE);
  }

  @TempDir Path folder;

  /** What is on its way: how it starts, and how to see that it is under way. */
  private enum Transfer {
    FLOPPY_BY_DMA {
      @Override
      void start(Machine m) {
        outs(m, 0x3f2, 0x18, 0x3f2, 0x1c);
        m.run(200_000);
        for (int drive = 0; drive < 4; drive++) {
          outs(m, 0x3f5, 0x08);
          m.ports().in(0x3f5, 1);
          m.ports().in(0x3f5, 1);
        }
        outs(m, 0x3f7, 0, 0x3f5, 0x03, 0x3f5, 0xdf, 0x3f5, 0x02, 0x3f5, 0x07, 0x3f5, 0x00);
        m.run(1_000_000);
        outs(m, 0x3f5, 0x08);
        m.ports().in(0x3f5, 1);
        m.ports().in(0x3f5, 1);
        outs(m, 0xd6, 0xc0, 0xd4, 0, 0x0a, 6, 0x0c, 0, 0x0b, 0x46, 0x81, BUFFER >> 16);
        outs(m, 0x04, 0, 0x04, 0, 0x05, BYTES - 1 & 0xff, 0x05, BYTES - 1 >> 8, 0x0a, 2);
        for (int b : new int[] {0xe6, 0, 0, 0, 1, 2, 18, 0x1b, 0xff}) {
          outs(m, 0x3f5, b);
        }
      }
    },
    DISK_READ_BY_PIO {
      @Override
      void start(Machine m) {
        lba28(m, PRIMARY, 0x20);
        poll(m, PRIMARY, 256, "6d");
      }
    },
    DISK_READ_MULTIPLE_BY_PIO {
      @Override
      void start(Machine m) {
        outs(m, PRIMARY + 2, 4, PRIMARY + 6, 0xe0, PRIMARY + 7, 0xc6);
        m.run(100_000);
        lba28(m, PRIMARY, 0xc4);
        poll(m, PRIMARY, 4 * 256, "6d");
      }
    },
    DISK_WRITE_BY_PIO {
      @Override
      void start(Machine m) {
        m.bus().load(BUFFER, Arrays.copyOfRange(NOISE, BYTES, 2 * BYTES));
        lba28(m, PRIMARY, 0x30);
        poll(m, PRIMARY, 256, "6f");
      }

      @Override
      boolean isUnderWay(Machine m) {
        return m.cpu().gpr[Cpu.ESI] >= BYTES / 2;
      }

      @Override
      boolean isDone(Machine m) {
        return m.cpu().gpr[Cpu.ESI] == BYTES;
      }

      /** The medium has them: read back by the next command. */
      @Override
      void finish(Machine m) {
        m.bus().load(BUFFER, new byte[BYTES]);
        lba28(m, PRIMARY, 0x20);
        poll(m, PRIMARY, 256, "6d");
      }

      @Override
      byte[] expected() {
        return Arrays.copyOfRange(NOISE, BYTES, 2 * BYTES);
      }
    },
    DISK_BY_BUS_MASTER {
      @Override
      void start(Machine m) {
        busMaster(m, BUS_MASTERS);
        lba28(m, PRIMARY, 0xc8);
        outs(m, BUS_MASTERS, 0x09);
      }

      /** What was asked for comes a while later, and all at once. */
      @Override
      boolean isUnderWay(Machine m) {
        return true;
      }
    },
    CD_BY_PIO {
      @Override
      void start(Machine m) {
        packet(m, 0);
        poll(m, SECONDARY, 1024, "6d");
      }
    },
    CD_BY_BUS_MASTER {
      @Override
      void start(Machine m) {
        busMaster(m, BUS_MASTERS + 8);
        packet(m, 1);
        outs(m, BUS_MASTERS + 8, 0x09);
      }

      /** What was asked for comes a while later, and all at once. */
      @Override
      boolean isUnderWay(Machine m) {
        return true;
      }
    };

    abstract void start(Machine m);

    boolean isUnderWay(Machine m) {
      byte[] half = Arrays.copyOf(expected(), BYTES / 2);
      return Arrays.equals(half, memory(m, BYTES / 2));
    }

    boolean isDone(Machine m) {
      return Arrays.equals(expected(), memory(m, BYTES));
    }

    /** What shows the outcome. */
    void finish(Machine m) {}

    byte[] expected() {
      return Arrays.copyOf(NOISE, BYTES);
    }
  }

  private static void outs(Machine m, int... portsAndValues) {
    for (int i = 0; i < portsAndValues.length; i += 2) {
      m.ports().out(portsAndValues[i], 1, portsAndValues[i + 1]);
    }
  }

  private static void lba28(Machine m, int base, int command) {
    outs(m, base + 6, 0xe0, base + 2, BYTES / 512, base + 3, 0, base + 4, 0, base + 5, 0);
    outs(m, base + 7, command);
  }

  /** READ (10) of the first blocks; a unit that was just powered on tells so once. */
  private static void packet(Machine m, int features) {
    sendPacket(m, 0, new byte[12]);
    byte[] read = {0x28, 0, 0, 0, 0, 0, 0, 0, BYTES / CdImage.BLOCK, 0, 0, 0};
    sendPacket(m, features, read);
  }

  private static void sendPacket(Machine m, int features, byte[] packet) {
    m.run(100_000);
    outs(m, SECONDARY + 6, 0xa0, SECONDARY + 1, features, SECONDARY + 4, 0, SECONDARY + 5, 8);
    outs(m, SECONDARY + 7, 0xa0);
    m.run(100_000);
    for (int i = 0; i < packet.length; i += 2) {
      m.ports().out(SECONDARY, 2, packet[i] & 0xff | (packet[i + 1] & 0xff) << 8);
    }
  }

  private static void busMaster(Machine m, int base) {
    m.bus().write32(DESCRIPTORS, BUFFER);
    m.bus().write32(DESCRIPTORS + 4, BYTES | 1 << 31);
    m.ports().out(base + 4, 4, DESCRIPTORS);
    outs(m, base + 2, 0x66);
  }

  /** Has the guest move blocks of words for as long as the drive has some, then idle. */
  private static void poll(Machine m, int base, int words, String insOrOuts) {
    // wait: mov dx, status; again: in al, dx; test al, 80h; jnz again; test al, 8; jz idle
    // mov dx, data; mov cx, words; rep insw or outsw; jmp wait; idle: jmp idle
    String code =
        "ba %s ec a8 80 75 fb a8 08 74 0a ba %s b9 %s f3 %s eb ea eb fe"
            .formatted(word(base + 7), word(base), word(words), insOrOuts);
    m.bus().load(CODE, HexFormat.of().parseHex(code.replace(" ", "")));
    m.cpu().gpr[Cpu.EDI] = 0;
    m.cpu().gpr[Cpu.ESI] = 0;
    m.cpu().eip = CODE;
  }

  private static String word(int value) {
    return "%02x%02x".formatted(value & 0xff, value >> 8);
  }

  private static byte[] memory(Machine m, int bytes) {
    byte[] out = new byte[bytes];
    m.bus().read(BUFFER, out, 0, bytes);
    return out;
  }

  private static Drives drives() {
    return Drives.NONE
        .withFloppy(new MemoryImage("floppy", NOISE))
        .withDisk(new MemoryImage("disk", NOISE))
        .withCdrom(new CdImage(new MemoryImage("cd", NOISE)));
  }

  private static Machine started(String board, Transfer transfer) {
    Machine m =
        new Machine(
            MachineConfig.DEFAULT
                .withBoard(Boards.named(board))
                .withFitting(Fitting.DEFAULT.withMemory(4 << 20).withDrives(drives())));
    segment(m.cpu().cs, 0);
    segment(m.cpu().segments[SegmentRegister.DS], BUFFER);
    segment(m.cpu().segments[SegmentRegister.ES], BUFFER);
    m.bus().load(IDLE, HexFormat.of().parseHex("ebfe"));
    m.cpu().eip = IDLE;
    m.run(1_000_000);
    transfer.start(m);
    return m;
  }

  private static void segment(SegmentRegister register, int base) {
    register.selector = base >> 4;
    register.base = base;
  }

  @ParameterizedTest
  @CsvSource({
    "pc-at, FLOPPY_BY_DMA",
    "pc-at, DISK_READ_BY_PIO",
    "pc-at, DISK_READ_MULTIPLE_BY_PIO",
    "pc-at, DISK_WRITE_BY_PIO",
    "pc-at, CD_BY_PIO",
    "pc-i440fx, FLOPPY_BY_DMA",
    "pc-i440fx, DISK_READ_BY_PIO",
    "pc-i440fx, DISK_READ_MULTIPLE_BY_PIO",
    "pc-i440fx, DISK_WRITE_BY_PIO",
    "pc-i440fx, DISK_BY_BUS_MASTER",
    "pc-i440fx, CD_BY_PIO",
    "pc-i440fx, CD_BY_BUS_MASTER",
    "pc-i440fx-hpet, FLOPPY_BY_DMA",
    "pc-i440fx-hpet, DISK_BY_BUS_MASTER"
  })
  void goesOnFromTheFileToTheSameEnd(String board, Transfer transfer) throws IOException {
    Machine undisturbed = started(board, transfer);
    Machine machine = started(board, transfer);
    long ran = 0;
    for (; !transfer.isUnderWay(machine); ran += 500) {
      assertTrue(ran < 20_000_000, "never under way");
      machine.run(500);
    }
    byte[] whole = transfer.expected();
    assertFalse(transfer.isDone(machine), "saved in the middle");
    undisturbed.run(ran);
    Path file = folder.resolve("machine.img");
    MachineImageFile.write(MachineImage.of(machine), file);
    Machine restored = MachineImageFile.read(file, f -> f.withDrives(drives())).newMachine();
    assertEquals(List.of(), MachineState.differences(undisturbed.sections(), restored.sections()));
    for (Machine m : List.of(undisturbed, restored)) {
      m.run(5_000_000);
      transfer.finish(m);
      m.run(1_000_000);
      assertArrayEquals(whole, memory(m, BYTES));
    }
    assertEquals(undisturbed.sections(), restored.sections());
    assertEquals(MachineImage.of(undisturbed).digestText(), MachineImage.of(restored).digestText());
  }
}
