package dev.biosgateway.itests.conformance;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Interpreter;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.translate.TranslationPolicy;
import dev.biosgateway.x86.translate.Translator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A guest program on a bare CPU: flat image at 10000h, started in real mode (16) or in flat
 * protected mode (32), with the debug port E9h and a latch at port 80h for company.
 */
final class GuestProgram {
  private static final int LOAD_ADDRESS = 0x10000;
  private static final int ITERATIONS = 8;
  private static final int CHECKSUM = 12;
  private static final int FLAGS = 24;

  final StringBuilder console = new StringBuilder();
  final UnmodelledAccess unmodelled = new UnmodelledAccess();
  final VirtualClock clock = new VirtualClock(1);
  final PhysicalBus bus = new PhysicalBus(1 << 20, unmodelled);
  final Cpu cpu;
  final Interpreter interpreter;
  private int latch;
  private long lapBegan;
  private long lap;

  /**
   * @param image the flat binary
   * @param wide 32-bit flavour
   * @param iterations of the one lap it runs
   */
  GuestProgram(Path image, boolean wide, int iterations) throws IOException {
    PortMap ports = new PortMap(unmodelled);
    ports.map(0xe9, 1, 1, port(() -> 0xe9, this::mark));
    ports.map(0x80, 1, 1, port(() -> latch, value -> latch = value));
    cpu = new Cpu(CpuModel.PENTIUM_PRO, bus, ports, clock, unmodelled);
    interpreter = new Interpreter(cpu);
    Translator.attach(cpu, interpreter, TranslationPolicy.ofProperty(TranslationPolicy.OFF));
    byte[] bytes = Files.readAllBytes(image);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(ITERATIONS, iterations);
    bytes[FLAGS] = 1;
    bus.load(LOAD_ADDRESS, bytes);
    for (int s = SegmentRegister.ES; s <= SegmentRegister.GS; s++) {
      load(cpu.segments[s], s == SegmentRegister.CS, wide);
    }
    if (wide) {
      cpu.cr0 |= Cpu.CR0_PE;
    }
    cpu.eip = wide ? LOAD_ADDRESS : 0;
    cpu.registersWritten(0);
  }

  private static void load(SegmentRegister s, boolean code, boolean wide) {
    s.selector = wide ? code ? 0x08 : 0x10 : LOAD_ADDRESS >> 4;
    s.base = wide ? 0 : LOAD_ADDRESS;
    s.limit = wide ? -1 : 0xffff;
    s.rights = wide ? code ? 0xc09b : 0xc093 : 0x93;
  }

  private interface Read {
    int get();
  }

  private interface Write {
    void set(int value);
  }

  private static PortHandler port(Read read, Write write) {
    return new PortHandler() {
      @Override
      public int in(int port, int size) {
        return read.get();
      }

      @Override
      public void out(int port, int size, int value) {
        write.set(value);
      }
    };
  }

  private void mark(int character) {
    console.append((char) character);
    if (character == 'S') {
      lapBegan = clock.retiredInstructions();
    } else if (character == 'E') {
      lap = clock.retiredInstructions() - lapBegan;
    }
  }

  /** Instructions from marker S to marker E. */
  long lapInstructions() {
    return lap;
  }

  /** Checksum of the lap, as the guest left it in its header. */
  int checksum() {
    return bus.read32(LOAD_ADDRESS + CHECKSUM);
  }
}
