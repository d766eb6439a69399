package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;

/** The mechanics of a CD-ROM drive: tray, medium, lock, and what has happened to them. */
public final class OpticalDrive {
  /** Above this a medium is a DVD: 80 minutes of a CD, with a margin. */
  private static final int CD_BLOCKS_MAX = 450_000;

  private final String name;
  private CdImage medium;
  private boolean open;
  private boolean locked;
  private boolean attention;
  private int attentionCode;

  /** Class 4 events that GET EVENT STATUS NOTIFICATION has not told yet. */
  private int event;

  static final int EVENT_NONE = 0;
  static final int EVENT_EJECT_REQUEST = 1;
  static final int EVENT_NEW_MEDIA = 2;
  static final int EVENT_MEDIA_REMOVAL = 3;

  /**
   * @param image null for an empty drive
   */
  OpticalDrive(String name, BlockImage image) {
    this.name = name;
    this.medium = image == null ? null : cd(image);
  }

  private static CdImage cd(BlockImage image) {
    return image instanceof CdImage already ? already : new CdImage(image);
  }

  /** Whether a medium is in and the tray is closed. */
  public boolean ready() {
    return medium != null && !open;
  }

  /**
   * Puts a medium in and closes the tray.
   *
   * @throws dev.biosgateway.x86.media.ImageException when its size is no multiple of 2048
   */
  public void insert(BlockImage image) {
    medium = cd(image);
    open = false;
    event = EVENT_NEW_MEDIA;
    attention(SenseData.MEDIUM_MAY_HAVE_CHANGED);
  }

  /**
   * The button at the front: opens the tray and takes the medium out; while the guest has it locked
   * the button only asks the guest.
   *
   * @return whether the medium is out
   */
  public boolean eject() {
    if (locked) {
      event = EVENT_EJECT_REQUEST;
      return false;
    }
    open = true;
    medium = null;
    event = EVENT_MEDIA_REMOVAL;
    return true;
  }

  /** START STOP UNIT: the guest moves the tray; the medium lies in it. */
  void moveTray(boolean toOpen) {
    if (toOpen != open) {
      open = toOpen;
      event = toOpen ? EVENT_MEDIA_REMOVAL : medium != null ? EVENT_NEW_MEDIA : EVENT_NONE;
      if (!toOpen && medium != null) {
        attention(SenseData.MEDIUM_MAY_HAVE_CHANGED);
      }
    }
  }

  boolean open() {
    return open;
  }

  boolean locked() {
    return locked;
  }

  void lock(boolean on) {
    locked = on;
  }

  boolean dvd() {
    return ready() && medium.blocks() > CD_BLOCKS_MAX;
  }

  int blocks() {
    return medium.blocks();
  }

  void read(long offset, byte[] into, int length) {
    medium.read(offset, into, 0, length);
  }

  void attention(int code) {
    attention = true;
    attentionCode = code;
  }

  boolean attentionPending() {
    return attention;
  }

  /** Tells the unit attention, once. */
  int takeAttention() {
    attention = false;
    return attentionCode;
  }

  int takeEvent() {
    int told = event;
    event = EVENT_NONE;
    return told;
  }

  void powerOn() {
    locked = false;
    event = EVENT_NONE;
  }

  void save(Section out) {
    out.put(name + ".open", open).put(name + ".locked", locked).put(name + ".event", event);
    out.put(name + ".attention", attention).put(name + ".attentionCode", attentionCode);
    out.put(name + ".medium", medium != null);
    if (medium != null) {
      medium.save(name + ".image", out);
    }
  }

  void restore(Section in) {
    open = in.getBoolean(name + ".open");
    locked = in.getBoolean(name + ".locked");
    event = in.getInt(name + ".event");
    attention = in.getBoolean(name + ".attention");
    attentionCode = in.getInt(name + ".attentionCode");
    boolean had = in.getBoolean(name + ".medium");
    if (had != (medium != null)) {
      throw new StateException(
          "section %s: %s was saved %s a medium, it is now %s one"
              .formatted(in.name(), name, had ? "with" : "without", had ? "without" : "with"));
    }
    if (had) {
      medium.restore(name + ".image", in);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
