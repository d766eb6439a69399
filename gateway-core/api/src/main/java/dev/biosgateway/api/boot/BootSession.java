package dev.biosgateway.api.boot;

import dev.biosgateway.api.UnmodelledAccess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A machine that boots, or has booted. All methods but {@link #send}, {@link #type} and {@link
 * #stop} are called by one thread at a time; these by any, also while it runs.
 */
@ProviderType
public interface BootSession extends AutoCloseable {
  /** Lets the machine run, or run on, until the goal is reached or the guest ends it. */
  default BootResult run(BootGoal goal) {
    return run(goal, session -> {});
  }

  /** The same, with somebody who looks at it now and then. */
  BootResult run(BootGoal goal, BootWatcher watcher);

  /** What the guest has sent to the first serial port in this session, one character a byte. */
  String serialText();

  /** What a text mode shows, its rows ending in line feeds; empty in a graphics mode. */
  Optional<String> screenText();

  /**
   * What the monitor shows, as a PNG file.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if the board has no display
   */
  byte[] screenshot();

  /**
   * Sends characters to the first serial port. They arrive as fast as the guest takes them.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if the board has no serial port
   */
  void send(byte[] characters);

  /**
   * Types on a US keyboard: {@code \n} is Enter, {@code \t} Tab, {@code \b} Backspace, {@code
   * \u001b} Esc; {@code <F1>} to {@code <F12>}, {@code <Up>}, {@code <Down>}, {@code <Left>},
   * {@code <Right>} and {@code <Ctrl-Alt-Del>} are keys.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if the board has no keyboard or it no such
   *     key
   */
  void type(String keys);

  /** Instructions retired since power-on, in all sessions of this machine. */
  long instructions();

  /** Time that has passed in the machine since power-on. */
  Duration guestTime();

  /** What the guest touched in this session that is not modelled. */
  List<UnmodelledAccess> unmodelled();

  /**
   * SHA-256 over every register of every component and every byte of every memory, in hexadecimal:
   * equal for two machines that are in the same state, whatever way they came there.
   */
  String digest();

  /**
   * Writes the whole machine to a file, in place of what is there: whoever is killed meanwhile
   * leaves the former file or none.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if the file cannot be written
   */
  void save(Path file);

  /** Ends the run in progress soon; without one, the next ends at once. */
  void stop();

  /** Switches the machine off and closes its media. */
  @Override
  void close();
}
