package dev.biosgateway.itests.benchmarks;

import dev.biosgateway.api.CallResult;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call costs, warm and with rollback: microseconds of one machine by itself, and calls a
 * second of a gateway's pool from one thread and from two.
 */
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CallBenchmarks {
  /** A machine, used by one thread. */
  @State(Scope.Thread)
  public static class OneMachine {
    /** What is called. */
    @Param({"EMPTY", "VBE_CONTROLLER", "TELETYPE"})
    public CalledRoutine routine;

    /** Whether guest code is translated. */
    @Param({"off", "hot"})
    public String translation;

    private SeaVgaBios bios;

    /** Maps the display's BIOS. */
    @Setup
    public void powerOn() {
      bios = SeaVgaBios.onOneMachine(translation);
      routine.check(bios.call(routine));
    }
  }

  /** A gateway, used by all threads. */
  @State(Scope.Benchmark)
  public static class WholeGateway {
    /** What is called. */
    @Param({"EMPTY", "VBE_CONTROLLER"})
    public CalledRoutine routine;

    /** Whether guest code is translated. */
    @Param({"off", "hot"})
    public String translation;

    private SeaVgaBios bios;

    /** Installs the display's BIOS as a plugin. */
    @Setup
    public void start() {
      bios = SeaVgaBios.inGateway(translation, 2);
      routine.check(bios.call(routine));
    }

    /** Stops the gateway. */
    @TearDown
    public void stop() throws Exception {
      bios.stop();
    }
  }

  /** One machine by itself: the round trip, without pool, limits, metrics. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public CallResult machine(OneMachine state) {
    return state.bios.call(state.routine);
  }

  /** Through {@code Gateway.call}, one caller. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @Threads(1)
  public CallResult gatewayOneThread(WholeGateway state) {
    return state.bios.call(state.routine);
  }

  /** Through {@code Gateway.call}, two callers. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @Threads(2)
  public CallResult gatewayTwoThreads(WholeGateway state) {
    return state.bios.call(state.routine);
  }
}
