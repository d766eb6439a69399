package dev.biosgateway.api.kexec;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A machine whose host loads images and jumps to them. What an image does to memory and devices
 * stays when it comes back; when it does not, the machine is as before the jump.
 *
 * <p>Not thread-safe. What kexec refuses is a {@link KexecRefusedException}.
 */
@ProviderType
public interface KexecMachine extends AutoCloseable {
  /**
   * Loads an image, in place of the one that was: kexec -l, or -p for a crash.
   *
   * @throws KexecRefusedException by kexec's rules, with its error number and the segment
   * @throws dev.biosgateway.api.ProgramException if the file is broken
   * @throws dev.biosgateway.api.InvalidRequestException if a file cannot be read
   */
  LoadedImage load(KexecLoadRequest request);

  /** What is loaded. */
  Optional<LoadedImage> loaded();

  /** Forgets what is loaded: kexec -u. */
  void unload();

  /**
   * Jumps to what is loaded: kexec -e. It stays loaded, and the next jump enters where it wants.
   *
   * @param budget instructions for the whole way
   * @throws KexecRefusedException EINVAL when nothing is loaded, EBUSY when a device refuses or
   *     another jump is in progress, EIO when the image is not what was loaded
   */
  default KexecOutcome execute(long budget) {
    return execute(budget, Optional.empty());
  }

  /**
   * The same, for an image that may come back by a restart point by which the host sleeps.
   *
   * @param wakeAfter time of the machine after which its clock wakes it, 1 second to 24 hours; when
   *     empty nothing does, and a host that sleeps has not come back
   */
  KexecOutcome execute(long budget, Optional<Duration> wakeAfter);

  /**
   * Crashes the host, which calls address 0: its exception handler jumps to the crash image that is
   * loaded, which finds the host's memory, and its registers at the fault, by {@code elfcorehdr=}.
   * Nobody comes back: this object is closed.
   *
   * @param budget instructions of the crash kernel
   * @param until ends when it has written this text; when empty, when it stops
   * @return what it did; RETURNED if it wrote the text
   * @throws KexecRefusedException EINVAL when no crash image is loaded, EIO when it is not what was
   *     loaded
   */
  KexecOutcome crash(long budget, Optional<String> until);

  // ---- several systems

  /**
   * Loads a system that stays beside others; it boots when it gets the machine first.
   *
   * @throws KexecRefusedException by kexec's rules, or when there is one of that name
   */
  ResidentSystem addSystem(String name, KexecLoadRequest request);

  /** All systems, in the order in which they were added. */
  List<ResidentSystem> systems();

  /**
   * Gives a system the machine, and those it gives it to in turn, until one gives it back.
   *
   * @param budget instructions for each of them
   * @throws KexecRefusedException EINVAL when there is no system of that name, EBUSY when a system
   *     is called that waits for one it called
   */
  default KexecOutcome switchTo(String name, long budget) {
    return switchTo(name, budget, Optional.empty());
  }

  /**
   * The same, with a clock that wakes the host as in {@link #execute(long, Optional)}.
   *
   * @param wakeAfter 1 second to 24 hours
   */
  KexecOutcome switchTo(String name, long budget, Optional<Duration> wakeAfter);

  // ---- snapshots

  /** Takes a snapshot; costs what was written since the last one. */
  SnapshotInfo takeSnapshot(String name);

  /** All snapshots, in the order in which they were taken. */
  List<SnapshotInfo> snapshots();

  /**
   * The difference of two snapshots: memory by ranges of pages, components by register.
   *
   * @param from name; {@code now} for the machine as it is
   * @param to name, or {@code now}
   */
  List<String> difference(String from, String to);

  /** Makes the machine as it was, images and systems included; all snapshots stay. */
  void restoreSnapshot(String name);

  // ---- files

  /**
   * Writes memory and components as an ELF core.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if the file cannot be written, or nobody
   *     knows what the level leaves out
   */
  DumpInfo dump(Path file, DumpRequest request);

  /**
   * Writes the machine with images, systems and snapshots, in place of what is there in one step.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if the file cannot be written
   */
  void save(Path file);

  @Override
  void close();
}
