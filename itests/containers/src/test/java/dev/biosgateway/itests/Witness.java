package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.api.BufferPointer;
import dev.biosgateway.api.CallBuffer;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.image.PluginBundle;
import java.util.Arrays;
import java.util.List;
import org.osgi.framework.BundleException;

/**
 * Remembers how a container was, and sees afterwards whether anything is left of what a test did:
 * bundles, services, threads, guest memory. It has two plugins of its own, which go on answering.
 */
final class Witness {
  /** What the witness's own ROM answers on INT 60h. */
  static final int ANSWER = 0x5a5a;

  /** Conventional memory, in bytes: vectors, BIOS data, all below the video memory. */
  private static final int CONVENTIONAL = 0xa0000;

  private static final int ADAPTER_ROMS = 0xc0000;
  private static final int ADAPTER_ROMS_SIZE = 0x30000;

  private final Container container;
  private final List<String> bundles;
  private final List<String> routines;
  private final List<String> threads;
  private final byte[] memory;
  private final byte[] roms;

  private Witness(Container container) throws BundleException {
    this.container = container;
    container.install(
        PluginBundle.named("witness", "1.0.0")
            .program("peek", "flat32", GuestCode.peek())
            .program("witness", "option-rom", GuestCode.answer(0x60, ANSWER).bytes())
            .attribute("vectors:List<Long>", "96")
            .stream());
    this.memory = read(0, CONVENTIONAL);
    this.roms = read(ADAPTER_ROMS, ADAPTER_ROMS_SIZE);
    this.bundles = bundles();
    this.routines = routines();
    this.threads = threads();
  }

  /** Takes a picture of a container as it is now. */
  static Witness of(Container container) throws BundleException {
    return new Witness(container);
  }

  /** Physical memory of the guest, read by guest code. */
  byte[] read(long address, int length) {
    CallResult result = container.awaitRoutine("peek").call(peek(address, length));
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    return result.buffer("memory");
  }

  /** What {@code peek} wants to be asked: its answer is in the buffer {@code memory}. */
  static CallRequest peek(long address, int length) {
    return CallRequest.builder()
        .register(Register.ESI, address)
        .register(Register.ECX, length)
        .buffer(CallBuffer.of("memory", new BufferPointer.Flat(Register.EDI), length))
        .build();
  }

  /** The interrupt vector table: 256 far pointers. */
  byte[] interruptVectors() {
    return read(0, 0x400);
  }

  /** Fails unless everything is as it was and the witness's own plugins answer. */
  void assertNothingIsLeft() {
    assertEquals(bundles, bundles(), "bundles");
    assertEquals(routines, routines(), "routine services");
    CallResult answer = container.awaitRoutine("int60").call(CallRequest.builder().build());
    assertEquals(ANSWER, answer.get(Register.AX), answer::toString);
    assertArrayEquals(memory, read(0, CONVENTIONAL), "conventional memory");
    assertArrayEquals(roms, read(ADAPTER_ROMS, ADAPTER_ROMS_SIZE), "adapter ROMs");
    assertEquals(threads, threads(), "threads");
  }

  private List<String> bundles() {
    return Arrays.stream(container.context().getBundles())
        .map(bundle -> bundle + " " + bundle.getState())
        .toList();
  }

  private List<String> routines() {
    return container.gateway().routines().stream().map(Routine::toString).sorted().toList();
  }

  /** But for those of JUnit, and of frameworks before this one, which end when they like. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> !name.startsWith("junit-") && !name.startsWith("FelixResolver-"))
        .filter(name -> !name.startsWith("bios-gateway-call-"))
        // The JDK's, of processes that tests before this one have started.
        .filter(name -> !name.equals("process reaper"))
        // One for all machines; it ends by itself a second after the last region was made.
        .filter(name -> !name.equals("x86 translator"))
        .sorted()
        .toList();
  }
}
