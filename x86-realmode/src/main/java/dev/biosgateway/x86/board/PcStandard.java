package dev.biosgateway.x86.board;

import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.pci.HostBridge440fx;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.device.vga.BochsDisplay;
import dev.biosgateway.x86.device.vga.StandardVga;
import java.util.ArrayList;
import java.util.List;

/**
 * A PC with PCI and a display adapter, without firmware: what POST would have set up (A20 open,
 * shadow memory, base addresses, CMOS) is as POST leaves it.
 */
public record PcStandard(Display display) implements Board {
  /** Which display adapter sits in PCI slot 2. */
  public enum Display {
    /** A VGA with the Bochs display interface, PCI 1234:1111 class 0300. */
    STANDARD_VGA("pc", "PC/AT with PCI and a Standard VGA"),
    /** The Bochs display interface alone, PCI 1234:1111 class 0380. */
    BOCHS_DISPLAY("pc-bochs-display", "PC/AT with PCI and a Bochs display without VGA"),
    /** The VGA of a VMware SVGA II, PCI 15ad:0405. */
    VMWARE("pc-vmware", "PC/AT with PCI and the VGA part of a VMware SVGA II"),
    /** The VGA mode of a QXL adapter, PCI 1b36:0100. */
    QXL("pc-qxl", "PC/AT with PCI and the VGA part of a QXL adapter");

    private final String board;
    private final String summary;

    Display(String board, String summary) {
      this.board = board;
      this.summary = summary;
    }

    private String boardName() {
      return board;
    }

    private String boardSummary() {
      return summary;
    }
  }

  private static final int DISPLAY_SLOT = 2;
  private static final int FRAMEBUFFER = 0xe000_0000;
  private static final int REGISTER_PAGE = 0xfebf_0000;
  private static final int NO_FLOPPIES = 0;

  @Override
  public String name() {
    return display.boardName();
  }

  @Override
  public String summary() {
    return display.boardSummary();
  }

  @Override
  public List<Device> devices(Fitting fitting) {
    List<Device> devices = new ArrayList<>(AtChips.core());
    devices.add(AtChips.clock(fitting, NO_FLOPPIES, false));
    devices.addAll(AtChips.debugPorts(fitting));
    devices.addAll(AtChips.serialPorts(fitting));
    devices.add(new PciBus());
    devices.add(new HostBridge440fx(true));
    devices.add(displayAdapter());
    return devices;
  }

  private Device displayAdapter() {
    return switch (display) {
      case STANDARD_VGA -> vga(StandardVga.Model.STANDARD);
      case VMWARE -> vga(StandardVga.Model.VMWARE);
      case QXL -> vga(StandardVga.Model.QXL);
      case BOCHS_DISPLAY -> new BochsDisplay(DISPLAY_SLOT, FRAMEBUFFER, REGISTER_PAGE);
    };
  }

  private static Device vga(StandardVga.Model model) {
    return new StandardVga(model, DISPLAY_SLOT, FRAMEBUFFER, REGISTER_PAGE, new byte[0]);
  }
}
