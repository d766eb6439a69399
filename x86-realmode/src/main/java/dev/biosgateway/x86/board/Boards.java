package dev.biosgateway.x86.board;

import java.util.List;

/** The boards there are. */
public final class Boards {
  private static final List<Board> ALL =
      List.of(
          new PcStandard(PcStandard.Display.STANDARD_VGA),
          new PcStandard(PcStandard.Display.BOCHS_DISPLAY),
          new PcStandard(PcStandard.Display.VMWARE),
          new PcStandard(PcStandard.Display.QXL),
          new PcI440fx(false),
          new PcI440fx(true),
          new PcAt(),
          new PcMicro());

  private Boards() {}

  /** All boards, the usual one first. */
  public static List<Board> all() {
    return ALL;
  }

  /**
   * The board of a name.
   *
   * @throws NoSuchBoardException when there is none, listing those there are
   */
  public static Board named(String name) {
    for (Board board : ALL) {
      if (board.name().equals(name)) {
        return board;
      }
    }
    throw new NoSuchBoardException(name, ALL.stream().map(Board::name).toList());
  }
}
