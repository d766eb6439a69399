package dev.biosgateway.kexec.extension;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.extension.DeviceModel;
import dev.biosgateway.api.extension.DeviceState;
import dev.biosgateway.api.extension.GuestDevice;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.x86.device.ExpansionCard;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/** A plugin's device in one machine, as a card of the board. */
public final class JavaCard implements ExpansionCard {
  private final ProgramImage image;
  private final DeviceModel model;
  private final GuestMachine machine;
  private CardSlot slot;
  private GuestDevice device;

  /**
   * A card that is not plugged in yet.
   *
   * @param image backed by a {@link DeviceModel}
   * @param machine the machine it is for
   */
  public JavaCard(ProgramImage image, GuestMachine machine) {
    this.image = image;
    this.model =
        image
            .extension(DeviceModel.class)
            .orElseThrow(
                () ->
                    ProgramException.of(image.name(), "service")
                        .file(image.file())
                        .expected("a DeviceModel")
                        .found("none")
                        .build());
    this.machine = machine;
  }

  /** The program it is of. */
  public ProgramImage image() {
    return image;
  }

  /**
   * Requires that what the device saves is what it restores.
   *
   * @throws ProgramException if it is not
   */
  public void requireSavedStateRestored() {
    Section saved = new Section(sectionName());
    save(saved);
    restore(saved.rewind());
    Section again = new Section(sectionName());
    save(again);
    if (!saved.equals(again)) {
      throw ProgramException.of(image.name(), "state")
          .file(image.file())
          .expected("restore() to take what save() has written")
          .found(String.join(", ", saved.differences(again)))
          .remedy("save and restore the same fields in the same order")
          .build();
    }
  }

  @Override
  public void attach(Wiring wiring) {
    slot = new CardSlot(image.name(), wiring, new JavaFailure(machine, "device " + image.name()));
    device = model.plugInto(slot);
    if (device == null) {
      throw new InvalidRequestException("plugInto: expected a device, found null");
    }
    slot.attached();
  }

  @Override
  public void reset(ResetKind kind) {
    slot.reset();
    slot.failure().guard(device::reset);
  }

  @Override
  public void pull() {
    if (slot != null) {
      slot.release();
    }
  }

  @Override
  public String sectionName() {
    return image.name();
  }

  @Override
  public void save(Section out) {
    slot.save(out);
    device.save(new Fields(out));
  }

  @Override
  public void restore(Section in) {
    slot.restore(in);
    device.restore(new Fields(in));
  }

  @Override
  public String toString() {
    return "card " + image.name();
  }

  /** A section as the plugin sees it. */
  private record Fields(Section section) implements DeviceState {
    @Override
    public DeviceState put(String field, long value) {
      section.put(field, value);
      return this;
    }

    @Override
    public DeviceState put(String field, byte[] value) {
      section.put(field, value);
      return this;
    }

    @Override
    public long number(String field) {
      return section.getLong(field);
    }

    @Override
    public void bytes(String field, byte[] into) {
      section.getBytes(field, into);
    }
  }
}
