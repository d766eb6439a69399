package dev.biosgateway.x86.device.vga;

/**
 * What of all that blinks is lit in a frame: the cursor changes every eight frames, characters and
 * graphics every sixteen ("Cursor Start Register", "Attribute Mode Control Register").
 *
 * @param frame frames since power-on
 */
record BlinkPhase(long frame) {
  boolean cursorIsLit() {
    return (frame & 8) == 0;
  }

  boolean characterIsLit() {
    return (frame & 16) == 0;
  }
}
