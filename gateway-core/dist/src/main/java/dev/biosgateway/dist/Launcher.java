package dev.biosgateway.dist;

import java.util.function.Function;

/** Main class of the runnable jar: one command line, then the process ends with its exit status. */
public final class Launcher {
  private Launcher() {}

  /** Runs one command line. */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    ClassLoader loader = new FrameworkClassLoader(Launcher.class);
    @SuppressWarnings("unchecked")
    Function<String[], Integer> framework =
        (Function<String[], Integer>)
            loader
                .loadClass("dev.biosgateway.dist.EmbeddedFramework")
                .getConstructor()
                .newInstance();
    System.exit(framework.apply(arguments));
  }
}
