package dev.biosgateway.api;

import dev.biosgateway.api.spi.MachineSettings;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one service that knows all programs and routines. Safe for use by any number of threads; one
 * call at a time runs on the machine, the others wait in the order in which they came.
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

  /** All programs of all plugins, those that failed included, by name. */
  List<Program> programs();

  /**
   * Calls a target, whether or not a plugin claims it, and waits for it.
   *
   * @throws InvalidRequestException if the request does not fit the target's mode or the machine
   * @throws NoSuchRoutineException if the target is the entry of a program that is not mapped
   * @throws GatewayClosedException if the gateway closes before the call ran
   */
  CallResult call(CallTarget target, CallRequest request);

  /**
   * The settings of the machine that runs the calls.
   *
   * @throws InvalidRequestException if a configured one cannot be read; the message names it
   */
  MachineSettings machine();

  /**
   * Powers a machine with these settings on, unless it is the one there is. The former one is
   * powered off, and what calls had kept in it is gone; all programs are mapped again, and one that
   * does not fit the new machine has failed.
   *
   * @throws InvalidRequestException if there is no such machine; the message lists what there is,
   *     and the former settings hold
   * @throws GatewayClosedException if the gateway closes first
   */
  void power(MachineSettings settings);
}
