package dev.biosgateway.console;

import dev.biosgateway.api.UnmodelledAccess;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports that a guest has tried and that no device has, in one line: firmware and systems look for
 * dozens of cards that are not there.
 */
final class EmptyPorts {
  private static final Pattern ACCESS = Pattern.compile("(in|out) port 0x([0-9a-f]{4})");

  private final TreeSet<Integer> ports = new TreeSet<>();
  private long reads;
  private long writes;

  private EmptyPorts() {}

  /** Whether an access is one to a port that no device has. */
  static boolean has(UnmodelledAccess access) {
    return ACCESS.matcher(access.what()).matches();
  }

  /** The line about those among some accesses; empty when there are none. */
  static Optional<String> line(List<UnmodelledAccess> accesses) {
    EmptyPorts all = new EmptyPorts();
    accesses.forEach(all::add);
    return all.ports.isEmpty() ? Optional.empty() : Optional.of(all.toString());
  }

  private void add(UnmodelledAccess access) {
    Matcher matcher = ACCESS.matcher(access.what());
    if (matcher.matches()) {
      ports.add(Integer.parseInt(matcher.group(2), 16));
      if (matcher.group(1).equals("in")) {
        reads += access.count();
      } else {
        writes += access.count();
      }
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("no device at ports");
    for (int port : ports) {
      if (!ports.contains(port - 1)) {
        int last = port;
        while (ports.contains(last + 1)) {
          last++;
        }
        text.append(" 0x").append(Integer.toHexString(port));
        if (last > port) {
          text.append("-0x").append(Integer.toHexString(last));
        }
      }
    }
    return text + " (" + reads + " reads, " + writes + " writes)";
  }
}
