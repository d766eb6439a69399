package dev.biosgateway.x86.translate;

import java.lang.invoke.MethodHandles;

/**
 * Makes hidden classes of regions: no name, no class loader of their own, gone when nobody holds
 * their one instance any more.
 */
final class RegionLoader {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  /** Values of the class that this thread is initializing. */
  private static final ThreadLocal<Object[]> VALUES = new ThreadLocal<>();

  private RegionLoader() {}

  /** Defines the class and gives its instance. */
  static RegionCode define(byte[] bytes, Object[] values) {
    VALUES.set(values);
    try {
      return (RegionCode)
          LOOKUP.defineHiddenClass(bytes, true).lookupClass().getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a region's class has no constructor that can be called", e);
    } finally {
      VALUES.remove();
    }
  }

  /** For the class initializer of a region. */
  static Object[] values() {
    return VALUES.get();
  }
}
