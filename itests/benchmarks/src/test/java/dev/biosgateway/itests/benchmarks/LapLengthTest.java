package dev.biosgateway.itests.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Laps of a guest made here by hand, in the frame of the guests' README. */
class LapLengthTest {
  /** Writes S, runs the iterations of the header, writes E, eight digits and a line feed, halts. */
  private static final String PROGRAM =
      "b053 e6e9 8b0e0800 49 75fd b045 e6e9 b90800 b030 e6e9 e2fc b00a e6e9 fa f4";

  @TempDir Path folder;

  private GuestImage guest(String program) throws IOException {
    byte[] image = new byte[256];
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0xe9, 61, 0}); // to 64
    image[40] = 'h';
    bytes.position(64);
    bytes.put(HexFormat.of().parseHex(program.replace(" ", "")));
    return GuestImage.of(Files.write(folder.resolve("hand.16.bin"), image));
  }

  @Test
  void countsFromTheFirstMarkerToTheSecond() throws Exception {
    GuestImage guest = guest(PROGRAM);
    LapLength lap = LapLength.about(guest, 2000);
    assertEquals(1000, lap.iterations());
    assertEquals("00000000", lap.checksum());
    // MOV CX, DEC and JNZ a thousand times, MOV AL, OUT: S is counted with the OUT that wrote it.
    assertEquals(1 + 2000 + 2, lap.instructions(), 1);
  }

  @Test
  void saysWhenNoLapEnds() throws Exception {
    GuestImage guest = guest("fa f4");
    String why =
        assertThrows(LapLength.NoLapException.class, () -> LapLength.about(guest, 100))
            .getMessage();
    assertTrue(why.contains("HALTED"), why);
  }

  @Test
  void refusesAFileWithoutHeader() throws Exception {
    Path file = Files.write(folder.resolve("empty.32.bin"), new byte[256]);
    GuestImage guest = GuestImage.of(file);
    assertThrows(IOException.class, () -> guest.patched(1, 1, GuestImage.PORT_E9));
  }
}
