package dev.biosgateway.kexec.boot;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.Medium;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.media.ImageException;
import dev.biosgateway.x86.media.RawImage;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The media of a request: opened for as long as the machine has them in its drives. */
final class BootMedia implements AutoCloseable {
  private final List<Closeable> open = new ArrayList<>();

  /**
   * Opens the media.
   *
   * @throws InvalidRequestException when one cannot be opened, or there are too many
   */
  Drives drives(BootRequest request) {
    try {
      return new Drives(
          images(request.floppies()), images(request.disks()), discs(request.cdroms()));
    } catch (ImageException | IllegalArgumentException e) {
      close();
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }

  private List<BlockImage> images(List<Medium> media) {
    List<BlockImage> images = new ArrayList<>();
    for (Medium medium : media) {
      RawImage image = RawImage.open(medium.file(), access(medium));
      open.add(image);
      images.add(image);
    }
    return images;
  }

  private static List<BlockImage> discs(List<Medium> media) {
    List<BlockImage> images = new ArrayList<>();
    for (Medium medium : media) {
      images.add(CdImage.open(medium.file()));
    }
    return images;
  }

  private static RawImage.Access access(Medium medium) {
    return switch (medium.access()) {
      case COPY_ON_WRITE -> RawImage.Access.COPY_ON_WRITE;
      case READ_ONLY -> RawImage.Access.READ_ONLY;
      case WRITE_THROUGH -> RawImage.Access.WRITE_THROUGH;
    };
  }

  @Override
  public void close() {
    for (Closeable image : open) {
      try {
        image.close();
      } catch (IOException e) {
        throw new InvalidRequestException("cannot close " + image + ": " + e.getMessage(), e);
      }
    }
    open.clear();
  }
}
