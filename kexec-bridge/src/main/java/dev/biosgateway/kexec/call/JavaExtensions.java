package dev.biosgateway.kexec.call;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.extension.InterruptHandler;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.extension.InterceptedMemory;
import dev.biosgateway.kexec.extension.InterceptedPorts;
import dev.biosgateway.kexec.extension.JavaCard;
import dev.biosgateway.kexec.program.ProgramFormat;
import dev.biosgateway.x86.Machine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/**
 * What programs in Java have in one machine, beside its state: the traps of handlers, the cards of
 * devices, and the interceptors, which stand in front of ports and memory while a routine runs.
 */
final class JavaExtensions {
  private final Machine machine;
  private final BridgeMachine bridge;
  private final Deque<JavaCard> cards = new ArrayDeque<>();
  private final InterceptedPorts ports;
  private final InterceptedMemory memory;

  JavaExtensions(Machine machine, BridgeMachine bridge) {
    this.machine = machine;
    this.bridge = bridge;
    this.ports = new InterceptedPorts(machine.ports(), bridge);
    this.memory = new InterceptedMemory(machine.bus(), bridge);
  }

  /**
   * Plugs a device in.
   *
   * @throws ProgramException if it cannot be plugged in; nothing is left of it
   */
  void plug(ProgramImage image) {
    JavaCard card = new JavaCard(image, bridge);
    try {
      machine.plug(card);
    } catch (ProgramException e) {
      throw e;
    } catch (RuntimeException e) {
      throw ProgramException.of(image.name(), "device")
          .file(image.file())
          .expected("a device that can be plugged into board " + machine.config().board().name())
          .found(e.getMessage() == null ? e.toString() : e.getMessage())
          .cause(e)
          .build();
    }
    cards.push(card);
    try {
      card.requireSavedStateRestored();
    } catch (RuntimeException e) {
      pull();
      throw e instanceof ProgramException known
          ? known
          : ProgramException.of(image.name(), "state")
              .file(image.file())
              .expected("a device that saves and restores its state")
              .found(e.toString())
              .cause(e)
              .build();
    }
  }

  /** Pulls the device that was plugged in last. */
  private void pull() {
    machine.pull(cards.pop());
  }

  /** Plugs in the devices of a machine whose state is to be taken over. */
  void plugAll(List<Mapping> mappings) {
    devices(mappings).forEach(this::plug);
  }

  /** Whether the devices are the same as those of another machine. */
  boolean sameDevices(List<Mapping> mappings) {
    List<ProgramImage> there = cards.stream().map(JavaCard::image).toList();
    List<ProgramImage> wanted = devices(mappings);
    if (there.size() != wanted.size()) {
      return false;
    }
    for (int i = 0; i < there.size(); i++) {
      if (there.get(there.size() - 1 - i) != wanted.get(i)) {
        return false;
      }
    }
    return true;
  }

  private static List<ProgramImage> devices(List<Mapping> mappings) {
    return mappings.stream().map(Mapping::image).filter(JavaExtensions::isDevice).toList();
  }

  private static boolean isDevice(ProgramImage image) {
    return ProgramFormat.of(image) == ProgramFormat.JAVA_DEVICE;
  }

  /** Whether there is a device in Java. */
  boolean hasDevices() {
    return !cards.isEmpty();
  }

  /** Lets a mapped program's code in Java be reached, if it has some. */
  void arm(Mapping mapping, List<Mapping> mappings) {
    setTrap(mapping, true);
    intercept(mappings);
  }

  /** Undoes {@link #arm}, and pulls what it was if it was a device. */
  void disarm(Mapping mapping, List<Mapping> left) {
    setTrap(mapping, false);
    if (isDevice(mapping.image())) {
      pull();
    }
    intercept(left);
  }

  /** Programs that came with a template take the place of others; the devices are the same. */
  void replace(List<Mapping> former, List<Mapping> present) {
    former.forEach(mapping -> setTrap(mapping, false));
    present.forEach(mapping -> setTrap(mapping, true));
    intercept(present);
  }

  private void setTrap(Mapping mapping, boolean armed) {
    if (ProgramFormat.of(mapping.image()) == ProgramFormat.JAVA_INTERRUPT) {
      JavaHandler handler = new JavaHandler(mapping.image(), (int) mapping.address(), bridge);
      machine.setTrap(handler.entry(), armed ? handler : null);
    }
  }

  private void intercept(List<Mapping> mappings) {
    List<ProgramImage> images = mappings.stream().map(Mapping::image).toList();
    ports.set(images);
    memory.set(images);
  }

  /** The routine begins: who stands in front of ports and memory does so from now on. */
  void begin() {
    ports.begin();
    memory.begin();
  }

  /** The routine has ended. */
  void end() {
    ports.end();
    memory.end();
  }

  /** The ROM that stands in guest memory for a handler in Java. */
  static ProgramImage rom(ProgramImage image) {
    InterruptHandler handler = image.extension(InterruptHandler.class).orElse(null);
    if (handler == null || image.vectors().size() != 1) {
      throw ProgramException.of(image.name(), "handler")
          .file(image.file())
          .expected("a handler service with one vector")
          .found(image.vectors() + (handler == null ? " without a handler" : ""))
          .build();
    }
    return new ProgramImage(
            image.name(),
            image.version(),
            image.format(),
            image.file(),
            JavaHandler.rom(image.vectors().get(0)),
            image.address(),
            OptionalLong.empty(),
            image.vectors(),
            image.attributes())
        .within(image.policy())
        .backedBy(handler);
  }
}
