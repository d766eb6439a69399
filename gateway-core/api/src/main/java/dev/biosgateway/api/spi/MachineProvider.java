package dev.biosgateway.api.spi;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The service that opens machines. Implemented by the kexec bridge. Safe for use by all threads.
 */
@ConsumerType
public interface MachineProvider {
  /**
   * Powers a machine on.
   *
   * @throws IllegalArgumentException if the board or the processor model is unknown; the message
   *     lists those that exist
   */
  GuestMachine open(MachineSettings settings);

  /**
   * Reads what {@link MachineTemplate#write} has written, and no byte more.
   *
   * @param settings of the machine that was written
   * @param java the programs in Java that are installed, of which no file holds the code
   * @throws IOException if the stream cannot be read, ends early, or holds something else; the
   *     message says what was expected, what was found and where
   * @throws IllegalArgumentException as {@link #open}
   */
  default MachineTemplate read(MachineSettings settings, List<ProgramImage> java, InputStream from)
      throws IOException {
    throw new IOException(getClass().getName() + " opens machines and reads none");
  }
}
