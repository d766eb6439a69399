package dev.biosgateway.itests.benchmarks;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.MachineConfig;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a kexec jump costs, there and back, and what is done with it: microseconds each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KexecBenchmarks {
  private static final CallTarget EMPTY = new CallTarget.Interrupt(0x60);
  private static final CallRequest REQUEST = CallRequest.builder().build();
  private static final long BUDGET = 100_000_000;
  private static final int PROGRAM = 0x20000;
  private static final int PAGES_AT = 0x600000;

  /** RET: an image that only comes back. */
  private static final byte[] RETURN = {(byte) 0xc3};

  /** Pages exchanged beside those of the program, or of trampoline and stack. */
  @Param({"0", "1", "16", "256"})
  public int pages;

  private BridgeMachine machine;
  private Kimage image;
  private Kimage other;

  /** A machine of 64 MB with two images. */
  @Setup(Level.Trial)
  public void powerOn() {
    machine = new BridgeMachine(MachineConfig.DEFAULT.withMemory(64 << 20), PagingMode.PAE);
    image = prepare();
    other = prepare();
    machine.keep();
    machine.freeze();
  }

  private Kimage prepare() {
    KexecLoad load = machine.load().add(KexecSegment.of("program", RETURN, PROGRAM));
    if (pages > 0) {
      load.add(KexecSegment.zeroed("pages", PAGES_AT, pages * 4096L));
    }
    return load.prepare(PROGRAM, true);
  }

  /** An empty call with rollback; the pages do not matter to it. */
  @Benchmark
  public CallResult emptyCall() {
    return machine.call(EMPTY, REQUEST);
  }

  /** A jump to an image and back, which keeps what it did. */
  @Benchmark
  public StopReason jump() {
    return machine.execute(image, BUDGET);
  }

  /** Two systems in turn: twice the cost of a switch. */
  @Benchmark
  public StopReason switchThereAndBack() {
    machine.execute(image, BUDGET);
    return machine.execute(other, BUDGET);
  }

  /** A jump and a snapshot of the 64 MB after it: the cost beyond that of a jump. */
  @Benchmark
  public MachineTemplate jumpAndSnapshot() {
    machine.execute(image, BUDGET);
    return machine.freeze();
  }
}
