package dev.biosgateway.testkit.bare;

import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootService;
import dev.biosgateway.api.boot.BootSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Boots machines without OSGi, as the command {@code boot} does:
 *
 * <pre>{@code
 * try (BootSession machine = BareBoot.open(BootRequest.builder().kernel(bzImage).build())) {
 *   BootResult result = machine.run(BootGoal.until("login:").withTimeout(Duration.ofSeconds(60)));
 *   assertEquals(BootEnd.MATCHED, result.end(), result::toString);
 * }
 * }</pre>
 */
public final class BareBoot {
  private BareBoot() {}

  /**
   * Builds a machine of the one service that {@link ServiceLoader} finds.
   *
   * @throws IllegalStateException if the class path has no service, or several
   * @throws dev.biosgateway.api.GatewayException as {@link BootService#open}
   */
  public static BootSession open(BootRequest request) {
    return service().open(request);
  }

  /**
   * Goes on with a machine that was saved.
   *
   * @throws IllegalStateException if the class path has no service, or several
   * @throws dev.biosgateway.api.GatewayException as {@link BootService#restore}
   */
  public static BootSession restore(Path file, BootRequest request) {
    return service().restore(file, request);
  }

  private static BootService service() {
    List<BootService> services = new ArrayList<>();
    ServiceLoader.load(BootService.class, BareBoot.class.getClassLoader()).forEach(services::add);
    if (services.size() != 1) {
      throw new IllegalStateException(
          "expected one BootService on the class path (kexec-bridge has it), found " + services);
    }
    return services.get(0);
  }
}
