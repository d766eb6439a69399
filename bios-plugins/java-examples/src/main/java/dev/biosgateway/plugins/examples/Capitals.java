package dev.biosgateway.plugins.examples;

import dev.biosgateway.api.extension.ExpansionSlot.Responder;
import dev.biosgateway.api.extension.MemoryInterceptor;
import org.osgi.service.component.annotations.Component;

/** Makes capitals of the small letters that guest code writes to the text screen of 80 columns. */
@Component(
    service = MemoryInterceptor.class,
    property = {"biosgateway.program=capitals", "biosgateway.memory=0xb8000-0xb8f9f"})
public final class Capitals implements MemoryInterceptor {
  @Override
  public void write(long address, int size, int value, Responder behind) {
    int changed = value;
    for (int i = 0; i < size; i++) {
      int letter = value >>> 8 * i & 0xff;
      // Even addresses hold characters, odd ones their colours.
      if ((address + i & 1) == 0 && letter >= 'a' && letter <= 'z') {
        changed -= 0x20 << 8 * i;
      }
    }
    behind.write((int) address, size, changed);
  }
}
