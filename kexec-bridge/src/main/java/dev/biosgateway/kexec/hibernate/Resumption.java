package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.image.KexecFile;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.vmcore.DumpLevel;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Kernel C: a machine is powered on, our own kernel boots in it, loads the dump of a saved kernel
 * as an image, and jumps to where that one goes on. What it wrote over itself is in its own source
 * pages, and its own relocate code puts it back.
 */
public final class Resumption {
  /** Components whose state is the running machine's: the jump itself needs them. */
  private static final Set<String> OF_THE_MACHINE = Set.of("cpu", "bus");

  private Resumption() {}

  /**
   * The machine a dump was taken of, as far as its VMCOREINFO tells; else {@code fallback}.
   *
   * @throws IllegalArgumentException if it names a board or a processor that do not exist
   */
  public static MachineConfig configuration(Vmcore core, MachineConfig fallback) {
    Map<String, String> info = core.vmcoreinfo();
    if (!info.containsKey("BOARD")) {
      return fallback;
    }
    return fallback
        .withBoard(Boards.named(info.get("BOARD")))
        .withCpu(CpuModel.named(info.get("CPU")))
        .withMemory(Long.parseLong(info.get("MEMORY")));
  }

  /**
   * Boots C, loads the dump and stands before the jump: {@link Machine#run} goes on in the saved
   * kernel. Devices are as they were saved, if the dump has them and the board is the same.
   *
   * @param entry where the saved kernel goes on; empty to take what the dump says
   * @throws KexecException EINVAL if nobody knows where, or pages in use were left out; ENOMEM if
   *     the machine is too small
   * @throws StateException if the dump's devices are not those of the board
   */
  public static Machine resume(Vmcore core, MachineConfig config, Optional<Integer> entry) {
    requireWhole(core);
    int start =
        entry
            .or(core::jumpBackEntry)
            .orElseThrow(
                () ->
                    KexecException.invalid(
                        "the dump does not say where its kernel goes on (VMCOREINFO, "
                            + Vmcore.JUMP_BACK_ENTRY
                            + "): give the entry"));
    PagingMode paging =
        config.cpu().has(CpuModel.Feature.PAE) ? PagingMode.PAE : PagingMode.TWO_LEVEL;
    BridgeMachine c = new BridgeMachine(config, paging);
    KexecLoad load = c.load().ofAnySize();
    KexecFile.segments(core).forEach(load::add);
    Kimage image = load.prepare(start & 0xffffffffL, false);
    List<Section> devices = devices(core, c.machine());
    return c.leave(image, devices);
  }

  /** Free pages and pages of zeros may be missing; caches and processes are what goes on. */
  private static void requireWhole(Vmcore core) {
    String level = core.vmcoreinfo().getOrDefault(Vmcore.DUMP_LEVEL, "0");
    int inUse = DumpLevel.CACHE | DumpLevel.PRIVATE_CACHE | DumpLevel.USER;
    if ((Integer.parseInt(level) & inUse) != 0) {
      throw KexecException.invalid(
          "the dump was written with level "
              + level
              + ", without caches or processes: expected a sum of 1 and 16 at most");
    }
  }

  private static List<Section> devices(Vmcore core, Machine machine) {
    List<Section> now = machine.sections();
    List<Section> saved = core.devices();
    if (saved.isEmpty()) {
      return now;
    }
    if (saved.size() != now.size()) {
      throw new StateException(
          "the dump has the state of %d components, the machine has %d; choose the board it was"
                  .formatted(saved.size(), now.size())
              + " taken on");
    }
    List<Section> out = new ArrayList<>();
    for (int i = 0; i < now.size(); i++) {
      out.add(OF_THE_MACHINE.contains(now.get(i).name()) ? now.get(i) : saved.get(i));
    }
    return out;
  }
}
