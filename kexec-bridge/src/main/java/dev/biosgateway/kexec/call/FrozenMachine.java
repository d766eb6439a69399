package dev.biosgateway.kexec.call;

import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.kexec.context.PostedFirmware;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.trampoline.LegacyState;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.snapshot.MachineImage;
import dev.biosgateway.x86.snapshot.PagedMemory;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;

/**
 * A machine at rest: the image of the PC, and what the bridge knows of it beside. Pages that are
 * zero are not held.
 *
 * @param image the PC
 * @param paging how its host pages
 * @param frames which page frames of the host are free
 * @param legacy what real mode code finds in the parts of the board that the host keeps
 * @param mappings the programs, in the order in which they were mapped
 */
record FrozenMachine(
    MachineImage image,
    PagingMode paging,
    BitSet frames,
    LegacyState legacy,
    List<Mapping> mappings)
    implements MachineTemplate {
  private static final int PAGE = 4096;

  /** Copies the list. */
  FrozenMachine {
    mappings = List.copyOf(mappings);
  }

  /** What firmware has left below 1 MB; only for machines with firmware. */
  PostedFirmware firmware() {
    byte[] table = new byte[PAGE];
    image.memories().get(0).read(0, table, 0);
    ByteBuffer vectors = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    return new PostedFirmware(vectors::getInt);
  }

  /** One at a time: the sections of an image are read with a cursor. */
  @Override
  public GuestMachine open() {
    synchronized (image) {
      return new BridgeMachine(this);
    }
  }

  /**
   * Brings a machine that is exactly as another frozen one into this state. Costs a copy for each
   * page that the two do not share.
   */
  void copyOver(FrozenMachine present, Machine machine) {
    synchronized (image) {
      byte[] page = new byte[PAGE];
      PhysicalBus bus = machine.bus();
      for (int m = 0; m < image.memories().size(); m++) {
        PagedMemory wanted = image.memories().get(m);
        PagedMemory there = present.image.memories().get(m);
        for (int i = 0; i < wanted.pages(); i++) {
          if (!wanted.samePage(i, there)) {
            wanted.read(i, page, 0);
            if (m == 0) {
              bus.load(i * PAGE, page);
            } else {
              MemoryBlock block = bus.blocks().get(m - 1);
              block.willWrite(i * PAGE, PAGE);
              System.arraycopy(page, 0, block.bytes, i * PAGE, PAGE);
            }
          }
        }
      }
      machine.restoreSections(image.sections());
    }
  }

  @Override
  public List<MappedProgram> programs() {
    return List.copyOf(mappings);
  }

  @Override
  public long bytes() {
    return image.memories().stream().mapToLong(m -> (long) m.heldPages() * PAGE).sum();
  }

  @Override
  public void write(OutputStream to) throws IOException {
    synchronized (image) {
      FrozenMachineFormat.write(this, new DataOutputStream(to));
    }
  }
}
