package dev.biosgateway.x86.screen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures, and their PNG files as another decoder reads them. */
class ScreenPictureTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 255, 256, 257, 5000})
  void anotherDecoderSeesTheSamePixels(int colors) throws IOException {
    Random random = new Random(colors);
    int[] palette = random.ints(colors).map(c -> c | 0xff000000).distinct().toArray();
    int[] argb = new int[97 * 61];
    for (int i = 0; i < argb.length; i++) {
      argb[i] = palette[i < palette.length ? i : random.nextInt(palette.length)];
    }
    ScreenPicture picture = new ScreenPicture(97, 61, argb);
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(picture.png()));
    assertEquals(97, read.getWidth());
    assertEquals(61, read.getHeight());
    assertArrayEquals(argb, read.getRGB(0, 0, 97, 61, null, 0, 97));
    assertEquals(palette.length <= 256, read.getColorModel() instanceof IndexColorModel);
  }

  @Test
  void theSamePictureGivesTheSameFile() {
    assertArrayEquals(
        ScreenPicture.blank(320, 200, 0x123456).png(),
        ScreenPicture.blank(320, 200, 0x123456).png());
    assertEquals(ScreenPicture.blank(3, 2, 5), ScreenPicture.blank(3, 2, 5));
    assertNotEquals(ScreenPicture.blank(3, 2, 5), ScreenPicture.blank(2, 3, 5));
  }

  @Test
  void pixelsCountFromTheUpperLeftCorner() {
    ScreenPicture picture = new ScreenPicture(3, 2, new int[] {0, 1, 2, 3, 4, 5});
    assertEquals(5, picture.argb(2, 1));
    assertEquals(3, picture.argb(0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> picture.argb(3, 0));
  }

  @Test
  void refusesPixelsThatAreNoRectangle() {
    var e = assertThrows(IllegalArgumentException.class, () -> new ScreenPicture(3, 2, new int[5]));
    assertTrue(e.getMessage().contains("expected 3 x 2 pixels, found 5"));
  }
}
