package dev.biosgateway.x86.cpu;

/**
 * An exception of the emulated CPU on its way from where it is detected to the interrupt unit. Each
 * CPU owns one instance and throws it again and again: no stack trace, no allocation.
 */
public final class CpuException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public static final int DE = 0;
  public static final int DB = 1;
  public static final int NMI = 2;
  public static final int BP = 3;
  public static final int OF = 4;
  public static final int BR = 5;
  public static final int UD = 6;
  public static final int NM = 7;
  public static final int DF = 8;
  public static final int TS = 10;
  public static final int NP = 11;
  public static final int SS = 12;
  public static final int GP = 13;
  public static final int PF = 14;
  public static final int MF = 16;
  public static final int AC = 17;
  public static final int MC = 18;

  int vector;
  int errorCode;
  boolean hasErrorCode;

  CpuException() {
    super(null, null, false, false);
  }

  public int vector() {
    return vector;
  }

  /** The error code, meaningful when {@link #hasErrorCode()}. */
  public int errorCode() {
    return errorCode;
  }

  public boolean hasErrorCode() {
    return hasErrorCode;
  }

  /** The mnemonic of the SDM, for example {@code #GP}. */
  public static String name(int vector) {
    return switch (vector) {
      case DE -> "#DE";
      case DB -> "#DB";
      case NMI -> "NMI";
      case BP -> "#BP";
      case OF -> "#OF";
      case BR -> "#BR";
      case UD -> "#UD";
      case NM -> "#NM";
      case DF -> "#DF";
      case TS -> "#TS";
      case NP -> "#NP";
      case SS -> "#SS";
      case GP -> "#GP";
      case PF -> "#PF";
      case MF -> "#MF";
      case AC -> "#AC";
      case MC -> "#MC";
      default -> "vector " + vector;
    };
  }

  @Override
  public String getMessage() {
    return hasErrorCode ? "%s(0x%x)".formatted(name(vector), errorCode) : name(vector);
  }
}
