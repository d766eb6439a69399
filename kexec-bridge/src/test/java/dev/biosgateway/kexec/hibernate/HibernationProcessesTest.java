package dev.biosgateway.kexec.hibernate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.kexec.vmcore.SaverDisk;
import dev.biosgateway.kexec.vmcore.Vmcore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hibernation over the end of the process, in order and by kill -9. */
class HibernationProcessesTest {
  private static final int KILLS = 4;

  @TempDir Path folder;

  private static Process start(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SavingProcess.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String outputOf(Process process) throws Exception {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text;
  }

  @Test
  void aCounterGoesOnInAnotherProcess() throws Exception {
    String file = folder.resolve("vmcore").toString();
    int count =
        Integer.parseInt(outputOf(start("save", "30", file)).strip().lines().toList().get(0));
    String rest = outputOf(start("restore", "" + (count + 5), file));
    assertEquals(
        "R%d\n%d\n%d\n%d\n%d\n".formatted(count + 1, count + 2, count + 3, count + 4, count + 5),
        rest.substring(0, rest.indexOf("\n" + (count + 5) + "\n") + ("" + count).length() + 2));
  }

  /** Whenever it comes: the former dump or the new one, whole; never half of one. */
  @Test
  void killedAtAnyMomentASaveLeavesAWholeDumpOrNone() throws Exception {
    Path file = folder.resolve("vmcore");
    Random random = new Random(6);
    int found = 0;
    for (int i = 0; i < KILLS; i++) {
      Process process = start("again", file.toString());
      try (BufferedReader lines = process.inputReader()) {
        if (i > 0) {
          assertTrue(lines.readLine() != null, "it saves");
        }
        Thread.sleep(random.nextInt(i == 0 ? 300 : 60));
        process.destroyForcibly();
        process.waitFor();
      }
      if (Files.exists(file)) {
        assertTrue(Vmcore.read(file).jumpBackEntry().isPresent());
        found++;
      }
    }
    assertTrue(found > 0, "no kill came after a save");
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(
          files.allMatch(f -> f.equals(file) || f.getFileName().toString().endsWith(".part")));
    }
  }

  /** B writes the disk itself, as it does on a machine without an emulator around it. */
  @Test
  void killedAtAnyMomentASaveByTheKernelItselfLeavesAWholeCoreOnTheDisk() throws Exception {
    Path file = folder.resolve("disk.img");
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(8 << 20);
    }
    Random random = new Random(9);
    int generation = 0;
    for (int i = 0; i < KILLS; i++) {
      Process process = start("disk", file.toString());
      try (BufferedReader lines = process.inputReader()) {
        assertTrue(lines.readLine() != null, "it saves");
        Thread.sleep(random.nextInt(300));
        process.destroyForcibly();
        process.waitFor();
      }
      int now = SaverDisk.newest(file).orElseThrow().generation();
      assertTrue(now > generation, generation + " then " + now);
      generation = now;
      assertTrue(Vmcore.read(file).jumpBackEntry().isPresent());
    }
    CounterKernel.runUntil(
        Resumption.resume(Vmcore.read(file), CounterKernel.CONFIG, Optional.empty()), "R");
  }
}
