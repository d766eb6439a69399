package dev.biosgateway.x86;

import dev.biosgateway.x86.bus.Checkpoint;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A machine at an instant: the section of every component, and a checkpoint of main memory and of
 * the memory of devices. {@link Machine#restore} goes back to it any number of times; {@link
 * Machine#release} gives it up. States nest like brackets: the latest one is released first.
 */
public final class MachineState {
  private final List<Section> sections;
  final Checkpoint memory;

  MachineState(List<Section> sections, Checkpoint memory) {
    this.sections = List.copyOf(sections);
    this.memory = memory;
  }

  /** Sections of clock, devices in the order of the board, bus, CPU. */
  public List<Section> sections() {
    return sections;
  }

  /** The section of a component, by name. */
  public Optional<Section> section(String name) {
    return sections.stream().filter(s -> s.name().equals(name)).findFirst();
  }

  /** The section of a component by its place, to be read from its beginning. */
  Section section(int component) {
    return sections.get(component).rewind();
  }

  /** Pages of memory that were written since. */
  public int writtenPages() {
    return memory.writtenPages();
  }

  /** Tells of every page that was written since. */
  public void forEachWrittenPage(Checkpoint.PageVisitor visitor) {
    memory.forEachWrittenPage(visitor);
  }

  /** Readable differences between two lists of sections of the same machine, memory aside. */
  public static List<String> differences(List<Section> one, List<Section> other) {
    List<String> out = new ArrayList<>();
    if (one.size() != other.size()) {
      out.add("%d components, other %d".formatted(one.size(), other.size()));
      return out;
    }
    for (int i = 0; i < one.size(); i++) {
      out.addAll(one.get(i).differences(other.get(i)));
    }
    return out;
  }
}
