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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of a request: read, or opened for as long as the machine has them in its drives. */
final class BootFiles implements AutoCloseable {
  private final List<Closeable> open = new ArrayList<>();

  /**
   * Reads a file.
   *
   * @param what it is for, in messages
   * @throws InvalidRequestException when that is not possible
   */
  static byte[] read(String what, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InvalidRequestException(
          what + ": cannot read " + file + ": there is no such file", e);
    } catch (IOException e) {
      throw new InvalidRequestException(what + ": cannot read " + file + ": " + e.getMessage(), e);
    }
  }

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
