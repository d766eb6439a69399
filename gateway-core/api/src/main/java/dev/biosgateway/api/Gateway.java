package dev.biosgateway.api;

import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one service that knows all programs and routines. Safe for use by any number of threads:
 * calls run on machines of a pool, each alone on its own, as many at one time as the pool has; the
 * others wait in the order in which they came.
 */
@ProviderType
public interface Gateway {
  /** All routines that can be called now, by name. */
  List<Routine> routines();

  /**
   * A routine by its name ({@code int10}) or by program and name ({@code vga/int10}).
   *
   * @throws NoSuchRoutineException if there is none; the message lists those that exist
   */
  Routine routine(String name);

  /**
   * A routine by its name, served by a program whose version lies in a range. Of several the best
   * one; one that is not the best of its name is called on machines of its own.
   *
   * @param versions as OSGi writes ranges: {@code [1.0,2.0)}, or {@code 1.0} for 1.0 and later
   * @throws NoSuchRoutineException if there is none; the message lists those that exist
   * @throws InvalidRequestException if the range cannot be read
   */
  Routine routine(String name, String versions);

  /** All programs of all plugins, those that failed included, by name. */
  List<Program> programs();

  /**
   * Puts what a plugin brings into a machine that will boot: a {@code system-rom} becomes its
   * firmware, an {@code option-rom} one of its ROMs, a {@code bzimage} its kernel, with its initial
   * RAM disk and command line, a {@code disk-image} and a {@code boot-sector} lie in the next drive
   * of their kind. What the guest writes to them ends with the machine. The plugin must stay until
   * the machine is built.
   *
   * @param program its name, or {@code NAME@RANGE} with a range of versions as for {@link
   *     #routine(String, String)}
   * @throws NoSuchRoutineException if there is none, or it failed; the message says why
   * @throws InvalidRequestException if no machine is booted with a program of its format
   */
  void putInto(BootRequest.Builder request, String program);

  /**
   * Calls a target, whether or not a plugin claims it, and waits for it.
   *
   * @throws InvalidRequestException if the request does not fit the target's mode or the machine
   * @throws NoSuchRoutineException if the target is the entry of a program that is not mapped
   * @throws GatewayBusyException if too many callers wait already
   * @throws GatewayClosedException if the gateway closes before the call ran
   */
  CallResult call(CallTarget target, CallRequest request);

  /**
   * Begins a call and does not wait for it.
   *
   * @throws GatewayBusyException if too many calls wait already
   * @throws GatewayClosedException if the gateway is closed
   */
  PendingCall submit(CallTarget target, CallRequest request);

  /**
   * A machine of the caller's own for several calls.
   *
   * @throws GatewayBusyException if there are as many sessions as may be
   * @throws GatewayClosedException if the gateway closes first
   */
  Session openSession();

  /**
   * A session that goes on where {@link Session#save} has left one. The programs are those that
   * were saved, whether or not their bundles are installed here.
   *
   * @throws InvalidRequestException if the file is no saved session; the message says what is wrong
   *     and where
   * @throws GatewayBusyException if there are as many sessions as may be
   */
  Session reopenSession(Path file);

  /** The sessions that are open, by their number. */
  List<Session> sessions();

  /** What the gateway has done, and what it holds now. */
  GatewayMetrics metrics();

  /** Whether it does its work. */
  HealthReport health();

  /**
   * The settings of the machines that run the calls.
   *
   * @throws InvalidRequestException if a configured one cannot be read; the message names it
   */
  MachineSettings machine();

  /**
   * Powers a machine with these settings on, unless it is the one there is. The former ones are
   * powered off when their calls have ended, sessions go on with theirs; all programs are mapped
   * again, and one that does not fit the new machine has failed.
   *
   * @throws InvalidRequestException if there is no such machine; the message lists what there is,
   *     and the former settings hold
   * @throws GatewayClosedException if the gateway closes first
   */
  void power(MachineSettings settings);
}
