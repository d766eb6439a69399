package dev.biosgateway.api;

import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A machine of one's own over several calls. It begins as every machine of the gateway does, with
 * the programs that are mapped then, and what a call with {@link Isolation#KEEP} changes in memory
 * and devices is there for the next one; calls with {@link Isolation#ROLLBACK} leave it as it was.
 * Programs that come later are not in it; when one that is in it goes with its bundle, the session
 * ends. Safe for use by any number of threads: its calls wait for each other in the order in which
 * they came, and for no other machine's.
 */
@ProviderType
public interface Session extends AutoCloseable {
  /** The number under which logs and the shell know it. */
  long id();

  /** What kind of machine it is. */
  MachineSettings machine();

  /** Names of the programs in its machine, with their version, in the order of mapping. */
  List<String> programs();

  /**
   * Calls a target and waits for it.
   *
   * @throws InvalidRequestException if the request does not fit the target's mode or the machine
   * @throws NoSuchRoutineException if the target is the entry of a program that is not in it
   * @throws GatewayClosedException if the session is closed or has ended; the message says why
   */
  CallResult call(CallTarget target, CallRequest request);

  /**
   * Begins a call and does not wait for it.
   *
   * @throws GatewayBusyException if too many calls wait already
   * @throws GatewayClosedException if the session is closed or has ended
   */
  PendingCall submit(CallTarget target, CallRequest request);

  /**
   * Another session, whose machine is now as this one's and from now on its own.
   *
   * @throws GatewayBusyException if there are as many sessions as may be
   * @throws GatewayClosedException if the session is closed or has ended
   */
  Session fork();

  /**
   * Writes the machine to a file, from which {@link Gateway#reopenSession} goes on, in this process
   * or another. The file is replaced at once or not at all.
   *
   * @throws GatewayException if it cannot be written
   * @throws GatewayClosedException if the session is closed or has ended
   */
  void save(Path file);

  /** Ends the running call and powers the machine off. Closing again does nothing. */
  @Override
  void close();
}
