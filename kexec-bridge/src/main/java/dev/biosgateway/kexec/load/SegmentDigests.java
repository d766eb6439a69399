package dev.biosgateway.kexec.load;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** SHA-256 of every segment as it was loaded: what purgatory checks before it enters an image. */
final class SegmentDigests {
  private final List<byte[]> digests = new ArrayList<>();

  private SegmentDigests() {}

  static SegmentDigests of(List<LoadedSegment> segments) {
    SegmentDigests out = new SegmentDigests();
    segments.forEach(s -> out.digests.add(digest(s)));
    return out;
  }

  /**
   * Requires them to be as they were.
   *
   * @throws KexecException EIO, naming the segment
   */
  void verify(List<LoadedSegment> segments) {
    for (int i = 0; i < segments.size(); i++) {
      if (!Arrays.equals(digests.get(i), digest(segments.get(i)))) {
        throw new KexecException(
            Errno.EIO,
            segments.get(i) + ": its SHA-256 is not that of what was loaded; load it again");
      }
    }
  }

  private static byte[] digest(LoadedSegment segment) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      segment.forEachPage(sha::update);
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
