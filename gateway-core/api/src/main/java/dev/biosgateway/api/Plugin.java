package dev.biosgateway.api;

import java.util.List;

/**
 * A plugin bundle, as it is at one moment.
 *
 * @param id the framework's number for the bundle
 * @param name its symbolic name
 * @param version as OSGi writes versions
 * @param origin how it came in
 * @param active whether it resolved and started
 * @param reason why it is not active, in words; empty if it is
 * @param programs its programs; empty if it is not active
 */
public record Plugin(
    long id,
    String name,
    String version,
    Origin origin,
    boolean active,
    String reason,
    List<Program> programs) {

  /** Copies the list. */
  public Plugin {
    programs = List.copyOf(programs);
  }

  /** How a plugin came into the framework. */
  public enum Origin {
    /** Part of the runnable jar. */
    EMBEDDED,
    /** A file of the plugin folder. */
    INSTALLED,
    /** For the life of this process only: {@code --rom}. */
    ATTACHED,
    /** Installed by other means: a test, another management agent. */
    BUNDLE
  }
}
