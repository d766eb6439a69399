package dev.biosgateway.api.extension;

/**
 * What a plugin brings in Java: an OSGi service of one of the types below, with the property {@link
 * #PROGRAM}. While it is registered it is a program like any other, with its state, its reason when
 * it failed, and its ranking ({@code service.ranking}).
 *
 * <p>All machines of a gateway share the service, so it is safe for use by any number of threads.
 * It returns soon: the guest, its timeout and whoever cancels it wait for it. What it throws ends
 * the call with a fault that says so.
 */
public sealed interface Extension
    permits InterruptHandler, DeviceModel, PortInterceptor, MemoryInterceptor {
  /** Service property: the program's name, a String. */
  String PROGRAM = "biosgateway.program";

  /** Service property: the program's version, a String; the bundle's if it is left out. */
  String VERSION = "biosgateway.version";
}
