package dev.biosgateway.kexec.call;

import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.trampoline.LegacyState;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.bus.Checkpoint;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.state.Section;
import java.util.BitSet;
import java.util.List;

/**
 * What the machine is between two calls, and goes back to after a call that is to leave nothing: an
 * open checkpoint of memory, the sections of all components, the free page frames, and what real
 * mode code last left in the parts of the board that the host keeps for itself.
 */
final class StateAtRest {
  /** All of it at an earlier instant, with a checkpoint below the one that is open. */
  record Before(Checkpoint memory, List<Section> sections, BitSet frames, LegacyState legacy) {}

  private final Machine machine;
  private final PhysicalBus bus;
  private final HostContext host;
  private Checkpoint memory;
  private List<Section> sections;
  private BitSet frames;
  private LegacyState legacy = LegacyState.AFTER_POST;

  /** Pages written since {@link #takeWritten}, but for those of the open checkpoint. */
  private final WrittenPages written;

  /** The state as it is now. */
  StateAtRest(Machine machine, HostContext host) {
    this.machine = machine;
    this.bus = machine.bus();
    this.host = host;
    written = new WrittenPages(bus);
    begin();
  }

  /** The state of a machine that was made of an image, with what the image does not have. */
  StateAtRest(Machine machine, HostContext host, BitSet freeFrames, LegacyState left) {
    this.machine = machine;
    this.bus = machine.bus();
    this.host = host;
    written = new WrittenPages(bus);
    host.frames().reset(freeFrames);
    legacy = left;
    begin();
  }

  /** Something else has been put into memory and components: that is the state from now on. */
  void replaced(BitSet freeFrames, LegacyState left) {
    written.addAll();
    bus.release(memory);
    host.frames().reset(freeFrames);
    legacy = left;
    begin();
  }

  private void begin() {
    memory = bus.checkpoint();
    sections = machine.sections();
    frames = host.frames().snapshot();
  }

  /**
   * The pages written since it was asked the last time, of main memory and of each block; null when
   * nobody knows.
   */
  List<BitSet> takeWritten() {
    memory.forEachWrittenPage(written);
    return written.take();
  }

  /** Nobody will go back: memory is no longer watched. */
  void end() {
    bus.release(memory);
  }

  /** What real mode code finds in interrupt masks and A20 gate. */
  LegacyState legacy() {
    return legacy;
  }

  void setLegacy(LegacyState left) {
    legacy = left;
  }

  /** What is there now is what later calls go back to. */
  void keep() {
    host.scrub();
    memory.forEachWrittenPage(written);
    bus.release(memory);
    begin();
  }

  /** Everything is as it was at rest. Costs a copy for each page that was written. */
  void rollback() {
    bus.rewind(memory);
    machine.restoreSections(sections);
    machine.cpu().pins.clearRequests();
    host.frames().reset(frames);
  }

  /** Opens a bracket to which {@link #undo} goes back, across any number of {@link #keep}. */
  Before open() {
    memory.forEachWrittenPage(written);
    bus.release(memory);
    Before before = new Before(bus.checkpoint(), sections, frames, legacy);
    memory = bus.checkpoint();
    return before;
  }

  /** Goes back to before the bracket that was opened last, and ends it. */
  void undo(Before before) {
    memory.forEachWrittenPage(written);
    bus.rollback(memory);
    before.memory().forEachWrittenPage(written);
    bus.rollback(before.memory());
    machine.restoreSections(before.sections());
    machine.cpu().pins.clearRequests();
    host.frames().reset(before.frames());
    legacy = before.legacy();
    begin();
  }
}
