package dev.biosgateway.api.spi;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A machine at rest, frozen with all programs in it: any number of machines begin as it is. What
 * they do later is their own. Immutable; safe for use by any number of threads.
 */
@ConsumerType
public interface MachineTemplate {
  /**
   * A machine in exactly this state, its programs mapped. {@link GuestMachine#unmap} is not for it.
   */
  GuestMachine open();

  /** The programs in it, in the order in which they were mapped. */
  List<MappedProgram> programs();

  /** About how many bytes of the host's memory it holds. */
  long bytes();

  /**
   * Writes it for {@link MachineProvider#read}. The stream stays open.
   *
   * @throws IOException if the stream cannot be written
   */
  void write(OutputStream to) throws IOException;
}
