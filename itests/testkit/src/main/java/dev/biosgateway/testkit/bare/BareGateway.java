package dev.biosgateway.testkit.bare;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineProvider;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A gateway in front of one machine, without OSGi: no registry, no versions, no queue. It calls
 * exactly as the real one does, through the kexec bridge, and keeps the same limits. For one thread
 * at a time.
 */
public final class BareGateway implements AutoCloseable {
  /** A machine that is only about to begin does not hear a stop; milliseconds until the next. */
  private static final long STOP_AGAIN = 20;

  private final GuestMachine machine;

  private final ScheduledThreadPoolExecutor watchdog =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "bare-gateway-timeout");
            thread.setDaemon(true);
            return thread;
          });

  private BareGateway(GuestMachine machine) {
    this.machine = machine;
    watchdog.setRemoveOnCancelPolicy(true); // or the alarm of every call would stay until its time
  }

  /**
   * Powers a machine on, of the one provider that {@link ServiceLoader} finds.
   *
   * @throws IllegalStateException if the class path has no provider, or several
   * @throws IllegalArgumentException if the provider knows no such board or processor
   */
  public static BareGateway open(MachineSettings settings) {
    List<MachineProvider> providers = new ArrayList<>();
    ServiceLoader.load(MachineProvider.class, BareGateway.class.getClassLoader())
        .forEach(providers::add);
    if (providers.size() != 1) {
      throw new IllegalStateException(
          "expected one MachineProvider on the class path (kexec-bridge has it), found "
              + providers);
    }
    return open(providers.get(0), settings);
  }

  /** Powers a machine of this provider on. */
  public static BareGateway open(MachineProvider provider, MachineSettings settings) {
    return new BareGateway(provider.open(settings));
  }

  /**
   * Maps an image file; the program has the file's name without its ending.
   *
   * @param format {@code option-rom}, {@code flat32} and so on
   * @throws dev.biosgateway.api.ProgramException if the image is bad or its init does not return
   * @throws UncheckedIOException if the file cannot be read
   */
  public MappedProgram map(Path file, String format) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    try {
      return map(dot > 0 ? name.substring(0, dot) : name, format, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read image " + file.toAbsolutePath(), e);
    }
  }

  /**
   * Maps an image that a test has made.
   *
   * @throws dev.biosgateway.api.ProgramException if the image is bad or its init does not return
   */
  public MappedProgram map(String name, String format, byte... image) {
    return map(
        new ProgramImage(
            name,
            "0.0.0",
            format,
            name,
            image,
            OptionalLong.empty(),
            OptionalLong.empty(),
            List.of(),
            Map.of()));
  }

  /**
   * Maps an image with everything a descriptor can say about it.
   *
   * @throws dev.biosgateway.api.ProgramException if the image is bad or its init does not return
   */
  public MappedProgram map(ProgramImage image) {
    return machine.map(image);
  }

  /**
   * Takes out the program mapped last.
   *
   * @throws IllegalStateException if another was mapped after it
   */
  public void unmap(MappedProgram program) {
    machine.unmap(program);
  }

  /** Calls INT n in real mode: {@code interrupt(0x10, call -> call.register(AX, 0x4f00))}. */
  public CallResult interrupt(int vector, UnaryOperator<CallRequest.Builder> request) {
    return call(new CallTarget.Interrupt(vector), request);
  }

  /** Calls a far procedure in real mode. */
  public CallResult far(FarPointer procedure, UnaryOperator<CallRequest.Builder> request) {
    return call(new CallTarget.FarCall(procedure), request);
  }

  /** Calls the entry of a mapped program. */
  public CallResult enter(String program, UnaryOperator<CallRequest.Builder> request) {
    return call(new CallTarget.ProgramEntry(program), request);
  }

  private CallResult call(CallTarget target, UnaryOperator<CallRequest.Builder> request) {
    return call(target, request.apply(CallRequest.builder()).build());
  }

  /**
   * Calls a target and waits until it stops.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if the request does not fit
   * @throws dev.biosgateway.api.NoSuchRoutineException if no program of that name is mapped
   */
  public CallResult call(CallTarget target, CallRequest request) {
    Alarm alarm = new Alarm(request.timeout());
    ScheduledFuture<?> pending =
        watchdog.scheduleWithFixedDelay(
            alarm,
            request.timeout().toNanos(),
            TimeUnit.MILLISECONDS.toNanos(STOP_AGAIN),
            TimeUnit.NANOSECONDS);
    try {
      return machine.call(target, request);
    } finally {
      alarm.over();
      pending.cancel(false);
    }
  }

  /** Stops one call, again and again until it has heard, and never the one after it. */
  private final class Alarm implements Runnable {
    private final Duration limit;
    private boolean over;

    private Alarm(Duration limit) {
      this.limit = limit;
    }

    @Override
    public synchronized void run() {
      if (!over) {
        machine.stop(StopReason.TIMEOUT, "still running after " + limit.toMillis() + " ms");
      }
    }

    private synchronized void over() {
      over = true;
    }
  }

  /** Switches the machine off. */
  @Override
  public void close() {
    watchdog.shutdownNow();
    machine.close();
  }
}
