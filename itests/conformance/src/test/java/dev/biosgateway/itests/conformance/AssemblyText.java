package dev.biosgateway.itests.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instruction's text without what is a matter of style: spaces, sizes that a register shows as
 * well, the base of numbers, one of several names for the same operation.
 *
 * @param name mnemonic
 * @param operands in Intel order, numbers in hexadecimal and cut to the operand or address size
 */
record AssemblyText(String name, List<String> operands) {
  private static final Set<String> PREFIXES =
      Set.of(
          "lock",
          "rep",
          "repe",
          "repz",
          "repne",
          "repnz",
          "o16",
          "o32",
          "a16",
          "a32",
          "data16",
          "data32",
          "addr16",
          "addr32",
          "es",
          "cs",
          "ss",
          "ds",
          "fs",
          "gs",
          "xacquire",
          "xrelease",
          "bnd",
          "notrack");

  /** String operations whose size another disassembler shows by the operands. */
  private static final Set<String> STRINGS =
      Set.of("ins", "outs", "movs", "cmps", "stos", "lods", "scas");

  private static final Pattern SIZES =
      Pattern.compile(
          "\\b(byte|word|dword|fword|qword|tbyte|tword|oword|ptr|short|near|far|nosplit)\\b");

  private static final Pattern NUMBER = Pattern.compile("[+-]?(?<![a-z0-9])(0x[0-9a-f]+|\\d+)\\b");

  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("retnw", "ret"),
          Map.entry("retnd", "ret"),
          Map.entry("fnsetpm", "fsetpm"),
          Map.entry("fnsavew", "fnsave"),
          Map.entry("fnsaved", "fnsave"),
          Map.entry("frstorw", "frstor"),
          Map.entry("frstord", "frstor"),
          Map.entry("fnstenvw", "fnstenv"),
          Map.entry("fnstenvd", "fnstenv"),
          Map.entry("fldenvw", "fldenv"),
          Map.entry("fldenvd", "fldenv"),
          Map.entry("je", "jz"),
          Map.entry("jne", "jnz"),
          Map.entry("jb", "jc"),
          Map.entry("jae", "jnc"),
          Map.entry("jbe", "jna"),
          Map.entry("jp", "jpe"),
          Map.entry("jnp", "jpo"),
          Map.entry("jge", "jnl"),
          Map.entry("jle", "jng"),
          Map.entry("wait", "fwait"),
          Map.entry("iretw", "iret"),
          Map.entry("pushaw", "pusha"),
          Map.entry("popaw", "popa"),
          Map.entry("pushfw", "pushf"),
          Map.entry("popfw", "popf"),
          Map.entry("iretd", "iret"),
          Map.entry("pushad", "pusha"),
          Map.entry("popad", "popa"),
          Map.entry("pushfd", "pushf"),
          Map.entry("popfd", "popf"),
          Map.entry("lret", "retf"),
          Map.entry("ljmp", "jmp"),
          Map.entry("lcall", "call"),
          Map.entry("pushd", "push"),
          Map.entry("pushw", "push"),
          Map.entry("retw", "ret"),
          Map.entry("retd", "ret"),
          Map.entry("icebp", "int1"),
          Map.entry("xlat", "xlatb"),
          Map.entry("ud2a", "ud2"),
          Map.entry("retfd", "retf"),
          Map.entry("retfw", "retf"),
          Map.entry("sgdtd", "sgdt"),
          Map.entry("sidtd", "sidt"),
          Map.entry("lgdtd", "lgdt"),
          Map.entry("lidtd", "lidt"),
          Map.entry("sgdtw", "sgdt"),
          Map.entry("sidtw", "sidt"),
          Map.entry("lgdtw", "lgdt"),
          Map.entry("lidtw", "lidt"),
          Map.entry("leavew", "leave"),
          Map.entry("leaved", "leave"),
          Map.entry("enterw", "enter"),
          Map.entry("enterd", "enter"),
          Map.entry("popw", "pop"),
          Map.entry("popd", "pop"),
          Map.entry("callw", "call"),
          Map.entry("calld", "call"),
          Map.entry("jmpw", "jmp"),
          Map.entry("jmpd", "jmp"));

  /** Conditions after set and cmov. */
  private static final Map<String, String> CONDITIONS =
      Map.ofEntries(
          Map.entry("e", "z"),
          Map.entry("ne", "nz"),
          Map.entry("b", "c"),
          Map.entry("ae", "nc"),
          Map.entry("be", "na"),
          Map.entry("p", "pe"),
          Map.entry("np", "po"),
          Map.entry("ge", "nl"),
          Map.entry("le", "ng"));

  /**
   * Reads what a disassembler wrote.
   *
   * @param mask 0xffff for 16-bit operands, else -1
   * @param addressMask the same for addresses
   */
  static AssemblyText parse(String text, int mask, int addressMask) {
    String rest = text.toLowerCase(Locale.ROOT).replaceAll("\\(\\d+ only\\)", "").strip();
    String name = "";
    while (!rest.isEmpty()) {
      String[] parts = rest.split("[ \t]+", 2);
      rest = parts.length > 1 ? parts[1] : "";
      if (!PREFIXES.contains(parts[0])) {
        name = parts[0];
        break;
      }
    }
    List<String> operands = new ArrayList<>();
    rest = rest.replaceAll("\\(([^)]*)\\)", "$1").replaceAll("[#<].*", "");
    for (String operand : rest.split(",")) {
      String plain = SIZES.matcher(operand).replaceAll("").replaceAll("\\s+", "");
      if (!plain.isEmpty()) {
        operands.add(numbers(plain, plain.contains("[") ? addressMask : mask));
      }
    }
    if (name.equals("xchg") || name.equals("test")) {
      Collections.sort(operands); // neither is the destination
    }
    if (STRINGS.contains(name)) {
      name +=
          text.matches("(?i).*\\bbyte ptr.*")
              ? "b"
              : text.matches("(?i).*\\bdword ptr.*") ? "d" : "w";
    }
    return new AssemblyText(canonical(name), stack(name, operands));
  }

  /** ST(0) is said or not said as one of two registers; the way to the other one is TO. */
  private static List<String> stack(String name, List<String> operands) {
    boolean both = operands.size() == 2 && operands.stream().allMatch(o -> o.startsWith("st"));
    if (!both) {
      return operands;
    }
    if (operands.get(0).equals("st0")) {
      return List.of(operands.get(1));
    }
    return List.of((name.endsWith("p") ? "" : "to") + operands.get(0));
  }

  /** Whether a text has nothing but prefixes, whose instruction is not known. */
  static boolean isPrefixes(String text) {
    return PREFIXES.containsAll(List.of(text.strip().split("[ \t]+")));
  }

  private static String canonical(String name) {
    for (String prefix : new String[] {"set", "cmov"}) {
      String condition = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
      if (CONDITIONS.containsKey(condition)) {
        return prefix + CONDITIONS.get(condition);
      }
    }
    return NAMES.getOrDefault(name, name);
  }

  private static String numbers(String operand, int mask) {
    Matcher number = NUMBER.matcher(operand);
    StringBuilder out = new StringBuilder();
    while (number.find()) {
      String digits = number.group();
      boolean negative = digits.startsWith("-");
      boolean signed = negative || digits.startsWith("+");
      long value = Long.decode(signed ? digits.substring(1) : digits);
      int cut = (int) (negative ? -value : value) & mask;
      boolean first = number.start() == 0 || operand.charAt(number.start() - 1) == '[';
      String sign = first || operand.charAt(number.start() - 1) == '*' ? "" : "+";
      boolean colon = number.start() > 0 && operand.charAt(number.start() - 1) == ':';
      number.appendReplacement(out, (colon ? "" : sign) + Integer.toHexString(cut));
    }
    number.appendTail(out);
    return out.toString()
        .replace("*1", "")
        .replace("+0]", "]")
        .replaceAll("\\bs([67])\\b", "segr$1");
  }
}
