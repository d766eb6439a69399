package dev.biosgateway.x86.device.fwcfg;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.state.Section;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The firmware configuration device as firmware uses it: selector, directory, DMA. */
class FwCfgTest {
  private static final int DESCRIPTOR = 0x1000;
  private static final int TARGET = 0x2000;

  private final DeviceBench bench = new DeviceBench();
  private final FwCfg device =
      bench.plug(
          new FwCfg(
              () ->
                  new FirmwareItems(64 << 20)
                      .file("opt/org.example/b", "second".getBytes(US_ASCII))
                      .file("bootorder", "/pci@i0cf8\n".getBytes(US_ASCII))));

  private byte[] item(int key, int length) {
    bench.ports.out(0x510, 2, key);
    byte[] out = new byte[length];
    for (int i = 0; i < length; i++) {
      out[i] = (byte) bench.in(0x511);
    }
    return out;
  }

  private Map<String, int[]> directory() {
    int count = ByteBuffer.wrap(item(0x19, 4)).getInt();
    ByteBuffer entries = ByteBuffer.wrap(item(0x19, 4 + 64 * count)).position(4);
    Map<String, int[]> out = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      int size = entries.getInt();
      int key = entries.getShort() & 0xffff;
      entries.getShort();
      byte[] name = new byte[56];
      entries.get(name);
      out.put(new String(name, US_ASCII).trim(), new int[] {key, size});
    }
    return out;
  }

  private int dma(int control, int length) {
    bench.bus.write32(DESCRIPTOR, Integer.reverseBytes(control));
    bench.bus.write32(DESCRIPTOR + 4, Integer.reverseBytes(length));
    bench.bus.write32(DESCRIPTOR + 8, 0);
    bench.bus.write32(DESCRIPTOR + 12, Integer.reverseBytes(TARGET));
    bench.ports.out(0x514, 4, 0);
    bench.ports.out(0x518, 4, Integer.reverseBytes(DESCRIPTOR));
    return Integer.reverseBytes(bench.bus.read32(DESCRIPTOR));
  }

  @Test
  void signatureAndFeatures() {
    assertArrayEquals("QEMU".getBytes(US_ASCII), item(0, 4));
    assertArrayEquals(new byte[] {3, 0, 0, 0}, item(1, 4));
    assertEquals(0x554d4551, bench.ports.in(0x514, 4));
    assertEquals(0x47464320, bench.ports.in(0x518, 4));
    assertArrayEquals(new byte[] {1, 0}, item(5, 2));
    assertArrayEquals(new byte[4], item(0x7777, 4), "no such item");
  }

  @Test
  void filesAreInTheDirectoryInTheOrderOfTheirNames() {
    Map<String, int[]> files = directory();
    assertEquals(
        "[bootorder, etc/boot-fail-wait, etc/e820, opt/org.example/b]", files.keySet().toString());
    int[] file = files.get("opt/org.example/b");
    assertArrayEquals("second\0\0".getBytes(US_ASCII), item(file[0], file[1] + 2));
    byte[] map = item(files.get("etc/e820")[0], 20);
    assertEquals(4 << 0, map[11], "64 MB");
    assertEquals(1, map[16]);
  }

  @Test
  void dmaSelectsReadsSkipsAndPads() {
    int key = directory().get("opt/org.example/b")[0];
    assertEquals(0, dma(key << 16 | 0x0a, 3));
    byte[] into = new byte[8];
    bench.bus.read(TARGET, into, 0, 8);
    assertArrayEquals("sec".getBytes(US_ASCII), Arrays.copyOf(into, 3));
    assertEquals(0, dma(0x04, 1));
    bench.bus.write32(TARGET, -1);
    assertEquals(0, dma(0x02, 4));
    assertEquals('n' | 'd' << 8, bench.bus.read32(TARGET), "padded with zeros");
    assertEquals(1, dma(key << 16 | 0x18, 1), "items are read-only");
  }

  @Test
  void aKernelIsTakenApart() {
    byte[] kernel = new byte[5000];
    kernel[0x1f1] = 2;
    kernel[1536] = 0x55;
    DeviceBench other = new DeviceBench();
    FirmwareItems items =
        new FirmwareItems(64 << 20)
            .linux(new LinuxPayload(kernel, new byte[100], "quiet"), 64 << 20);
    other.plug(new FwCfg(() -> items));
    other.ports.out(0x510, 2, 0x17);
    assertEquals(1536, other.in(0x511) | other.in(0x511) << 8);
    other.ports.out(0x510, 2, 0x11);
    assertEquals(0x55, other.in(0x511));
    other.ports.out(0x510, 2, 0x15);
    assertEquals('q', other.in(0x511));
    other.ports.out(0x510, 2, 0x0a);
    int address = 0;
    for (int i = 0; i < 4; i++) {
      address |= other.in(0x511) << 8 * i;
    }
    assertEquals(
        (64 << 20) - (128 << 10) - 4096, address, "on a page below what firmware keeps at the top");
    assertThrows(
        IllegalArgumentException.class, () -> new LinuxPayload(new byte[512], new byte[0], ""));
  }

  @Test
  void namesHaveALimit() {
    FirmwareItems items = new FirmwareItems(1 << 20);
    assertThrows(IllegalArgumentException.class, () -> items.file("x".repeat(56), new byte[1]));
    assertThrows(IllegalArgumentException.class, () -> items.file("", new byte[1]));
  }

  @Test
  void goesOnInTheMiddleOfAnItem() {
    item(0, 2);
    Section saved = DeviceBench.save(device);
    item(1, 4);
    device.restore(saved.rewind());
    assertEquals('M', bench.in(0x511));
    assertTrue(bench.unmodelled.entries().isEmpty());
  }
}
