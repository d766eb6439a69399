package dev.biosgateway.itests.benchmarks;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.call.BridgeMachineProvider;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.runtime.GatewayService;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/**
 * The display's BIOS that peers were measured with, SeaVGABIOS as Debian has it, initialised and
 * ready to be called: on one machine, or as a plugin of a gateway in a framework of its own.
 */
final class SeaVgaBios {
  private static final String NAME = "seavgabios";

  /** What ends it. */
  @FunctionalInterface
  private interface End {
    void end() throws Exception;
  }

  private final Function<CalledRoutine, CallResult> calls;
  private final End end;

  private SeaVgaBios(Function<CalledRoutine, CallResult> calls, End end) {
    this.calls = calls;
    this.end = end;
  }

  private static byte[] image() {
    Path file =
        Path.of(
            System.getProperty("biosgateway.seabios", "/usr/share/seabios"), "vgabios-stdvga.bin");
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + ": expected the ROM of Debian's seabios there, or -Dbiosgateway.seabios=FOLDER",
          e);
    }
  }

  /**
   * On a machine by itself.
   *
   * @param translation a {@link TranslationPolicy} by name
   */
  static SeaVgaBios onOneMachine(String translation) {
    MachineConfig config =
        MachineConfig.DEFAULT.withTranslation(TranslationPolicy.named(translation));
    BridgeMachine machine = new BridgeMachine(config, PagingMode.PAE);
    machine.map(
        new ProgramImage(
            NAME,
            "1.0.0",
            "option-rom",
            NAME,
            image(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            List.of(0x10),
            Map.of()));
    return new SeaVgaBios(
        routine -> machine.call(routine.target(), routine.request()), machine::close);
  }

  /**
   * In a gateway.
   *
   * @param translation a {@link TranslationPolicy} by name
   * @param machines how many its pool has
   */
  static SeaVgaBios inGateway(String translation, int machines) {
    System.setProperty(TranslationPolicy.PROPERTY, translation);
    System.setProperty("biosgateway.machines", Integer.toString(machines));
    try {
      Path cache = Files.createTempDirectory("bios-gateway-benchmark");
      Framework framework =
          new FrameworkFactory()
              .newFramework(
                  Map.of(
                      Constants.FRAMEWORK_STORAGE,
                      cache.toString(),
                      Constants.FRAMEWORK_STORAGE_CLEAN,
                      "onFirstInit",
                      "felix.log.level",
                      "1"));
      framework.start();
      GatewayService gateway =
          new GatewayService(framework.getBundleContext(), new BridgeMachineProvider(), defaults());
      Bundle bundle =
          framework
              .getBundleContext()
              .installBundle("memory:" + NAME, new ByteArrayInputStream(plugin()));
      bundle.start();
      return new SeaVgaBios(
          routine -> gateway.call(routine.target(), routine.request()),
          () -> {
            gateway.close();
            framework.stop();
            framework.waitForStop(0);
          });
    } catch (IOException | BundleException e) {
      throw new IllegalStateException("no framework for the gateway: " + e, e);
    }
  }

  /** What the annotation says where nobody configures anything, as Declarative Services has it. */
  private static GatewayService.Settings defaults() {
    return (GatewayService.Settings)
        Proxy.newProxyInstance(
            SeaVgaBios.class.getClassLoader(),
            new Class<?>[] {GatewayService.Settings.class},
            (proxy, method, arguments) -> method.getDefaultValue());
  }

  private static byte[] plugin() throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
    headers.putValue(Constants.BUNDLE_SYMBOLICNAME, NAME);
    headers.putValue(
        Constants.PROVIDE_CAPABILITY,
        "biosgateway.program;biosgateway.program=\""
            + NAME
            + "\";version:Version=\"1.0.0\";format=\"option-rom\";path=\"rom.bin\""
            + ";vectors:List<Long>=\"16\"");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
      jar.putNextEntry(new JarEntry("rom.bin"));
      jar.write(image());
      jar.closeEntry();
    }
    return bytes.toByteArray();
  }

  CallResult call(CalledRoutine routine) {
    return calls.apply(routine);
  }

  /** Ends it. */
  void stop() throws Exception {
    end.end();
  }
}
