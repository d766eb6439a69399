package dev.biosgateway.x86.screen;

import java.util.ArrayList;
import java.util.List;

/**
 * What a text mode shows, read out of display memory: character codes and attributes, and where the
 * cursor is. As Unicode a code is what the standard font of code page 437 shows for it, whatever
 * font is loaded. Immutable.
 */
public final class TextScreen {
  /** Code page 437 as the adapter's font shows it, control codes included. */
  private static final String CP437 =
      " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼"
          + " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_"
          + "`abcdefghijklmnopqrstuvwxyz{|}~⌂"
          + "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»"
          + "░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
          + "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

  private final int columns;
  private final int rows;
  private final byte[] characters;
  private final byte[] attributes;
  private final int cursor;

  /**
   * @param characters codes, row by row; not copied, as the attributes
   * @param cursor its place, counted as the characters are, -1 when it is not shown
   * @throws IllegalArgumentException when there are not rows times columns of both
   */
  public TextScreen(int columns, int rows, byte[] characters, byte[] attributes, int cursor) {
    int size = rows * columns;
    if (characters.length != size || attributes.length != size || cursor >= size) {
      throw new IllegalArgumentException(
          "text screen: expected %d x %d, found %d characters, %d attributes, cursor at %d"
              .formatted(columns, rows, characters.length, attributes.length, cursor));
    }
    this.columns = columns;
    this.rows = rows;
    this.characters = characters;
    this.attributes = attributes;
    this.cursor = cursor;
  }

  /** Characters a row. */
  public int columns() {
    return columns;
  }

  /** Rows whose last scan line is on the screen. */
  public int rows() {
    return rows;
  }

  /** Code of a character, 0 to 255. */
  public int character(int row, int column) {
    return characters[row * columns + column] & 0xff;
  }

  /** Attribute of a character: foreground in bits 0 to 3, background in 4 to 7. */
  public int attribute(int row, int column) {
    return attributes[row * columns + column] & 0xff;
  }

  /** Row of the cursor, -1 when it is hidden or outside the screen. */
  public int cursorRow() {
    return cursor < 0 ? -1 : cursor / columns;
  }

  /** Column of the cursor, -1 when it is hidden or outside the screen. */
  public int cursorColumn() {
    return cursor < 0 ? -1 : cursor % columns;
  }

  /** The rows as Unicode text, without blanks at their ends. */
  public List<String> lines() {
    List<String> out = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      StringBuilder line = new StringBuilder(columns);
      for (int column = 0; column < columns; column++) {
        line.append(CP437.charAt(character(row, column)));
      }
      out.add(line.toString().stripTrailing());
    }
    return out;
  }

  /** All rows, one a line. */
  @Override
  public String toString() {
    return String.join("\n", lines());
  }
}
