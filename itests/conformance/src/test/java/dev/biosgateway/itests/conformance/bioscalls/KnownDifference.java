package dev.biosgateway.itests.conformance.bioscalls;

import java.util.ArrayList;
import java.util.List;

/**
 * A row of {@code differences.tsv}: where the two machines may answer differently, and why.
 *
 * @param call as {@link BiosCall#call()}; calls of that kind
 * @param field name of the register, or {@code mem}
 * @param why the reason, for people
 */
record KnownDifference(String call, String field, String why) {

  /** The rows of a table with a line of headings; empty lines do not count. */
  static List<KnownDifference> parse(String table) {
    List<KnownDifference> rows = new ArrayList<>();
    for (String line : table.lines().skip(1).filter(l -> !l.isBlank()).toList()) {
      String[] columns = line.split("\t");
      rows.add(new KnownDifference(columns[0], columns[1], columns[2]));
    }
    return rows;
  }

  boolean explains(BiosCall of, String name) {
    return of.call().equals(call) && name.equals(field);
  }
}
