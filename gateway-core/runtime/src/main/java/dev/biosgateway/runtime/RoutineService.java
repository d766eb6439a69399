package dev.biosgateway.runtime;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.PendingCall;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.spi.MappedProgram;
import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A routine of a mapped program, registered in the name of the program's bundle. */
final class RoutineService implements Routine {
  private static final Logger LOG = LoggerFactory.getLogger(RoutineService.class);

  private final Dispatcher dispatcher;
  private final RegisteredProgram program;
  private final String name;
  private final CallTarget target;
  private final boolean standsBy;
  private volatile ServiceRegistration<Routine> registration;

  /**
   * A routine that is not registered yet.
   *
   * @param standsBy whether a better program of the same name is mapped in place of this one
   */
  RoutineService(
      Dispatcher dispatcher,
      RegisteredProgram program,
      String name,
      CallTarget target,
      boolean standsBy) {
    this.standsBy = standsBy;
    this.dispatcher = dispatcher;
    this.program = program;
    this.name = name;
    this.target = target;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public CallTarget target() {
    return target;
  }

  /** The program that serves it. */
  String programName() {
    return program.name();
  }

  /** Version of that program. */
  Version version() {
    return program.descriptor().version();
  }

  @Override
  public CallResult call(CallRequest request) {
    return dispatcher.call(target, request.within(policy()), standby(), () -> admit(request));
  }

  @Override
  public PendingCall submit(CallRequest request) {
    return dispatcher.submit(target, request.within(policy()), standby(), () -> admit(request));
  }

  /** What its program's code may touch. */
  CallPolicy policy() {
    return program.policy();
  }

  private RegisteredProgram standby() {
    return standsBy ? program : null;
  }

  private void admit(CallRequest request) {
    MappedProgram handle = program.handle();
    if (registration == null || handle == null && !standsBy) {
      throw new GatewayClosedException(
          "routine " + name + ": " + program + " has gone; look the service up again");
    }
    if (handle != null) {
      request.requireMode(handle.mode());
    }
  }

  /**
   * Registers the service; false if the program's bundle is stopping.
   *
   * @param ranking of the service
   */
  boolean register(int ranking) {
    BundleContext context = program.bundle().getBundleContext();
    if (context == null) {
      return false;
    }
    try {
      registration = context.registerService(Routine.class, this, properties(ranking));
      return true;
    } catch (IllegalStateException e) {
      LOG.debug("{} went while its routine {} was registered", program, name);
      return false;
    }
  }

  /** Unregisters the service, and refuses all calls that have not begun. */
  void unregister() {
    ServiceRegistration<Routine> registered = registration;
    registration = null;
    try {
      registered.unregister();
    } catch (IllegalStateException e) {
      LOG.trace("{} took its routine {} along", program, name);
    }
  }

  private Dictionary<String, Object> properties(int ranking) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(NAME, name);
    properties.put(PROGRAM, program.name());
    properties.put(VERSION, program.descriptor().version());
    properties.put(Constants.SERVICE_RANKING, ranking);
    if (target instanceof CallTarget.Interrupt interrupt) {
      properties.put(VECTOR, interrupt.vector());
    }
    return properties;
  }

  @Override
  public String toString() {
    return program.name() + "/" + name;
  }
}
