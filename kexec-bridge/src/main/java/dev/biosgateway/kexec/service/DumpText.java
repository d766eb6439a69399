package dev.biosgateway.kexec.service;

import dev.biosgateway.api.kexec.DumpInfo;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.vmcore.Note;
import dev.biosgateway.kexec.vmcore.Vmcore;
import java.io.IOException;
import java.nio.file.Path;

/** What is in a dump, in the words of the api. */
final class DumpText {
  private DumpText() {}

  static DumpInfo of(Path file) throws IOException {
    Vmcore core = Vmcore.read(file);
    return new DumpInfo(
        core.format().toString(),
        core.loads().size(),
        core.loads().stream().mapToLong(Vmcore.Load::size).sum(),
        core.loads().stream().mapToLong(l -> l.content().length).sum(),
        core.memory().ranges().stream().map(PageRange::toString).toList(),
        core.notes().stream().map(Note::toString).toList(),
        core.vmcoreinfo());
  }
}
