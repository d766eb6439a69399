package dev.biosgateway.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Firmware code as a service. One is registered, in the name of the plugin's bundle, for each
 * interrupt a program serves and for each flat program; it goes away with the bundle. Safe for use
 * by any number of threads: calls wait for a machine in the order in which they came.
 */
@ProviderType
public interface Routine {
  /** Service property: the routine's name, as {@code int10} or {@code checksum32}. */
  String NAME = "biosgateway.routine";

  /** Service property: name of the program that serves it. */
  String PROGRAM = "biosgateway.program";

  /** Service property: version of that program, an {@code org.osgi.framework.Version}. */
  String VERSION = "biosgateway.version";

  /** Service property: the interrupt vector as an Integer; absent for program entries. */
  String VECTOR = "biosgateway.vector";

  /** {@code int} and two lower case hexadecimal digits, or the program's name. */
  String name();

  /** What a call enters. */
  CallTarget target();

  /**
   * Calls the routine and waits for it.
   *
   * @throws InvalidRequestException if the request does not fit the target's mode or the machine,
   *     or wants to keep what the call changes: that is what a {@link Session} is for
   * @throws GatewayBusyException if too many callers wait already
   * @throws GatewayClosedException if the routine's plugin or the gateway has gone
   */
  CallResult call(CallRequest request);

  /**
   * Begins a call and does not wait for it.
   *
   * @throws GatewayBusyException if too many calls wait already
   * @throws GatewayClosedException if the routine's plugin or the gateway has gone
   */
  PendingCall submit(CallRequest request);
}
