package dev.biosgateway.itests.benchmarks;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What single things of the interpreter cost: nanoseconds an instruction. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class InterpreterBenchmarks {
  private static final int RUN = 10_000;
  private static final int CODE = 0x10000;
  private static final int TABLES = 0x100000;

  /** {@code again: add eax,ebx; xor ecx,eax; dec edx; jmp again}. */
  private static final String REGISTERS = "01d8 31c1 4a ebf9";

  /** {@code again: mov eax,[20000h]; mov [20004h],eax; jmp again}. */
  private static final String MEMORY = "a100000200 a304000200 ebf4";

  /** {@code again: int 60h; jmp again}, and {@code iret} at 100h; real mode. */
  private static final String INTERRUPT = "cd60 ebfc";

  private static final byte[] MIX =
      bytes("8b4424 04 01d8 0fb64e08 c1e004 8d0440 83f810 7403 e811223344 c3");

  private final Machine registers = flat(REGISTERS, false);
  private final Machine memory = flat(MEMORY, false);
  private final Machine pagedMemory = flat(MEMORY, true);
  private final Machine interrupt = real();
  private final Decoder decoder = new Decoder(CpuModel.PENTIUM_PRO);

  /** Nine instructions decoded. */
  @Benchmark
  @OperationsPerInvocation(9)
  public int decode() {
    int at = 0;
    while (at < MIX.length) {
      int from = at;
      Insn insn = decoder.decode(i -> MIX[from + i] & 0xff, true);
      at += insn.length;
    }
    return at;
  }

  @Benchmark
  @OperationsPerInvocation(RUN)
  public Object registerLoop() {
    return registers.run(RUN);
  }

  @Benchmark
  @OperationsPerInvocation(RUN)
  public Object memoryLoop() {
    return memory.run(RUN);
  }

  @Benchmark
  @OperationsPerInvocation(RUN)
  public Object pagedMemoryLoop() {
    return pagedMemory.run(RUN);
  }

  @Benchmark
  @OperationsPerInvocation(RUN)
  public Object interruptAndReturn() {
    return interrupt.run(RUN);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static Machine machine(String code) {
    Machine machine =
        new Machine(
            MachineConfig.DEFAULT
                .withBoard(Boards.named("micro"))
                .withTranslation(TranslationPolicy.OFF));
    machine.bus().load(CODE, bytes(code));
    return machine;
  }

  private static Machine flat(String code, boolean paged) {
    Machine machine = machine(code);
    Cpu cpu = machine.cpu();
    for (SegmentRegister s : cpu.segments) {
      s.base = 0;
      s.limit = -1;
      s.rights = 0xc093;
    }
    cpu.cs.rights = 0xc09b;
    cpu.cr0 |= Cpu.CR0_PE;
    cpu.eip = CODE;
    if (paged) {
      for (int i = 0; i < 1024; i++) {
        machine.bus().write32(TABLES + 0x1000 + 4 * i, i << 12 | 3);
      }
      machine.bus().write32(TABLES, TABLES + 0x1003);
      cpu.cr3 = TABLES;
      cpu.cr0 |= Cpu.CR0_PG;
    }
    cpu.registersWritten(0);
    return machine;
  }

  private static Machine real() {
    Machine machine = machine(INTERRUPT);
    machine.bus().write8(CODE + 0x100, 0xcf);
    machine.bus().write32(4 * 0x60, CODE >>> 4 << 16 | 0x100);
    Cpu cpu = machine.cpu();
    cpu.cs.base = CODE;
    cpu.cs.selector = CODE >>> 4;
    cpu.eip = 0;
    cpu.gpr[Cpu.ESP] = 0x8000;
    cpu.registersWritten(0);
    return machine;
  }
}
