package dev.biosgateway.testkit.bare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the bare gateway adds to a machine: names, targets, the time limit. */
class BareGatewayTest {
  private final RecordingMachine machine = new RecordingMachine();
  private final BareGateway gateway =
      BareGateway.open(settings -> machine, MachineSettings.DEFAULT);

  @AfterEach
  void close() {
    gateway.close();
    assertTrue(machine.closed);
  }

  @Test
  void fileIsMappedUnderItsName(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("hello.rom.bin"), new byte[] {1, 2, 3});

    ProgramImage image = gateway.map(file, "option-rom").image();

    assertEquals("hello.rom", image.name());
    assertEquals("option-rom", image.format());
    assertArrayEquals(new byte[] {1, 2, 3}, image.bytes());
  }

  @Test
  void fileThatIsNotThereIsNamed(@TempDir Path folder) {
    UncheckedIOException missing =
        assertThrows(
            UncheckedIOException.class, () -> gateway.map(folder.resolve("no.bin"), "flat32"));
    assertTrue(missing.getMessage().contains("no.bin"), missing::getMessage);
  }

  @Test
  void targetsAndRequestsArrive() {
    gateway.interrupt(0x10, call -> call.register(Register.AX, 0x4f00));
    gateway.far(new FarPointer(0xc000, 3), UnaryOperator.identity());
    gateway.enter("checksum", UnaryOperator.identity());

    assertEquals(
        List.of("int 0x10 eax=4f00", "far c000:0003 eax=0", "checksum eax=0"), machine.calls);
  }

  @Test
  void timeoutStopsTheMachineAndOnlyThen() {
    CallResult quick = gateway.interrupt(0x11, UnaryOperator.identity());
    assertEquals(StopReason.RETURNED, quick.stop());

    machine.loopsForEver = true;
    CallResult endless = gateway.interrupt(0x11, call -> call.timeout(Duration.ofMillis(1)));
    assertEquals(StopReason.TIMEOUT, endless.stop());
    assertEquals("still running after 1 ms", endless.reason());
    assertTrue(machine.unheard > 0, "the first stop came before the call had begun");
  }

  /** Writes down what it is told; runs no code. */
  private static final class RecordingMachine implements GuestMachine {
    final List<String> calls = new ArrayList<>();
    final CountDownLatch stopped = new CountDownLatch(2);
    volatile long unheard;
    volatile StopReason stop = StopReason.RETURNED;
    volatile String reason = "";
    boolean loopsForEver;
    boolean closed;

    @Override
    public MachineTemplate freeze() {
      throw new AssertionError("a bare gateway has one machine");
    }

    @Override
    public MappedProgram map(ProgramImage image) {
      return new Mapped(image);
    }

    @Override
    public void unmap(MappedProgram program) {
      throw new IllegalStateException(program.image() + " is not mapped");
    }

    @Override
    public CallResult call(CallTarget target, CallRequest request) {
      long eax = request.registers().get(Register.EAX);
      calls.add(target.text() + " eax=" + Long.toHexString(eax));
      if (loopsForEver) {
        try {
          stopped.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
      return CallResult.builder(target.text(), stop).reason(reason).build();
    }

    @Override
    public void stop(StopReason stopReason, String text) {
      if (stopped.getCount() > 1) {
        unheard++;
      } else {
        stop = stopReason;
        reason = text;
      }
      stopped.countDown();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private record Mapped(ProgramImage image) implements MappedProgram {
    @Override
    public long address() {
      return 0xc0000;
    }

    @Override
    public long size() {
      return image.size();
    }

    @Override
    public CallMode mode() {
      return CallMode.REAL;
    }

    @Override
    public OptionalLong entry() {
      return OptionalLong.empty();
    }

    @Override
    public List<Integer> vectorsHooked() {
      return List.of();
    }

    @Override
    public Optional<CallResult> init() {
      return Optional.empty();
    }
  }
}
