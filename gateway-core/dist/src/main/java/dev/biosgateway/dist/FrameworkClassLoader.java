package dev.biosgateway.dist;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * Loads the framework out of this jar, and keeps {@code sun.misc.Unsafe} from it. Felix 7.0.5 uses
 * it, where it finds it, to open JDK classes for its URL handlers, which are off here; JDKs from 24
 * on print four lines of warning about that on every start. All else comes from the parent.
 */
final class FrameworkClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  FrameworkClassLoader(Class<?> neighbour) {
    super(
        new URL[] {neighbour.getProtectionDomain().getCodeSource().getLocation()},
        neighbour.getClassLoader());
  }

  private static boolean isOwn(String name) {
    return name.startsWith("org.apache.felix.")
        || name.startsWith("org.osgi.")
        || name.startsWith("dev.biosgateway.dist.");
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.equals("sun.misc.Unsafe")) {
      throw new ClassNotFoundException(name + " is kept from the framework");
    }
    if (!isOwn(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      Class<?> found = loaded == null ? findClass(name) : loaded;
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }
}
