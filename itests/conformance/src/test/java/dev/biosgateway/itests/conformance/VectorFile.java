package dev.biosgateway.itests.conformance;

import dev.biosgateway.itests.conformance.VectorCase.Numbered;
import dev.biosgateway.itests.conformance.VectorCase.Port;
import dev.biosgateway.itests.conformance.VectorCase.Run;
import dev.biosgateway.itests.conformance.VectorCase.Segment;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reads one file of the XVEC format: a header, the base image, and the cases of one form. */
final class VectorFile implements Closeable {
  final int mode;
  final String form;
  final String modeName;
  final int count;
  final int cr3;
  final int cr4;
  final int gdtBase;
  final int gdtLimit;
  final int idtBase;
  final int idtLimit;
  final int ldtr;
  final int tr;
  final int ramSize;
  final Run[] baseImage;
  private final DataInputStream in;

  VectorFile(Path file) throws IOException {
    in =
        new DataInputStream(
            new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file)), 1 << 16));
    int magic = in.readInt();
    int version = in.readUnsignedShort();
    if (magic != 0x58564543 || version != 1) {
      throw new IOException(
          "%s: expected XVEC version 1, found 0x%08x version %d".formatted(file, magic, version));
    }
    mode = in.readUnsignedByte();
    in.readUnsignedByte();
    form = in.readUTF();
    modeName = in.readUTF();
    count = in.readInt();
    cr3 = in.readInt();
    cr4 = in.readInt();
    gdtBase = in.readInt();
    gdtLimit = in.readInt();
    idtBase = in.readInt();
    idtLimit = in.readInt();
    ldtr = in.readInt();
    tr = in.readInt();
    ramSize = in.readInt();
    baseImage = runs(true);
  }

  VectorCase next() throws IOException {
    VectorCase c = new VectorCase();
    c.id = in.readInt();
    c.kind = in.readUnsignedByte();
    c.vector = in.readUnsignedByte();
    c.hasError = in.readUnsignedByte() != 0;
    c.error = in.readInt();
    c.cr2 = in.readInt();
    c.agreeing = in.readUnsignedByte();
    in.readUnsignedByte(); // engines that do not
    c.flags = in.readUnsignedShort();
    c.cr0 = in.readInt();
    c.gpr = ints(8);
    c.eip = in.readInt();
    c.eflags = in.readInt();
    c.selectors = shorts(6);
    c.code = new byte[in.readUnsignedByte()];
    in.readFully(c.code);
    c.ram = runs(true);
    c.finalGpr = ints(8);
    c.finalEip = in.readInt();
    c.finalEflags = in.readInt();
    c.finalSelectors = shorts(6);
    c.finalSegments = new Segment[in.readUnsignedByte()];
    for (int i = 0; i < c.finalSegments.length; i++) {
      c.finalSegments[i] = new Segment(in.readUnsignedByte(), in.readInt(), in.readInt());
    }
    c.undefinedFlags = in.readInt();
    c.frameFlagsAddress = in.readInt();
    c.frameFlagsSize = in.readUnsignedByte();
    c.ignoredRegisters = numbered();
    c.finalRam = runs(true);
    c.ignoredRam = runs(false);
    if ((c.flags & VectorCase.HAS_FPU) != 0) {
      c.fpu = new VectorFpu(in);
      c.finalFpu = new VectorFpu(in);
      c.ignoredFpuStatus = in.readUnsignedShort();
    }
    c.ports = new Port[(c.flags & VectorCase.HAS_PORTS) != 0 ? in.readUnsignedByte() : 0];
    for (int i = 0; i < c.ports.length; i++) {
      boolean out = in.readUnsignedByte() != 0;
      c.ports[i] = new Port(out, in.readUnsignedByte(), in.readUnsignedShort(), in.readInt());
    }
    c.system = (c.flags & VectorCase.HAS_SYSTEM) != 0 ? numbered() : new Numbered[0];
    return c;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private Numbered[] numbered() throws IOException {
    Numbered[] all = new Numbered[in.readUnsignedByte()];
    for (int i = 0; i < all.length; i++) {
      all[i] = new Numbered(in.readUnsignedByte(), in.readInt());
    }
    return all;
  }

  private Run[] runs(boolean data) throws IOException {
    Run[] all = new Run[in.readUnsignedShort()];
    for (int i = 0; i < all.length; i++) {
      int address = in.readInt();
      int length = in.readUnsignedByte();
      byte[] bytes = new byte[data ? length : 0];
      in.readFully(bytes);
      all[i] = new Run(address, length, bytes);
    }
    return all;
  }

  private int[] ints(int n) throws IOException {
    int[] all = new int[n];
    for (int i = 0; i < n; i++) {
      all[i] = in.readInt();
    }
    return all;
  }

  private int[] shorts(int n) throws IOException {
    int[] all = new int[n];
    for (int i = 0; i < n; i++) {
      all[i] = in.readUnsignedShort();
    }
    return all;
  }
}
