package dev.biosgateway.runtime;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.Media;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The settings of the machine: out of the configuration when they are first asked for, and replaced
 * when a caller wants another machine. Safe for use by any number of threads.
 */
final class ConfiguredMachine {
  private final UnaryOperator<String> properties;
  private final GatewayService.Settings configuration;
  private volatile MachineSettings settings;

  /**
   * Settings out of a configuration.
   *
   * @param properties framework and system properties, which have the last word; null if not set
   */
  ConfiguredMachine(UnaryOperator<String> properties, GatewayService.Settings configuration) {
    this.properties = properties;
    this.configuration = configuration;
  }

  /** Settings out of nowhere. */
  ConfiguredMachine(MachineSettings settings) {
    this.properties = name -> null;
    this.configuration = null;
    this.settings = settings;
  }

  /**
   * The settings.
   *
   * @throws InvalidRequestException if one cannot be read: its property, its value, what is
   *     expected
   */
  MachineSettings settings() {
    MachineSettings known = settings;
    if (known == null) {
      synchronized (this) {
        if (settings == null) {
          settings = read();
        }
        known = settings;
      }
    }
    return known;
  }

  /**
   * How much at one time.
   *
   * @throws InvalidRequestException as {@link #settings}
   */
  static GatewayLimits limits(
      UnaryOperator<String> properties, GatewayService.Settings configuration) {
    ConfiguredMachine reader = new ConfiguredMachine(properties, configuration);
    String machines = reader.value("machines", configuration.machines());
    return new GatewayLimits(
        machines.isEmpty()
            ? GatewayLimits.DEFAULT.machines()
            : reader.integer("machines", machines, "machines, as 2"),
        reader.integer("queue", configuration.queue(), "callers, as 1024"),
        reader.integer("sessions", configuration.sessions(), "sessions, as 64"),
        Duration.ofSeconds(reader.integer("drain", configuration.drain(), "seconds, as 10")));
  }

  /**
   * On which terms plugins are taken in.
   *
   * @throws InvalidRequestException as {@link #settings}
   */
  static PluginTerms terms(
      UnaryOperator<String> properties, GatewayService.Settings configuration) {
    ConfiguredMachine reader = new ConfiguredMachine(properties, configuration);
    List<String> rules = List.of(configuration.policy());
    String property = properties.apply(name("policy"));
    if (property != null) {
      rules = List.of(property.split("[,;]"));
    }
    boolean signed = Boolean.parseBoolean(reader.value("signed", configuration.signed()));
    if (!signed) {
      return new PluginTerms(rules, Optional.empty());
    }
    String store = reader.value("truststore", configuration.truststore());
    return new PluginTerms(
        rules,
        Optional.of(
            store.isEmpty()
                ? new BundleSignature(Set.of())
                : BundleSignature.trusting(
                    new File(store),
                    reader.value("truststorePassword", configuration.truststorePassword()))));
  }

  private int integer(String setting, String configured, String expected) {
    long value = number(setting, configured, expected);
    if (value != (int) value) {
      throw new InvalidRequestException(
          name(setting) + ": expected " + expected + ", found " + value);
    }
    return (int) value;
  }

  void replace(MachineSettings other) {
    settings = other;
  }

  private MachineSettings read() {
    long mebibytes = number("memory", configuration.memory(), "MiB of RAM, as 32");
    try {
      return new MachineSettings(
          Math.multiplyExact(mebibytes, 1L << 20),
          value("board", configuration.board()),
          value("cpu", configuration.cpu()),
          time(value("startTime", configuration.startTime())),
          file(value("firmware", configuration.firmware())),
          file(value("displayFirmware", configuration.displayFirmware())),
          Media.NONE);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidRequestException(
          name("memory") + ": " + mebibytes + " MiB: " + e.getMessage(), e);
    }
  }

  private static String name(String setting) {
    return "biosgateway." + setting;
  }

  private String value(String setting, String configured) {
    String property = properties.apply(name(setting));
    return property == null ? configured : property.strip();
  }

  private long number(String setting, String configured, String expected) {
    String value = value(setting, configured);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new InvalidRequestException(
          name(setting) + ": expected " + expected + ", found \"" + value + "\"", e);
    }
  }

  private static Optional<Path> file(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value));
  }

  private static Instant time(String value) {
    try {
      return Instant.parse(value);
    } catch (DateTimeParseException e) {
      throw new InvalidRequestException(
          name("startTime")
              + ": expected a time in UTC, as 2000-01-01T00:00:00Z, found \""
              + value
              + "\"",
          e);
    }
  }
}
