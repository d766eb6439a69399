package dev.biosgateway.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.spi.MachineSettings;
import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfiguredMachineTest {
  private final Map<String, String> properties = new HashMap<>();

  /** What Declarative Services make of a configuration. */
  private record Configuration(
      String memory,
      String board,
      String cpu,
      String startTime,
      String firmware,
      String displayFirmware,
      String machines,
      String queue,
      String sessions,
      String drain,
      String[] policy,
      String signed,
      String truststore,
      String truststorePassword)
      implements GatewayService.Settings {
    @Override
    public Class<? extends Annotation> annotationType() {
      return GatewayService.Settings.class;
    }
  }

  private static final Configuration DEFAULTS =
      new Configuration(
          "32",
          "pc",
          "pentiumpro",
          "2000-01-01T00:00:00Z",
          "",
          "",
          "",
          "1024",
          "64",
          "10",
          new String[0],
          "false",
          "",
          "changeit");

  private ConfiguredMachine machine() {
    return new ConfiguredMachine(properties::get, DEFAULTS);
  }

  @Test
  void thereAreAsManyMachinesAsProcessorsUnlessSaidOtherwise() {
    assertEquals(GatewayLimits.DEFAULT, ConfiguredMachine.limits(properties::get, DEFAULTS));
    properties.put("biosgateway.machines", "0");
    properties.put("biosgateway.drain", "3");
    assertEquals(
        new GatewayLimits(0, 1024, 64, Duration.ofSeconds(3)),
        ConfiguredMachine.limits(properties::get, DEFAULTS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "machines | -1 | biosgateway.machines: -1: expected 0 to 1024",
        "queue | many | biosgateway.queue: expected callers, as 1024, found \"many\"",
        "drain | 7200 | biosgateway.drain: PT2H: expected 0 to 3600 s",
      })
  void aLimitThatCannotBeIsNamed(String setting, String value, String message) {
    properties.put("biosgateway." + setting, value);
    assertEquals(
        message,
        assertThrows(
                InvalidRequestException.class,
                () -> ConfiguredMachine.limits(properties::get, DEFAULTS))
            .getMessage());
  }

  @Test
  void theDefaultsAreThoseOfTheSettings() {
    assertEquals(MachineSettings.DEFAULT, machine().settings());
  }

  @Test
  void propertiesHaveTheLastWord() {
    properties.put("biosgateway.memory", " 64 ");
    properties.put("biosgateway.board", "micro");
    MachineSettings settings = machine().settings();
    assertEquals(64 << 20, settings.memoryBytes());
    assertEquals("micro", settings.board());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "memory | 64M | biosgateway.memory: expected MiB of RAM, as 32, found \"64M\"",
        "memory | 1 | biosgateway.memory: 1 MiB: 1048576 bytes of memory: expected a multiple of"
            + " 1 MiB, at least 2 MiB",
        "memory | 9223372036854775807 | biosgateway.memory: 9223372036854775807 MiB: long overflow",
        "startTime | now | biosgateway.startTime: expected a time in UTC, as 2000-01-01T00:00:00Z,"
            + " found \"now\"",
      })
  void aValueThatCannotBeReadIsNamed(String setting, String value, String message) {
    properties.put("biosgateway." + setting, value);
    ConfiguredMachine machine = machine();
    assertEquals(
        message, assertThrows(InvalidRequestException.class, machine::settings).getMessage());
  }
}
