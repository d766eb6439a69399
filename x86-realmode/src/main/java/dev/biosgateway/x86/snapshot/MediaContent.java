package dev.biosgateway.x86.snapshot;

import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.state.StateException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What tells the media of a machine from others, in an image file: kind, name, size, and SHA-256
 * over {@value #SAMPLES} samples spread over each. What the guest wrote over them is in the
 * sections of their drives.
 */
final class MediaContent {
  private static final int SAMPLES = 256;
  private static final int SAMPLE = 4096;
  private static final int SHA = 32;
  private static final int MEDIA_MAX = 16;

  private MediaContent() {}

  private record Medium(String kind, String name, long size, byte[] sha) {}

  static void write(Drives drives, DataOutputStream out) throws IOException {
    List<Medium> media = media(drives);
    out.writeInt(media.size());
    for (Medium medium : media) {
      out.writeUTF(medium.kind);
      out.writeUTF(medium.name);
      out.writeLong(medium.size);
      out.write(medium.sha);
    }
  }

  /**
   * Reads what the media were.
   *
   * @param drives the media that are there now
   * @throws StateException when these are others, naming the first that differs
   */
  static void readAndRequire(Drives drives, DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MEDIA_MAX) {
      throw new StateException("expected 0 to " + MEDIA_MAX + " media, found " + count);
    }
    List<Medium> now = media(drives);
    for (int i = 0; i < count; i++) {
      String kind = in.readUTF();
      String name = in.readUTF();
      long size = in.readLong();
      byte[] sha = in.readNBytes(SHA);
      if (i >= now.size()) {
        throw new StateException(
            "%s %s of %d bytes was in the machine, and is not given".formatted(kind, name, size));
      }
      Medium medium = now.get(i);
      if (!medium.kind.equals(kind) || medium.size != size || !Arrays.equals(medium.sha, sha)) {
        throw new StateException(
            "%s %s of %d bytes was in the machine; %s %s of %d bytes, %s, is given"
                .formatted(
                    kind,
                    name,
                    size,
                    medium.kind,
                    medium.name,
                    medium.size,
                    medium.size == size ? "whose content is another" : "another medium"));
      }
    }
    if (now.size() > count) {
      Medium extra = now.get(count);
      throw new StateException(
          "%s %s is given, and was not in the machine".formatted(extra.kind, extra.name));
    }
  }

  private static List<Medium> media(Drives drives) {
    List<Medium> media = new ArrayList<>();
    drives.floppies().forEach(image -> media.add(medium("floppy", image)));
    drives.disks().forEach(image -> media.add(medium("disk", image)));
    drives.cdroms().forEach(image -> media.add(medium("cdrom", image)));
    return media;
  }

  private static Medium medium(String kind, BlockImage image) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] sample = new byte[SAMPLE];
      long step = Math.max(SAMPLE, image.size() / SAMPLES / SAMPLE * SAMPLE);
      for (long at = 0; at < image.size(); at += step) {
        int length = (int) Math.min(SAMPLE, image.size() - at);
        image.read(at, sample, 0, length);
        sha.update(sample, 0, length);
      }
      return new Medium(kind, image.name(), image.size(), sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
