package dev.biosgateway.itests.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Measures the laps of one running guest in processor time of all its threads, so that what else
 * the machine does counts little. Between two laps the process is stopped, so that several can run
 * lap by lap in turn.
 */
final class LapClock implements AutoCloseable {
  /** How long a lap, or the start before the first one, may take. */
  private static final int PATIENCE_SECONDS = 120;

  /** Nanoseconds that are measured at least: the scheduler counts a running thread by the tick. */
  private static final long SHORTEST = 150_000_000;

  /**
   * A lap.
   *
   * @param nanos processor time
   * @param checksum as the guest writes it, eight digits
   */
  record Lap(long nanos, String checksum) {}

  private final Engine.Running running;
  private InputStream markers;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "markers");
            thread.setDaemon(true);
            return thread;
          });

  LapClock(Engine.Running running) {
    this.running = running;
    // A stopped process would stay behind when this one is interrupted.
    Runtime.getRuntime().addShutdownHook(new Thread(running.process()::destroyForcibly));
  }

  /** Waits until the program has been entered, and stops it. */
  void awaitStart() throws IOException {
    await(
        () -> {
          markers = running.markers().open();
          skipTo('P');
          return null;
        });
    signal("STOP");
  }

  /**
   * Lets the guest come to the beginning of a lap, measures this one, or as many as are long enough
   * together, and stops it again.
   */
  Lap lap() throws IOException {
    signal("CONT");
    Lap lap = await(this::laps);
    signal("STOP");
    return lap;
  }

  private Lap laps() throws IOException {
    skipTo('S');
    long begun = processorNanos();
    long nanos = 0;
    int laps = 0;
    String checksum = "";
    while (nanos < SHORTEST) {
      skipTo('E');
      nanos = processorNanos() - begun;
      laps++;
      checksum = skipTo('\n');
    }
    return new Lap(nanos / laps, checksum);
  }

  @Override
  public void close() {
    running.process().destroyForcibly();
    reader.shutdownNow();
  }

  private <T> T await(Callable<T> action) throws IOException {
    try {
      return reader.submit(action).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no marker in " + PATIENCE_SECONDS + " seconds", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Reads up to {@code marker}; returns what came before it. */
  private String skipTo(char marker) throws IOException {
    ByteArrayOutputStream before = new ByteArrayOutputStream();
    while (true) {
      int b = markers.read();
      if (b < 0) {
        throw new IOException("the process ended where marker " + marker + " was expected");
      }
      if (b == marker) {
        return before.toString(StandardCharsets.US_ASCII);
      }
      before.write(b);
    }
  }

  private void signal(String name) throws IOException {
    Programs.run("kill", "-" + name, Long.toString(running.process().pid()));
  }

  /** Time on a processor of every thread of the process, as the scheduler counts it (Linux). */
  private long processorNanos() throws IOException {
    Path tasks = Path.of("/proc", Long.toString(running.process().pid()), "task");
    try (Stream<Path> threads = Files.list(tasks)) {
      return threads.mapToLong(LapClock::scheduled).sum();
    }
  }

  private static long scheduled(Path task) {
    try {
      List<String> lines = Files.readAllLines(task.resolve("schedstat"));
      return Long.parseLong(lines.get(0).split(" ")[0]);
    } catch (NoSuchFileException e) {
      return 0; // a thread that has ended in between
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
