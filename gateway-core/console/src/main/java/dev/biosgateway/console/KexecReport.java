package dev.biosgateway.console;

import dev.biosgateway.api.kexec.DumpInfo;
import dev.biosgateway.api.kexec.KexecOutcome;
import dev.biosgateway.api.kexec.LoadedImage;
import dev.biosgateway.api.kexec.ResidentSystem;
import dev.biosgateway.api.kexec.SnapshotInfo;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/** What the commands around kexec print, for people or as JSON. */
final class KexecReport {
  private final PrintWriter out;
  private final boolean json;

  KexecReport(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** What is loaded; kexec_loaded and kexec_jump_back_entry as in /sys/kernel. */
  void status(Optional<LoadedImage> image) {
    if (json) {
      JsonReport.print(
          out,
          writer -> {
            writer.beginObject().name("kexec_loaded").value(image.isPresent());
            if (image.isPresent()) {
              LoadedImage i = image.get();
              writer.name("kind").value(i.kind()).name("entry").value(hex(i.entry()));
              writer.name("preserve_context").value(i.preserveContext());
              writer.name("kexec_jump_back_entry").value(hex(i.jumpBackEntry()));
              writer.name("jumps").value(i.jumps()).name("segments").beginArray();
              for (LoadedImage.Segment s : i.segments()) {
                writer.beginObject().name("name").value(s.name());
                writer.name("address").value(hex(s.address())).name("size").value(s.size());
                writer.endObject();
              }
              writer.endArray();
            }
            writer.endObject();
          });
      return;
    }
    out.println("kexec_loaded=" + (image.isPresent() ? 1 : 0));
    image.ifPresent(
        i -> {
          out.println("kind=" + i.kind());
          out.println("entry=" + hex(i.entry()));
          out.println("preserve_context=" + (i.preserveContext() ? 1 : 0));
          out.println("kexec_jump_back_entry=" + hex(i.jumpBackEntry()));
          out.println("jumps=" + i.jumps());
          for (LoadedImage.Segment s : i.segments()) {
            out.printf(
                "segment %s-%s %s%n",
                hex(s.address()), hex(s.address() + Math.max(s.size(), 1) - 1), s.name());
          }
        });
  }

  /** How a jump ended; the exit status with it. */
  int outcome(KexecOutcome outcome) {
    if (json) {
      JsonReport.print(
          out,
          writer -> {
            writer.beginObject().name("stop").value(outcome.stop().name());
            writer.name("detail").value(outcome.detail());
            writer.name("instructions").value(outcome.instructions());
            if (outcome.nextEntry().isPresent()) {
              writer.name("next_entry").value(hex(outcome.nextEntry().getAsLong()));
            }
            writer.name("restart").value(outcome.restart());
            writer.name("console").value(outcome.console()).endObject();
          });
    } else {
      out.print(outcome.console());
      if (!outcome.console().isEmpty() && !outcome.console().endsWith("\n")) {
        out.println();
      }
      out.printf(
          "%s after %d instructions%s%s%s%n",
          outcome.stop(),
          outcome.instructions(),
          outcome.detail().isEmpty() ? "" : ": " + outcome.detail(),
          outcome.nextEntry().isPresent()
              ? ", next entry " + hex(outcome.nextEntry().getAsLong())
              : "",
          outcome.restart() == 0 ? "" : ", by restart point " + outcome.restart());
    }
    return outcome.returned() ? ExitStatus.RETURNED : ExitStatus.STOPPED;
  }

  /** What is in a dump. */
  void dump(DumpInfo dump) {
    if (json) {
      JsonReport.print(
          out,
          writer -> {
            writer.beginObject().name("format").value(dump.format());
            writer.name("segments").value(dump.segments());
            writer.name("memory_bytes").value(dump.memoryBytes());
            writer.name("held_bytes").value(dump.heldBytes());
            writer.name("ranges").beginArray();
            for (String range : dump.ranges()) {
              writer.value(range);
            }
            writer.endArray().name("notes").beginArray();
            for (String note : dump.notes()) {
              writer.value(note);
            }
            writer.endArray().name("vmcoreinfo").beginObject();
            for (var line : dump.vmcoreinfo().entrySet()) {
              writer.name(line.getKey()).value(line.getValue());
            }
            writer.endObject().endObject();
          });
      return;
    }
    out.printf(
        "%s, %d segments, %d KiB of memory, %d KiB held%n",
        dump.format(), dump.segments(), dump.memoryBytes() >> 10, dump.heldBytes() >> 10);
    dump.ranges().forEach(range -> out.println("memory " + range));
    dump.notes().forEach(out::println);
    dump.vmcoreinfo().forEach((key, value) -> out.println(key + "=" + value));
  }

  /** The systems of a machine. */
  void systems(List<ResidentSystem> systems) {
    if (json) {
      JsonReport.print(
          out,
          writer -> {
            writer.beginObject().name("systems").beginArray();
            for (ResidentSystem s : systems) {
              writer.beginObject().name("name").value(s.name());
              writer.name("entry").value(hex(s.image().entry()));
              writer.name("switches").value(s.switches());
              writer.name("running").value(s.running()).endObject();
            }
            writer.endArray().endObject();
          });
      return;
    }
    for (ResidentSystem s : systems) {
      out.printf(
          "%s %-16s entry %s, had the machine %d times%n",
          s.running() ? "*" : " ", s.name(), hex(s.image().entry()), s.switches());
    }
  }

  /** The snapshots of a machine. */
  void snapshots(List<SnapshotInfo> snapshots) {
    if (json) {
      JsonReport.print(
          out,
          writer -> {
            writer.beginObject().name("snapshots").beginArray();
            for (SnapshotInfo s : snapshots) {
              writer.beginObject().name("name").value(s.name()).name("parent").value(s.parent());
              writer.name("instructions").value(s.instructions());
              writer.name("bytes").value(s.bytes()).endObject();
            }
            writer.endArray().endObject();
          });
      return;
    }
    for (SnapshotInfo s : snapshots) {
      out.printf(
          "%-16s after %d instructions, %d KiB%s%n",
          s.name(),
          s.instructions(),
          s.bytes() >> 10,
          s.parent().isEmpty() ? "" : ", from " + s.parent());
    }
  }

  /** Lines, or an array of texts. */
  void lines(String name, List<String> lines) {
    if (json) {
      JsonReport.print(
          out,
          writer -> {
            writer.beginObject().name(name).beginArray();
            for (String line : lines) {
              writer.value(line);
            }
            writer.endArray().endObject();
          });
      return;
    }
    lines.forEach(out::println);
  }

  private static String hex(long value) {
    return String.format("0x%x", value);
  }
}
