package dev.biosgateway.kexec.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.device.keyboard.Kbc8042;
import dev.biosgateway.x86.device.keyboard.Typist;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text to be typed, with keys in angle brackets. */
class KeySequenceTest {
  private final Machine machine =
      new Machine(MachineConfig.DEFAULT.withBoard(Boards.named("pc-i440fx")));
  private final Typist typist = machine.device(Kbc8042.class).typist();

  /** Scan codes of set 1 that the guest would read, while the typist types. */
  private String scanCodes(String keys) {
    KeySequence.parse(keys).typeOn(typist);
    StringBuilder codes = new StringBuilder();
    for (int i = 0; i < 400 && !(typist.isIdle() && i > 300); i++) {
      machine.device(Kbc8042.class).poll();
      machine.clock().skip(10_000_000);
      machine.clock().fireDueEvents();
      while ((machine.ports().in(0x64, 1) & 1) != 0) {
        codes.append("%02x ".formatted(machine.ports().in(0x60, 1)));
        machine.clock().skip(2_000_000);
        machine.clock().fireDueEvents();
      }
    }
    return codes.toString().strip();
  }

  @Test
  void textAndNamedKeysAreTypedOneAfterTheOther() {
    assertEquals("1e 9e 58 d8 30 b0", scanCodes("a<F12>b"));
  }

  @Test
  void keysOfAChordAreReleasedBackwards() {
    assertEquals("1d 38 e0 53 e0 d3 b8 9d", scanCodes("<Ctrl-Alt-Del>"));
  }

  @Test
  void bracketsAroundNoNameAreTypedAsTheyAre() {
    assertTrue(scanCodes("<1>").startsWith("2a 33 b3 aa 02 82"), "shift and comma, then 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<F13>", "<Ctrl-Quux>"})
  void aKeyThatIsNotThereIsRefused(String keys) {
    InvalidRequestException e =
        assertThrows(InvalidRequestException.class, () -> KeySequence.parse(keys));
    assertTrue(e.getMessage().contains("expected names of keys"), e.getMessage());
  }

  @Test
  void aCharacterWithoutAKeyIsRefused() {
    assertThrows(InvalidRequestException.class, () -> KeySequence.parse("ä").typeOn(typist));
  }
}
