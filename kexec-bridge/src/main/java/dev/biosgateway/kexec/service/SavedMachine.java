package dev.biosgateway.kexec.service;

import dev.biosgateway.api.kexec.SnapshotInfo;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.call.BridgeMachineProvider;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PageFrames;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.system.ResidentSystems;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.snapshot.ReplacedFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A {@link JumpMachine} in a file: magic with version, SHA-256 of the rest, the machine, its
 * images, its snapshots. Big-endian.
 */
final class SavedMachine {
  /** "BGKXEC" and a version. */
  private static final long MAGIC = 0x4247_4b58_4543_0001L;

  private static final int SHA = 32;

  private SavedMachine() {}

  static void write(JumpMachine machine, Path file) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(content);
    template(machine.bridge().freeze(), out);
    block(images(machine), out);
    out.writeInt(machine.allSnapshots().size());
    for (JumpMachine.Snapshot s : machine.allSnapshots()) {
      out.writeUTF(s.info().name());
      out.writeUTF(s.info().parent());
      out.writeLong(s.info().instructions());
      out.writeLong(s.info().bytes());
      template(s.machine(), out);
      block(s.images(), out);
    }
    byte[] bytes = content.toByteArray();
    ReplacedFile.write(
        file,
        channel -> {
          ByteBuffer head = ByteBuffer.allocate(8 + SHA).putLong(MAGIC).put(sha(bytes)).flip();
          while (head.hasRemaining()) {
            channel.write(head);
          }
          ByteBuffer rest = ByteBuffer.wrap(bytes);
          while (rest.hasRemaining()) {
            channel.write(rest);
          }
        });
  }

  /**
   * Reads a machine.
   *
   * @throws IOException that says what is wrong with the file
   */
  static JumpMachine read(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    if (all.length < 8 + SHA || ByteBuffer.wrap(all).getLong() != MAGIC) {
      throw new IOException(
          String.format("%s: expected a machine that kexec saved, magic %016x", file, MAGIC));
    }
    byte[] content = Arrays.copyOfRange(all, 8 + SHA, all.length);
    if (!Arrays.equals(sha(content), Arrays.copyOfRange(all, 8, 8 + SHA))) {
      throw new IOException(
          file + ": SHA-256 at offset 0x8: expected that of the content, found another: damaged");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    MachineTemplate now = readTemplate(in);
    byte[] images = readBlock(in);
    List<JumpMachine.Snapshot> snapshots = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      SnapshotInfo info =
          new SnapshotInfo(in.readUTF(), in.readUTF(), in.readLong(), in.readLong());
      snapshots.add(new JumpMachine.Snapshot(info, readTemplate(in), readBlock(in)));
    }
    return JumpMachine.reopened((BridgeMachine) now.open(), images, snapshots);
  }

  private static void template(MachineTemplate machine, DataOutputStream out) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    machine.write(bytes);
    block(bytes.toByteArray(), out);
  }

  private static MachineTemplate readTemplate(DataInputStream in) throws IOException {
    return new BridgeMachineProvider()
        .read(MachineSettings.DEFAULT, List.of(), new ByteArrayInputStream(readBlock(in)));
  }

  private static void block(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBlock(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("expected at most " + in.available() + " bytes, found " + length);
    }
    return in.readNBytes(length);
  }

  private static byte[] sha(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What is loaded in a machine, for the same machine at another time. */
  static byte[] images(JumpMachine machine) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(machine.parent());
      PageRange crash = machine.loader().crashKernel();
      out.writeLong(crash == null ? 0 : crash.address());
      out.writeLong(crash == null ? 0 : crash.pages());
      out.writeBoolean(machine.image().isPresent());
      if (machine.image().isPresent()) {
        JumpMachine.Loaded loaded = machine.image().get();
        out.writeUTF(loaded.kind());
        out.writeInt(loaded.jumps());
        loaded.image().writeTo(out);
      }
      List<ResidentSystems.Entry> systems = machine.residentSystems().list();
      out.writeInt(systems.size());
      for (ResidentSystems.Entry system : systems) {
        out.writeUTF(system.name());
        out.writeInt(system.switches());
        out.writeBoolean(machine.residentSystems().isRunning(system));
        system.image().writeTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void readImages(byte[] images, JumpMachine machine) throws IOException {
    PhysicalBus bus = machine.bridge().machine().bus();
    PageFrames frames = machine.bridge().host().frames();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(images));
    machine.setParent(in.readUTF());
    long crash = in.readLong();
    long pages = in.readLong();
    machine.loader().setCrashKernel(pages == 0 ? null : new PageRange(crash, pages));
    if (in.readBoolean()) {
      String kind = in.readUTF();
      int jumps = in.readInt();
      machine.setImage(new JumpMachine.Loaded(kind, Kimage.readFrom(in, bus, frames), jumps));
    }
    for (int i = in.readInt(); i > 0; i--) {
      String name = in.readUTF();
      int switches = in.readInt();
      boolean running = in.readBoolean();
      Kimage image = Kimage.readFrom(in, bus, frames);
      machine.residentSystems().reinstate(name, image, switches, running);
    }
  }
}
