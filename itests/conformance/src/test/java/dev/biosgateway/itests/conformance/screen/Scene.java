package dev.biosgateway.itests.conformance.screen;

import static dev.biosgateway.itests.conformance.screen.Difference.BLINKING_CURSOR;
import static dev.biosgateway.itests.conformance.screen.Difference.FIVE_BIT_COMPONENTS;
import static dev.biosgateway.itests.conformance.screen.Difference.LINE_GRAPHICS;
import static dev.biosgateway.itests.conformance.screen.Difference.LINE_GRAPHICS_8;
import static dev.biosgateway.itests.conformance.screen.Difference.NO_CELLS_OF_18_DOTS;
import static dev.biosgateway.itests.conformance.screen.Difference.NO_PANNING;
import static dev.biosgateway.itests.conformance.screen.Difference.SIX_BIT_COMPONENTS;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The scenes of {@code screens.asm}, in its order, with what QEMU is known to draw otherwise. */
enum Scene {
  TEXT_ATTRIBUTES(LINE_GRAPHICS, SIX_BIT_COMPONENTS),
  TEXT_40_COLUMNS(SIX_BIT_COMPONENTS),
  TEXT_40_COLUMNS_WIDE(NO_CELLS_OF_18_DOTS, SIX_BIT_COMPONENTS),
  TEXT_43_ROWS(LINE_GRAPHICS_8, SIX_BIT_COMPONENTS),
  TEXT_50_ROWS(LINE_GRAPHICS_8, SIX_BIT_COMPONENTS),
  TEXT_TWO_FONTS(LINE_GRAPHICS, SIX_BIT_COMPONENTS),
  TEXT_PAGE(LINE_GRAPHICS, SIX_BIT_COMPONENTS),
  TEXT_SCROLLED(LINE_GRAPHICS, SIX_BIT_COMPONENTS),
  TEXT_PALETTE(LINE_GRAPHICS, SIX_BIT_COMPONENTS),
  TEXT_CURSOR(BLINKING_CURSOR, SIX_BIT_COMPONENTS),
  TEXT_MONOCHROME(LINE_GRAPHICS, SIX_BIT_COMPONENTS),
  CGA_4_COLORS(SIX_BIT_COMPONENTS),
  CGA_4_COLORS_DARK(SIX_BIT_COMPONENTS),
  CGA_2_COLORS,
  PLANAR_0D(SIX_BIT_COMPONENTS),
  PLANAR_0E(SIX_BIT_COMPONENTS),
  PLANAR_10(SIX_BIT_COMPONENTS),
  PLANAR_11,
  PLANAR_12(SIX_BIT_COMPONENTS),
  PLANAR_MASKED(SIX_BIT_COMPONENTS),
  PLANAR_SPLIT(SIX_BIT_COMPONENTS),
  PLANAR_PANNED(NO_PANNING, SIX_BIT_COMPONENTS),
  PLANAR_SCROLLED(SIX_BIT_COMPONENTS),
  CHAINED_13(SIX_BIT_COMPONENTS),
  CHAINED_13_SPLIT(SIX_BIT_COMPONENTS),
  MODE_X(SIX_BIT_COMPONENTS),
  MODE_X_FLIPPED(SIX_BIT_COMPONENTS),
  MODE_X_400(SIX_BIT_COMPONENTS),
  VBE_8(SIX_BIT_COMPONENTS),
  VBE_15(FIVE_BIT_COMPONENTS),
  VBE_16,
  VBE_24,
  VBE_32,
  VBE_BANKS(SIX_BIT_COMPONENTS),
  VBE_SCROLLED(SIX_BIT_COMPONENTS),
  VBE_WIDE,
  VBE_DAC,
  DISPI_DIRECT;

  private final Set<Difference> differences = EnumSet.noneOf(Difference.class);

  Scene(Difference... differences) {
    this.differences.addAll(Set.of(differences));
  }

  Set<Difference> differences() {
    return differences;
  }

  boolean has(Difference difference) {
    return differences.contains(difference);
  }

  String fileName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
