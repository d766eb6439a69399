package dev.biosgateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.PolicyRule.Resource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyRuleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "deny ports 0x3c0-0x3df",
        "allow memory 0xa0000-0xbffff",
        "log interrupts 0x13",
        "deny msrs *",
        "deny devices vga",
        "log devices bochs-display",
        "quota instructions 1000000",
        "quota memory 65536"
      })
  void aRuleIsWrittenAsItIsRead(String text) {
    assertEquals(text, PolicyRule.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " DENY  Ports 16-017 | deny ports 0x10-0x11",
        "quota memory 64K | quota memory 65536",
        "allow ports 0-65535 | allow ports *",
      })
  void aRuleMayBeWrittenInOtherWays(String text, String same) {
    assertEquals(same, PolicyRule.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deny | expected deny|allow",
        "forbid ports 0x80 | \"forbid\" is unknown",
        "deny sectors 1 | \"sectors\" is unknown",
        "deny ports 0x10000 | expected 0 <= first <= last <= 0xffff",
        "deny ports 2-1 | expected 0 <= first",
        "deny ports x | \"x\" is no number",
        "deny ports -1 | is no number",
        "deny interrupts 0x100 | <= 0xff",
        "deny instructions 5 | instructions have a quota",
        "quota ports 5 | a quota is of instructions or of memory",
        "quota memory 0 | expected at least 1",
        "deny devices a/b | expected a device's name",
      })
  void whatCannotBeReadIsQuoted(String text, String part) {
    var error = assertThrows(InvalidRequestException.class, () -> PolicyRule.parse(text));
    String expected = part.replace("deny|allow", "deny|allow");
    assertTrue(error.getMessage().contains(expected), error.getMessage());
  }

  @Test
  void everyLayerMustLetAnAccess() {
    CallPolicy plugin =
        CallPolicy.parse("program vga", List.of("allow ports 0x3c0-0x3df", "quota memory 64K"));
    CallPolicy configuration =
        CallPolicy.parse("the configuration", List.of("deny ports 0x3c8", "quota memory 32K"));
    CallPolicy both = plugin.and(configuration);
    assertEquals(Optional.empty(), both.refusal(Resource.PORTS, 0x3c0));
    assertEquals(
        Optional.of("denied by rule \"deny ports 0x3c8\" of the configuration"),
        both.refusal(Resource.PORTS, 0x3c8));
    assertTrue(both.refusal(Resource.PORTS, 0x80).orElseThrow().contains("program vga"));
    assertEquals(OptionalLong.of(32 << 10), both.quota(Resource.MEMORY));
    assertEquals(OptionalLong.empty(), both.quota(Resource.INSTRUCTIONS));
    assertEquals(plugin, plugin.and(CallPolicy.ALLOW_ALL));
    assertEquals(plugin, CallPolicy.ALLOW_ALL.and(plugin));
  }
}
