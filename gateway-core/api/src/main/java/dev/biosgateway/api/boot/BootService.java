package dev.biosgateway.api.boot;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The service that boots machines. Implemented by the kexec bridge; in OSGi a service, elsewhere
 * found by {@link java.util.ServiceLoader}. Safe for use by all threads.
 */
@ProviderType
public interface BootService {
  /**
   * Builds a machine and powers it on; {@link BootSession#run} lets it run.
   *
   * @throws dev.biosgateway.api.ProgramException if a kernel or a ROM is broken or does not fit:
   *     the field, its offset, what was expected and found
   * @throws dev.biosgateway.api.InvalidRequestException if a file cannot be read, or board,
   *     processor, memory and what is put in do not go together
   */
  BootSession open(BootRequest request);

  /**
   * Goes on with a machine that {@link BootSession#save} wrote, in whatever process.
   *
   * @param request its media, which must be those the machine had, and what its lines lead to;
   *     processor, board, memory, firmware and kernel are those of the file
   * @throws dev.biosgateway.api.InvalidRequestException if the file is no image of a machine or a
   *     damaged one, or the media are others
   */
  BootSession restore(Path file, BootRequest request);
}
