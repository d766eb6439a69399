package dev.biosgateway.x86.device.dma;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * The two 8237A of a PC/AT, as the 82371SB has them: channels 0 to 3 move bytes, 5 to 7 words, and
 * channel 4 lets the first four through. Page registers at 81h to 8Fh give the address lines above
 * 16 (8-bit channels) or 17 (16-bit channels); an address wraps within its page. The spare page
 * register at 80h is where firmware writes its POST codes, so {@link
 * dev.biosgateway.x86.device.ports.PostPort} is it.
 */
public final class Dma8237Pair implements Device {
  private static final int FIRST = 0x00;
  private static final int SECOND = 0xc0;
  private static final int PAGES = 0x80;

  /** The channel of the second chip that the first one hangs on. */
  private static final int CASCADE = 0;

  /** Mode of channel 4, which the 82371SB does not let software change. */
  private static final int CASCADE_MODE = 0xc0;

  /** Offset from 80h of each channel's page register; channel 4's is that of refresh. */
  private static final int[] PAGE_OF_CHANNEL = {7, 3, 1, 2, 15, 11, 9, 10};

  /** Single mask register: lets the channel in bits 0 and 1 go. */
  private static final int SINGLE_MASK = 10;

  private final boolean afterFirmware;
  private final byte[] pages = new byte[16];
  private PhysicalBus bus;
  private Dma8237 bytes;
  private Dma8237 words;

  /** As the chips come out of reset: firmware lets the first four channels through. */
  public Dma8237Pair() {
    this(false);
  }

  /**
   * @param afterFirmware whether the cascade is open after a reset, as POST leaves it: no operating
   *     system does this itself
   */
  public Dma8237Pair(boolean afterFirmware) {
    this.afterFirmware = afterFirmware;
  }

  @Override
  public void attach(Wiring wiring) {
    bus = wiring.bus();
    bytes = new Dma8237("dma1", 0, new ByteSide(), wiring.unmodelled());
    words = new Dma8237("dma2", 4, new WordSide(), wiring.unmodelled());
    PortMap ports = wiring.ports();
    ports.map(FIRST, 16, 1, new ChipPorts(bytes, FIRST, 0));
    ports.map(SECOND, 32, 1, new ChipPorts(words, SECOND, 1)); // A0 is not decoded
    ports.map(PAGES + 1, 15, 1, new PagePorts());
  }

  /**
   * Connects a device to a channel; called while the device is attached.
   *
   * @param channel 0 to 3 for bytes, 5 to 7 for words
   * @return its request line
   * @throws IllegalStateException when the channel has a device already
   */
  public DmaRequestLine connect(int channel, DmaRequester requester) {
    if (channel < 0 || channel > 7 || channel == 4) {
      throw new IllegalArgumentException(
          "DMA channel: expected 0..3 or 5..7, found %d".formatted(channel));
    }
    DmaChannel wanted = channel < 4 ? bytes.channel(channel) : words.channel(channel - 4);
    if (wanted.requester != null) {
      throw new IllegalStateException(
          "DMA channel %d: %s wants it, %s has it".formatted(channel, requester, wanted.requester));
    }
    wanted.requester = requester;
    return high -> {
      wanted.requested = high;
      if (high) {
        serve();
      }
    };
  }

  @Override
  public void reset(ResetKind kind) {
    if (kind == ResetKind.POWER_ON) {
      bytes.powerOn();
      words.powerOn();
      Arrays.fill(pages, (byte) 0);
    } else {
      bytes.masterClear();
      words.masterClear();
    }
    words.channel(CASCADE).setMode(CASCADE_MODE);
    if (afterFirmware) {
      words.write(SINGLE_MASK, CASCADE);
    }
  }

  @Override
  public String sectionName() {
    return "dma8237";
  }

  @Override
  public void save(Section out) {
    bytes.save(out);
    words.save(out);
    out.put("pages", pages);
  }

  @Override
  public void restore(Section in) {
    bytes.restore(in);
    words.restore(in);
    in.getBytes("pages", pages);
  }

  @Override
  public String toString() {
    return "dma8237";
  }

  private void serve() {
    bytes.serve();
    words.serve();
  }

  private int page(int channel) {
    return pages[PAGE_OF_CHANNEL[channel]] & 0xff;
  }

  /** Channels 0 to 3: bytes, pages of 64 KB. */
  private final class ByteSide implements Dma8237.Surroundings {
    @Override
    public boolean holdGranted() {
      return words.enabled() && !words.masked(CASCADE);
    }

    @Override
    public int readMemory(int channel, int address) {
      return bus.read8(page(channel) << 16 | address);
    }

    @Override
    public void writeMemory(int channel, int address, int value) {
      bus.write8(page(channel) << 16 | address, value);
    }
  }

  /** Channels 5 to 7: words, pages of 128 KB; bit 0 of the page register is not used. */
  private final class WordSide implements Dma8237.Surroundings {
    @Override
    public boolean holdGranted() {
      return true;
    }

    @Override
    public int readMemory(int channel, int address) {
      return bus.read16((page(channel + 4) & 0xfe) << 16 | address << 1);
    }

    @Override
    public void writeMemory(int channel, int address, int value) {
      bus.write16((page(channel + 4) & 0xfe) << 16 | address << 1, value);
    }
  }

  private final class ChipPorts implements PortHandler {
    private final Dma8237 chip;
    private final int base;
    private final int shift;

    ChipPorts(Dma8237 chip, int base, int shift) {
      this.chip = chip;
      this.base = base;
      this.shift = shift;
    }

    @Override
    public int in(int port, int size) {
      return chip.read(port - base >>> shift);
    }

    @Override
    public void out(int port, int size, int value) {
      chip.write(port - base >>> shift, value);
      words.channel(CASCADE).setMode(CASCADE_MODE);
      serve();
    }

    @Override
    public String toString() {
      return "dma8237";
    }
  }

  private final class PagePorts implements PortHandler {
    @Override
    public int in(int port, int size) {
      return pages[port - PAGES] & 0xff;
    }

    @Override
    public void out(int port, int size, int value) {
      pages[port - PAGES] = (byte) value;
    }

    @Override
    public String toString() {
      return "dma8237.pages";
    }
  }
}
