package dev.biosgateway.dist;

import java.util.function.Function;

/**
 * Main class of the runnable jar: one command line, then the process ends with its exit status.
 * {@code -Dbiosgateway.log=LEVEL} asks for a log on standard error; {@code simplelogger.properties}
 * says what else there is to choose.
 */
public final class Launcher {
  private Launcher() {}

  /** Runs one command line. */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    String level = System.getProperty("biosgateway.log");
    if (level != null) {
      System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level);
    }
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
