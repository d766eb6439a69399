package dev.biosgateway.x86.device.vga;

import java.util.List;

/**
 * The indexed registers of a VGA (IBM PS/2 Hardware Interface Technical Reference, "Video
 * Subsystem"), in the order of their indices.
 */
final class VgaRegisterMaps {
  // spotless:off
  // ---- sequencer, 3C4h
  static final int SEQ_RESET         = 0x00;
  static final int SEQ_CLOCKING_MODE = 0x01;
  static final int SEQ_MAP_MASK      = 0x02;
  static final int SEQ_CHARACTER_MAP = 0x03;
  static final int SEQ_MEMORY_MODE   = 0x04;

  static final List<RegisterBits> SEQUENCER = List.of(
      new RegisterBits("reset",                0x03),
      new RegisterBits("clocking mode",        0x3d),
      new RegisterBits("map mask",             0x0f),
      new RegisterBits("character map select", 0x3f),
      new RegisterBits("memory mode",          0x0e, 0x01)); // alphanumeric mode

  // ---- CRT controller, 3B4h or 3D4h
  static final int CRTC_HORIZONTAL_TOTAL       = 0x00;
  static final int CRTC_HORIZONTAL_DISPLAY_END = 0x01;
  static final int CRTC_VERTICAL_TOTAL         = 0x06;
  static final int CRTC_OVERFLOW               = 0x07;
  static final int CRTC_PRESET_ROW_SCAN        = 0x08;
  static final int CRTC_MAXIMUM_SCAN_LINE      = 0x09;
  static final int CRTC_CURSOR_START           = 0x0a;
  static final int CRTC_CURSOR_END             = 0x0b;
  static final int CRTC_START_HIGH             = 0x0c;
  static final int CRTC_START_LOW              = 0x0d;
  static final int CRTC_CURSOR_HIGH            = 0x0e;
  static final int CRTC_CURSOR_LOW             = 0x0f;
  static final int CRTC_RETRACE_START          = 0x10;
  static final int CRTC_RETRACE_END            = 0x11;
  static final int CRTC_DISPLAY_END            = 0x12;
  static final int CRTC_OFFSET                 = 0x13;
  static final int CRTC_UNDERLINE              = 0x14;
  static final int CRTC_MODE_CONTROL           = 0x17;
  static final int CRTC_LINE_COMPARE           = 0x18;

  static final List<RegisterBits> CRTC = List.of(
      new RegisterBits("horizontal total",           0xff),
      new RegisterBits("horizontal display end",     0xff),
      new RegisterBits("start horizontal blanking",  0xff),
      new RegisterBits("end horizontal blanking",    0xff),
      new RegisterBits("start horizontal retrace",   0xff),
      new RegisterBits("end horizontal retrace",     0xff),
      new RegisterBits("vertical total",             0xff),
      new RegisterBits("overflow",                   0xff),
      new RegisterBits("preset row scan",            0x7f),
      new RegisterBits("maximum scan line",          0xff),
      new RegisterBits("cursor start",               0x3f),
      new RegisterBits("cursor end",                 0x7f),
      new RegisterBits("start address high",         0xff),
      new RegisterBits("start address low",          0xff),
      new RegisterBits("cursor location high",       0xff),
      new RegisterBits("cursor location low",        0xff),
      new RegisterBits("vertical retrace start",     0xff),
      new RegisterBits("vertical retrace end",       0xff),
      new RegisterBits("vertical display end",       0xff),
      new RegisterBits("offset",                     0xff),
      new RegisterBits("underline location",         0x7f),
      new RegisterBits("start vertical blanking",    0xff),
      new RegisterBits("end vertical blanking",      0xff),
      new RegisterBits("mode control",               0xef),
      new RegisterBits("line compare",               0xff));

  // ---- graphics controller, 3CEh
  static final int GC_SET_RESET        = 0x00;
  static final int GC_ENABLE_SET_RESET = 0x01;
  static final int GC_COLOR_COMPARE    = 0x02;
  static final int GC_DATA_ROTATE      = 0x03;
  static final int GC_READ_MAP_SELECT  = 0x04;
  static final int GC_MODE             = 0x05;
  static final int GC_MISCELLANEOUS    = 0x06;
  static final int GC_COLOR_DONT_CARE  = 0x07;
  static final int GC_BIT_MASK         = 0x08;

  static final List<RegisterBits> GRAPHICS = List.of(
      new RegisterBits("set/reset",        0x0f),
      new RegisterBits("enable set/reset", 0x0f),
      new RegisterBits("color compare",    0x0f),
      new RegisterBits("data rotate",      0x1f),
      new RegisterBits("read map select",  0x03),
      new RegisterBits("graphics mode",    0x7b),
      new RegisterBits("miscellaneous",    0x0f),
      new RegisterBits("color don't care", 0x0f),
      new RegisterBits("bit mask",         0xff));

  // ---- attribute controller, 3C0h
  static final int ATTRIBUTE_PALETTE_SIZE  = 0x10;
  static final int ATTRIBUTE_MODE_CONTROL  = 0x10;
  static final int ATTRIBUTE_OVERSCAN      = 0x11;
  static final int ATTRIBUTE_PLANE_ENABLE  = 0x12;
  static final int ATTRIBUTE_PANNING       = 0x13;
  static final int ATTRIBUTE_COLOR_SELECT  = 0x14;

  static final List<RegisterBits> ATTRIBUTE = List.of(
      new RegisterBits("palette 0", 0x3f), new RegisterBits("palette 1", 0x3f),
      new RegisterBits("palette 2", 0x3f), new RegisterBits("palette 3", 0x3f),
      new RegisterBits("palette 4", 0x3f), new RegisterBits("palette 5", 0x3f),
      new RegisterBits("palette 6", 0x3f), new RegisterBits("palette 7", 0x3f),
      new RegisterBits("palette 8", 0x3f), new RegisterBits("palette 9", 0x3f),
      new RegisterBits("palette A", 0x3f), new RegisterBits("palette B", 0x3f),
      new RegisterBits("palette C", 0x3f), new RegisterBits("palette D", 0x3f),
      new RegisterBits("palette E", 0x3f), new RegisterBits("palette F", 0x3f),
      new RegisterBits("mode control",            0xef),
      new RegisterBits("overscan color",          0xff),
      new RegisterBits("color plane enable",      0x3f),
      new RegisterBits("horizontal PEL panning",  0x0f),
      new RegisterBits("color select",            0x0f));
  // spotless:on

  private VgaRegisterMaps() {}
}
