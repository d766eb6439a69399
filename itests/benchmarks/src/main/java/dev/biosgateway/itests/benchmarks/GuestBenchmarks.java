package dev.biosgateway.itests.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs every guest of a folder on our machine and on whatever else is installed, lap by lap in
 * turn, and prints a table of million instructions a second: medians over the laps after the first
 * ones, by processor time, every pass of REP counted. Figures of one row were measured together;
 * compare them, not rows of different runs.
 *
 * <p>Properties: {@code guests}, the folder (default {@code guests/bin} of {@code
 * biosgateway.shared}); {@code benchmark.only}, a regular expression of guests like {@code
 * a_sieve.16}; {@code benchmark.engines}, names with commas between; {@code benchmark.laps}
 * (default 9); {@code benchmark.instructions} of a lap (default 20 million); {@code
 * benchmark.target}, where {@code guests.tsv} goes.
 */
public final class GuestBenchmarks {
  private static final int LAPS = Integer.getInteger("benchmark.laps", 9);
  private static final long INSTRUCTIONS = Long.getLong("benchmark.instructions", 20_000_000);

  private final Path target = Path.of(System.getProperty("benchmark.target", "target"));
  private final List<Engine> engines = new ArrayList<>();
  private final List<String> rows = new ArrayList<>();

  private GuestBenchmarks() {}

  public static void main(String[] arguments) throws IOException {
    new GuestBenchmarks().run();
  }

  private void run() throws IOException {
    String names = System.getProperty("benchmark.engines", "");
    for (Engine engine : all()) {
      Optional<String> missing = engine.missing();
      if (!names.isEmpty() && !Arrays.asList(names.split(",")).contains(engine.name())) {
        continue;
      }
      if (missing.isPresent()) {
        System.out.println(engine.name() + " left out: " + missing.get());
      } else {
        engines.add(engine);
      }
    }
    heading();
    for (GuestImage guest : GuestImage.in(folder())) {
      if (guest.title().matches(System.getProperty("benchmark.only", ".*"))) {
        measure(guest);
      }
    }
    Path table = target.resolve("guests.tsv");
    Files.createDirectories(target);
    Files.write(table, rows);
    System.out.println("written to " + table);
  }

  private List<Engine> all() {
    return List.of(
        new OwnMachine("interpreter", "off"),
        new OwnMachine("translator", "hot"),
        new Bochs(),
        new LibX86emu(target.toAbsolutePath().resolve("x86emu")),
        new QemuTcg());
  }

  private static Path folder() {
    String guests = System.getProperty("guests");
    if (guests != null) {
      return Path.of(guests);
    }
    return Path.of(System.getProperty("biosgateway.shared", "../shared"), "guests", "bin");
  }

  private void heading() {
    StringBuilder line = new StringBuilder("guest            ");
    StringBuilder row = new StringBuilder("guest\tbits\tinstructions a lap");
    for (Engine engine : engines) {
      line.append("%14s".formatted(engine.name()));
      row.append('\t').append(engine.name());
    }
    for (Engine peer : engines.subList(Math.min(1, engines.size()), engines.size())) {
      row.append('\t').append(engines.get(0).name()).append('/').append(peer.name());
    }
    System.out.println(line + "   (million instructions a second)");
    rows.add(row.toString());
  }

  private void measure(GuestImage guest) throws IOException {
    LapLength lap;
    try {
      lap = LapLength.about(guest, INSTRUCTIONS);
    } catch (LapLength.NoLapException e) {
      System.out.printf("%-17s left out: %s%n", guest.title(), e.getMessage());
      return;
    }
    Map<Engine, List<Double>> speeds = new LinkedHashMap<>();
    Map<Engine, String> troubles = new LinkedHashMap<>();
    Map<Engine, LapClock> clocks = new LinkedHashMap<>();
    try {
      for (Engine engine : engines) {
        start(engine, guest, lap, clocks, troubles);
      }
      for (int n = 0; n < LAPS; n++) {
        for (Engine engine : List.copyOf(clocks.keySet())) {
          lap(engine, clocks, lap, speeds, troubles);
        }
      }
    } finally {
      clocks.values().forEach(LapClock::close);
    }
    report(guest, lap, speeds);
    troubles.forEach((engine, why) -> System.out.println("    " + engine.name() + ": " + why));
  }

  private void start(
      Engine engine,
      GuestImage guest,
      LapLength lap,
      Map<Engine, LapClock> clocks,
      Map<Engine, String> troubles)
      throws IOException {
    Path folder = Files.createTempDirectory("guest");
    try {
      LapClock clock = new LapClock(engine.start(guest, lap.iterations(), folder));
      clocks.put(engine, clock);
      clock.awaitStart();
    } catch (IOException e) {
      giveUp(engine, clocks, troubles, e.getMessage());
    }
  }

  private static void lap(
      Engine engine,
      Map<Engine, LapClock> clocks,
      LapLength length,
      Map<Engine, List<Double>> speeds,
      Map<Engine, String> troubles) {
    try {
      LapClock.Lap lap = clocks.get(engine).lap();
      if (!lap.checksum().equals(length.checksum())) {
        giveUp(
            engine,
            clocks,
            troubles,
            "checksum expected %s, found %s".formatted(length.checksum(), lap.checksum()));
        return;
      }
      double speed = length.instructions() * 1e3 / Math.max(1, lap.nanos());
      speeds.computeIfAbsent(engine, e -> new ArrayList<>()).add(speed);
    } catch (IOException e) {
      giveUp(engine, clocks, troubles, e.getMessage());
    }
  }

  private static void giveUp(
      Engine engine, Map<Engine, LapClock> clocks, Map<Engine, String> troubles, String why) {
    troubles.put(engine, why);
    LapClock clock = clocks.remove(engine);
    if (clock != null) {
      clock.close();
    }
  }

  private void report(GuestImage guest, LapLength lap, Map<Engine, List<Double>> speeds) {
    StringBuilder line = new StringBuilder("%-17s".formatted(guest.title()));
    StringBuilder row = new StringBuilder();
    row.append(guest.name()).append('\t').append(guest.bits()).append('\t');
    row.append(lap.instructions());
    for (Engine engine : engines) {
      double speed = median(speeds.get(engine));
      line.append(speed > 0 ? "%14.0f".formatted(speed) : "%14s".formatted("-"));
      row.append('\t').append(speed > 0 ? "%.1f".formatted(speed) : "");
    }
    double own = median(speeds.get(engines.get(0)));
    for (Engine peer : engines.subList(1, engines.size())) {
      double speed = median(speeds.get(peer));
      row.append('\t').append(speed > 0 && own > 0 ? "%.2f".formatted(own / speed) : "");
    }
    System.out.println(line);
    rows.add(row.toString());
  }

  /** Of the later two thirds: what a JVM needs to compile is over by then. */
  private static double median(List<Double> laps) {
    if (laps == null) {
      return 0;
    }
    double[] steady = laps.stream().skip(laps.size() / 3).mapToDouble(d -> d).sorted().toArray();
    return steady[steady.length / 2];
  }
}
