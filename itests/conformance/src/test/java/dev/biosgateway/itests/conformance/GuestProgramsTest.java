package dev.biosgateway.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.x86.cpu.Interpreter.Stop;
import dev.biosgateway.x86.state.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The guest programs of the shared folder: their checksums, and how many instructions an iteration
 * has, exactly (each pass of a REP counts as one more). Table from their README.
 *
 * <p>Property {@code guests}: the folder of the images; default {@code
 * ${biosgateway.shared}/guests/bin}.
 */
class GuestProgramsTest {
  /** What one iteration of e_dhry has differs by a few from one to the next. */
  private static final String VARIES = "e_dhry";

  @ParameterizedTest
  @CsvSource({
    "a_sieve,16,568086,5,c7c41fb8",
    "a_sieve,32,535317,5,c7c41fb8",
    "b_crc32,16,229384,8,05380ef2",
    "b_crc32,32,229384,8,05380ef2",
    "c1_repbig,16,16402,50,285e0a73",
    "c1_repbig,32,16398,50,285e0a73",
    "c2_scalarcopy,16,114699,21,fab3c854",
    "c2_scalarcopy,32,57354,36,0c7f62cd",
    "d_fib,16,164187,18,abdb004a",
    "d_fib,32,164186,18,abdb004a",
    "e_dhry,16,776,3824,96a758cb",
    "e_dhry,32,776,3824,96a758cb",
    "f_portio,16,2505,1193,00123428",
    "f_portio,32,2505,1193,00123428",
    "g_int60,16,10003,299,0000785c",
    "g_int60,32,10003,299,08eb785c",
    "i1_smc,16,803,300,000079cd",
    "i1_smc,32,803,300,7e185df6"
  })
  void computesTheChecksumInExactlySoManyInstructions(
      String name, int bits, long perIteration, int iterations, String checksum)
      throws IOException {
    GuestProgram guest = run(name, bits, iterations);
    assertEquals(checksum, "%08x".formatted(guest.checksum()));
    assertEquals("PSE" + checksum + "\nX", guest.console.toString());

    long once = guest.lapInstructions();
    long half = run(name, bits, iterations / 2).lapInstructions();
    int difference = iterations - iterations / 2;
    double found = (once - half) / (double) difference;
    assertEquals(perIteration, found, VARIES.equals(name) ? 1 : 0);
  }

  /** However a run is cut into budgets, it ends in the same state after as many instructions. */
  @ParameterizedTest
  @CsvSource({"c1_repbig,16", "c1_repbig,32", "d_fib,16", "g_int60,32", "i1_smc,16", "i1_smc,32"})
  void stopsAtExactlyTheInstructionOfTheBudget(String name, int bits) throws IOException {
    GuestProgram whole = run(name, bits, 3);
    GuestProgram cut = new GuestProgram(image(name, bits), bits == 32, 3);
    Random random = new Random(1);
    long before = 0;
    Stop stop;
    do {
      int budget = 1 + random.nextInt(random.nextInt(500) + 1);
      stop = cut.interpreter.run(budget);
      long now = cut.clock.retiredInstructions();
      assertTrue(stop == Stop.HALTED || now == before + budget, "budget " + budget);
      before = now;
    } while (stop == Stop.BUDGET);
    assertEquals(Stop.HALTED, stop);
    assertEquals(whole.clock.retiredInstructions(), cut.clock.retiredInstructions());
    assertEquals(state(whole), state(cut));
    assertArrayEquals(whole.bus.ram, cut.bus.ram);
  }

  private static Section state(GuestProgram guest) {
    Section section = new Section(guest.cpu.sectionName());
    guest.cpu.save(section);
    return section;
  }

  private static GuestProgram run(String name, int bits, int iterations) throws IOException {
    GuestProgram guest = new GuestProgram(image(name, bits), bits == 32, iterations);
    assertEquals(Stop.HALTED, guest.interpreter.run(1L << 40));
    assertTrue(guest.unmodelled.entries().isEmpty(), () -> "" + guest.unmodelled.entries());
    return guest;
  }

  private static Path image(String name, int bits) {
    return Prerequisite.shared("guests/bin").resolve(name + "." + bits + ".bin");
  }
}
