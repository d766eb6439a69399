package dev.biosgateway.x86.state;

/**
 * A component whose whole state is one named section. Reset, save and restore work on the same
 * fields, so a snapshot is nothing but the list of the sections of every component.
 *
 * <p>Not thread-safe: called on the thread that runs the machine, between two instructions.
 */
public interface Stateful {

  /** Name of the section, unique in a machine, for example {@code pic8259} or {@code pit8254}. */
  String sectionName();

  /** Writes every field that decides future behaviour, in a fixed order. */
  void save(Section out);

  /**
   * Reads the fields in the order in which {@link #save} wrote them and re-derives all that depends
   * on them (interrupt lines, scheduled events, mapped regions).
   *
   * @throws StateException when a field is missing or has another name or shape
   */
  void restore(Section in);
}
