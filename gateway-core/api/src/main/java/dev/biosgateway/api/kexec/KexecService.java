package dev.biosgateway.api.kexec;

import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens machines for kexec by hand. Implemented by the kexec bridge; in OSGi a service, elsewhere
 * found by {@link java.util.ServiceLoader}. Safe for use by all threads.
 */
@ProviderType
public interface KexecService {
  /**
   * Powers a machine on and boots the host in it.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if there is no such machine
   */
  KexecMachine open(MachineSettings settings);

  /**
   * Goes on with a machine that {@link KexecMachine#save} wrote, in whatever process.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if the file is none, or a damaged one
   */
  KexecMachine reopen(Path file);

  /**
   * What is in a memory dump.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if it is none, or a damaged one
   */
  DumpInfo dumpInfo(Path dump);

  /**
   * Powers a machine on, loads a dump in it and jumps to where the saved kernel goes on.
   *
   * @return what the kernel did with its machine until {@link ResumeRequest#until} or its budget
   * @throws dev.biosgateway.api.InvalidRequestException if the dump cannot be resumed: it is
   *     damaged, does not say where to go on, or does not fit the machine
   */
  KexecOutcome resume(Path dump, ResumeRequest request);

  /** The saver, kernel B of a hibernation, as an ELF executable for a guest's own kexec. */
  byte[] saverExecutable();

  /**
   * The saver that needs nobody's help: it writes the kernel before it to a disk of the machine,
   * which {@link #dumpInfo} and {@link #resume} then take as a dump.
   *
   * @param disk 0 to 3: channel * 2 + device; all of it is the saver's
   * @param restart by which restart point it goes back to the saved kernel when all is safe: 0 to
   *     go on, 1 to suspend to RAM, 2 to power off, 100h and above as the kernel means it. Where
   *     the kernel has no such entry the saver itself powers off, or the kernel goes on
   */
  byte[] diskSaverExecutable(int disk, int restart);
}
