package dev.biosgateway.x86.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of image does with what is written, and what it refuses. */
class ImagesTest {
  @TempDir Path folder;

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("disk.img"), bytes);
  }

  private static byte[] read(BlockImage image, long offset, int length) {
    byte[] out = new byte[length];
    image.read(offset, out, 0, length);
    return out;
  }

  private static Section save(BlockImage image) {
    Section section = new Section("disk");
    image.save("image", section);
    return section;
  }

  @Test
  void aFileIsNeverChangedUnlessAskedFor() throws IOException {
    byte[] bytes = noise(512 * 21);
    Path file = file(bytes);
    try (RawImage raw = RawImage.open(file)) {
      BlockImage one = raw.forMachine();
      BlockImage other = raw.forMachine();
      assertFalse(one.readOnly());
      one.write(5000, new byte[4000], 0, 4000);
      one.flush();
      assertArrayEquals(new byte[4000], read(one, 5000, 4000));
      assertEquals(bytes[4999], read(one, 4999, 1)[0]);
      assertEquals(bytes[9000], read(one, 9000, 1)[0]);
      assertArrayEquals(bytes, read(other, 0, bytes.length), "another machine's is its own");
      assertEquals(2, assertInstanceOf(OverlayImage.class, one).writtenPages());
      one.write(bytes.length - 1, new byte[] {77}, 0, 1);
      assertEquals(77, read(one, bytes.length - 1, 1)[0], "the last page is not a whole one");
    }
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  @Test
  void writingThroughReachesTheFileAndLocksIt() throws IOException {
    Path file = file(new byte[1024]);
    try (RawImage raw = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      assertSame(raw, raw.forMachine());
      raw.write(600, new byte[] {1, 2, 3}, 1, 2);
      raw.flush();
      ImageException locked =
          assertThrows(
              ImageException.class, () -> RawImage.open(file, RawImage.Access.WRITE_THROUGH));
      assertTrue(locked.getMessage().contains("another machine"), locked.getMessage());
    }
    byte[] now = Files.readAllBytes(file);
    assertEquals(2, now[600]);
    assertEquals(3, now[601]);
  }

  @Test
  void aShortFileIsTheBeginningOfAMedium() throws IOException {
    byte[] bytes = noise(1024);
    Path file = file(bytes);
    byte[] whole = Arrays.copyOf(bytes, 4096);
    try (RawImage raw = RawImage.open(file)) {
      BlockImage medium = new ShortImage(raw, 4096).forMachine();
      assertEquals(4096, medium.size());
      assertArrayEquals(whole, read(medium, 0, 4096));
      assertArrayEquals(Arrays.copyOfRange(whole, 1000, 1100), read(medium, 1000, 100));
      assertArrayEquals(new byte[512], read(medium, 2048, 512));
      medium.write(2048, bytes, 0, 512);
      assertArrayEquals(Arrays.copyOf(bytes, 512), read(medium, 2048, 512));
      assertThrows(ImageException.class, () -> new ShortImage(raw, 512), "larger than the medium");
    }
    try (RawImage raw = RawImage.open(file, RawImage.Access.READ_ONLY)) {
      assertTrue(new ShortImage(raw, 4096).forMachine().readOnly());
    }
    try (RawImage raw = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      ShortImage medium = new ShortImage(raw, 4096);
      String text = assertThrows(ImageException.class, medium::forMachine).getMessage();
      assertTrue(text.contains("4096") && text.contains("1024"), text);
    }
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  @Test
  void readOnlyImagesRefuseWrites() throws IOException {
    try (RawImage raw = RawImage.open(file(new byte[2048]), RawImage.Access.READ_ONLY)) {
      assertTrue(raw.forMachine().readOnly());
      assertThrows(ImageException.class, () -> raw.forMachine().write(0, new byte[1], 0, 1));
    }
    BlockImage cd = CdImage.open(folder.resolve("disk.img")).forMachine();
    assertTrue(cd.readOnly());
    assertThrows(ImageException.class, () -> cd.write(0, new byte[1], 0, 1));
  }

  @Test
  void sizesOfNoMediumAreNamed() throws IOException {
    Path empty = file(new byte[0]);
    String text = assertThrows(ImageException.class, () -> RawImage.open(empty)).getMessage();
    assertTrue(text.contains("disk.img") && text.contains("512"), text);
    Path half = file(new byte[1024]);
    String cd = assertThrows(ImageException.class, () -> CdImage.open(half)).getMessage();
    assertTrue(cd.contains("2048") && cd.contains("1024"), cd);
    assertThrows(ImageException.class, () -> new MemoryImage("none", new byte[0]));
    Path none = folder.resolve("none.img");
    String missing = assertThrows(ImageException.class, () -> RawImage.open(none)).getMessage();
    assertTrue(missing.contains("none.img") && missing.contains("found none"), missing);
    assertThrows(ImageException.class, () -> RawImage.open(folder));
  }

  @Test
  void aFileThatEndsWithinASectorIsFilledWithZerosAndGrowsWhenTheyAreWritten() throws IOException {
    byte[] bytes = noise(700);
    Path file = file(bytes);
    byte[] whole = Arrays.copyOf(bytes, 1024);
    try (RawImage raw = RawImage.open(file)) {
      assertArrayEquals(whole, read(raw, 0, 1024));
      assertArrayEquals(new byte[24], read(raw, 1000, 24));
      assertThrows(IndexOutOfBoundsException.class, () -> read(raw, 1000, 25));
    }
    try (RawImage raw = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      raw.write(1000, new byte[] {7}, 0, 1);
      whole[1000] = 7;
      assertArrayEquals(whole, read(raw, 0, 1024));
    }
    assertArrayEquals(Arrays.copyOf(whole, 1001), Files.readAllBytes(file));
  }

  @Test
  void accessesStayWithinTheImage() {
    BlockImage image = new MemoryImage("m", new byte[1024]).forMachine();
    assertThrows(IndexOutOfBoundsException.class, () -> read(image, 1000, 25));
    assertThrows(IndexOutOfBoundsException.class, () -> image.write(-1, new byte[4], 0, 4));
    assertArrayEquals(new byte[24], read(image, 1000, 24));
  }

  @Test
  void anOverlayGoesBackToASavedStateAndForthAgain() {
    byte[] bytes = noise(64 << 10);
    BlockImage image = new MemoryImage("m", bytes).forMachine();
    image.write(100, new byte[] {1}, 0, 1);
    Section first = save(image);
    image.write(100, new byte[] {2}, 0, 1);
    image.write(20000, new byte[] {3}, 0, 1);
    Section second = save(image);
    assertNotEquals(first, second);

    image.restore("image", first.rewind());
    assertEquals(1, read(image, 100, 1)[0]);
    assertEquals(bytes[20000], read(image, 20000, 1)[0]);
    assertEquals(first, save(image));
    image.write(100, new byte[] {9}, 0, 1);
    image.restore("image", first.rewind());
    assertEquals(1, read(image, 100, 1)[0], "a saved state does not change any more");

    BlockImage elsewhere = new MemoryImage("m", bytes).forMachine();
    elsewhere.restore("image", second.rewind());
    assertEquals(2, read(elsewhere, 100, 1)[0]);
    assertEquals(3, read(elsewhere, 20000, 1)[0]);
  }

  @Test
  void aStateOfAnotherImageIsRefused() {
    BlockImage image = new MemoryImage("m", new byte[1024]).forMachine();
    BlockImage larger = new MemoryImage("larger", new byte[2048]).forMachine();
    Section saved = save(image);
    String text =
        assertThrows(StateException.class, () -> larger.restore("image", saved.rewind()))
            .getMessage();
    assertTrue(text.contains("1024") && text.contains("2048") && text.contains("larger"), text);
  }
}
