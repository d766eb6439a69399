package dev.biosgateway.itests.conformance.boot;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What the init of the shared Linux guest prints about its kexec jumps, without what differs from
 * one correct machine to another: page frames, times. As normalise.sh of that folder does it.
 */
final class KexecLog {
  private static final Pattern KEPT =
      Pattern.compile(
          "(KJ-(ERR|KEXEC_LOAD|REBOOT|REGS|DEST|RESULT|DONE|BIOS|BACK|KEXEC|LOAD)|<PHYS1).*");

  private KexecLog() {}

  static List<String> normalise(String serial) {
    return serial
        .replace("\r", "")
        .lines()
        .filter(line -> KEPT.matcher(line).matches())
        .map(KexecLog::mask)
        .toList();
  }

  private static String mask(String line) {
    return line.replaceAll("\\([0-9.]+ s on CLOCK_MONOTONIC\\)", "")
        .replaceAll("(ebx|esp|edi|return-address)=[0-9a-f]{5}([0-9a-f]{3})", "$1=PPPPP$2")
        .replaceAll("(ebp|cr2)=[0-9a-f]{8}", "$1=XXXXXXXX")
        .replaceAll("ticks.*", "")
        .replaceAll("int1a.*", "")
        .replaceAll("physical page [0-9a-f]{8}", "physical page PPPPPPPP");
  }
}
