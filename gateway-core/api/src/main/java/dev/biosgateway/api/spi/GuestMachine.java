package dev.biosgateway.api.spi;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.StopReason;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One machine. All methods but {@link #stop} are called by one thread at a time, with a
 * happens-before edge between one call and the next: the dispatcher sees to it. A method that
 * throws leaves the machine as it was.
 */
@ConsumerType
public interface GuestMachine extends AutoCloseable {
  /**
   * What programs can require of it in the namespace {@code biosgateway.machine}: {@code board} and
   * {@code cpu} as text, {@code memory} in MiB as Long, {@code device} as a list of texts, and
   * {@code firmware} as text where there is one.
   */
  default Map<String, Object> attributes() {
    return Map.of();
  }

  /**
   * How it has executed since it was opened: counts by name, such as {@code instructions}. May be
   * called by any thread; what another thread does meanwhile need not be in it yet.
   */
  default Map<String, Long> execution() {
    return Map.of();
  }

  /**
   * Puts a program into memory, checks it by the rules of its format, and runs its init, if the
   * format has one, as a call like any other (with {@code Isolation.KEEP}).
   *
   * @throws dev.biosgateway.api.ProgramException if the format is unknown, the image is broken, its
   *     place is taken, or its init did not return
   */
  MappedProgram map(ProgramImage image);

  /**
   * Takes the program mapped last out again: memory, vectors and devices are as before it was
   * mapped. To remove an earlier one, unmap those after it first and map them again.
   *
   * @throws IllegalStateException if the program is not the one mapped last
   */
  void unmap(MappedProgram program);

  /**
   * Calls a target and waits until it stops. Whatever the guest does is a result.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if the request does not fit the target's
   *     mode or the machine's memory
   * @throws dev.biosgateway.api.NoSuchRoutineException if no program of that name is mapped or it
   *     has no entry
   */
  CallResult call(CallTarget target, CallRequest request);

  /**
   * Freezes the machine as it is between two calls; it goes on as if nothing had happened.
   *
   * @throws IllegalStateException if the machine is closed
   */
  MachineTemplate freeze();

  /**
   * Takes the state of a template in place of its own, where that costs less than opening another
   * machine: for one that was opened from a template, and has kept nothing since.
   *
   * @return false if it is another kind of machine; it is as before then
   * @throws IllegalStateException if the machine is closed
   */
  default boolean become(MachineTemplate template) {
    return false;
  }

  /**
   * Ends the call in progress, its {@link #map} included, soon; its result carries this stop and
   * text. Without a call in progress nothing happens. May be called by any thread.
   */
  void stop(StopReason stop, String reason);

  /** Releases everything. Later calls of other methods throw {@link IllegalStateException}. */
  @Override
  void close();
}
