package dev.biosgateway.x86.board;

import java.util.List;

/** Nobody knows a board of that name. */
public final class NoSuchBoardException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  NoSuchBoardException(String name, List<String> known) {
    super("board \"%s\": expected one of %s".formatted(name, String.join(", ", known)));
  }
}
