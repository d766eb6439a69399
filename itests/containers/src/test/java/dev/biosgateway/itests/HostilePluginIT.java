package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.PendingCall;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.image.OptionRomImage;
import dev.biosgateway.testkit.image.PluginBundle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * Plugins that mean harm: none gets out of its policy, none holds up another caller, none leaves a
 * trace. Each way runs once under the caller's rules, once under those of its own bundle, and again
 * in a session that would like to keep what it does.
 */
@GatewayContainer(bundles = "dev.biosgateway.vga-rom", properties = "biosgateway.machines=2")
class HostilePluginIT {
  private static final CallTarget HOSTILE = new CallTarget.Interrupt(0x63);

  private static Witness witness;

  private final Container container;
  private final Gateway gateway;

  HostilePluginIT(Container container, Gateway gateway) {
    this.container = container;
    this.gateway = gateway;
  }

  @BeforeAll
  static void installAndRemember(Container container) throws BundleException {
    container.install(plugin("hostile", List.of()).stream());
    witness = Witness.of(container);
  }

  private static PluginBundle plugin(String name, List<String> rules) {
    PluginBundle plugin =
        PluginBundle.named(name, "1.0.0")
            .program(name, "option-rom", GuestCode.hostile().bytes())
            .attribute("vectors:List<Long>", "99");
    return rules.isEmpty() ? plugin : plugin.attribute("policy:List<String>", rules.get(0));
  }

  @AfterEach
  void nothingIsLeft() {
    witness.assertNothingIsLeft();
  }

  private static CallRequest.Builder request(HostileWay way) {
    return CallRequest.builder().register(Register.AL, way.ordinal()).budget(300_000);
  }

  private static void assertHeld(HostileWay way, CallResult result) {
    assertTrue(way.stops().contains(result.stop()), () -> way + ": " + result);
    assertTrue(result.reason().contains(way.reason()), () -> way + ": " + result);
  }

  @ParameterizedTest
  @EnumSource
  void itsCallersRulesHoldIt(HostileWay way) {
    CallPolicy policy = CallPolicy.parse(CallPolicy.CALLER, way.rules());
    assertHeld(way, gateway.call(HOSTILE, request(way).policy(policy).build()));
  }

  @ParameterizedTest
  @EnumSource
  void withoutRulesItLeavesNothing(HostileWay way) {
    CallResult result = gateway.call(HOSTILE, request(way).build());
    assertTrue(
        way.rules().isEmpty() == way.stops().contains(result.stop())
            || result.stop() == StopReason.BUDGET,
        () -> "the rules make the difference: " + way + ": " + result);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_ALL,
      names = "^(OUT|CMOS|WRITE_M|WRITE_D|INT|READ_MSR).*")
  void itsOwnBundlesRulesHoldIt(HostileWay way) throws BundleException {
    Bundle strict = container.install(plugin("strict", way.rules()).stream());
    try {
      assertHeld(way, gateway.routine("strict/int63").call(request(way).build()));
    } finally {
      strict.uninstall();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSessionKeepsNothingOfIt(HostileWay way) {
    CallPolicy policy = CallPolicy.parse(CallPolicy.CALLER, way.rules());
    try (Session session = gateway.openSession()) {
      CallResult result =
          session.call(HOSTILE, request(way).policy(policy).isolation(Isolation.KEEP).build());
      assertHeld(way, result);
      CallResult answer =
          session.call(new CallTarget.Interrupt(0x60), CallRequest.builder().build());
      assertEquals(Witness.ANSWER, answer.get(Register.AX), answer::toString);
      CallResult memory = session.call(new CallTarget.ProgramEntry("peek"), Witness.peek(0, 0x600));
      assertEquals(
          -1, Arrays.mismatch(witness.read(0, 0x600), memory.buffer("memory")), way::toString);
    }
  }

  @Test
  void whoLoopsHoldsUpNobodyAndEndsInTime() throws Exception {
    List<HostileWay> endless =
        Arrays.stream(HostileWay.values()).filter(HostileWay::endless).toList();
    assertTrue(endless.size() >= 8, endless::toString);
    for (HostileWay way : endless) {
      PendingCall stuck =
          gateway.submit(
              HOSTILE,
              CallRequest.builder()
                  .register(Register.AL, way.ordinal())
                  .budget(Long.MAX_VALUE)
                  .timeout(Duration.ofSeconds(20))
                  .build());
      for (int call = 0; call < 5; call++) {
        CallResult answer =
            gateway.call(new CallTarget.Interrupt(0x60), CallRequest.builder().build());
        assertEquals(Witness.ANSWER, answer.get(Register.AX), answer::toString);
      }
      assertFalse(stuck.result().isDone(), () -> way + " ended by itself");
      stuck.cancel("that is enough");
      assertEquals(StopReason.CANCELLED, stuck.result().getValue().stop(), way::toString);
    }
  }

  /** Bundles that lie about themselves: refused with a reason, and nothing of them stays. */
  static List<PluginBundle> liars() {
    byte[] rom = GuestCode.answer(0x63, 1).bytes();
    List<PluginBundle> liars = new ArrayList<>();
    for (String path :
        List.of("../etc/passwd", "/etc/passwd", "image/../../x", "image\\..\\x", "META-INF/..")) {
      liars.add(
          PluginBundle.named("liar", "1.0.0")
              .program("liar", "option-rom", rom)
              .attribute("path", path));
    }
    byte[] huge = OptionRomImage.of(rom).claimingBlocks(255).bytes();
    liars.add(PluginBundle.named("liar", "1.0.0").program("liar", "option-rom", huge));
    byte[] pcir = OptionRomImage.of(rom).withWord(0x18, 0xffff).sealed().bytes();
    liars.add(
        PluginBundle.named("liar", "1.0.0")
            .program("liar", "option-rom", pcir)
            .attribute("vectors:List<Long>", "16"));
    liars.add(PluginBundle.named("liar", "1.0.0").program("liar", "elf32", rom));
    liars.add(
        PluginBundle.named("liar", "1.0.0")
            .program("liar", "option-rom", rom)
            .attribute("digest", "SHA-256:" + "0".repeat(64)));
    liars.add(
        PluginBundle.named("liar", "1.0.0")
            .program("liar", "option-rom", rom)
            .attribute("address:Long", "1048576"));
    liars.add(
        PluginBundle.named("liar", "1.0.0")
            .program("liar", "flat32", rom)
            .attribute("entry:Long", "99999"));
    liars.add(
        PluginBundle.named("liar", "1.0.0")
            .program("liar", "option-rom", rom)
            .attribute("policy:List<String>", "allow everything"));
    return liars;
  }

  @ParameterizedTest
  @MethodSource("liars")
  void whoLiesIsRefusedWithAReason(PluginBundle liar) throws BundleException {
    Bundle bundle = container.install(liar.stream());
    try {
      Program program =
          gateway.programs().stream()
              .filter(p -> p.name().equals("liar"))
              .findFirst()
              .orElseThrow();
      assertEquals(Program.State.FAILED, program.state(), program::toString);
      assertFalse(program.reason().orElse("").isBlank());
    } finally {
      bundle.uninstall();
    }
  }

  @Test
  void thereAreAtLeastFortyOfThem() {
    assertTrue(HostileWay.values().length + liars().size() >= 40);
    assertTrue(HostileWay.values().length >= 40);
  }
}
