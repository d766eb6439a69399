package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Condition;

/** Evaluates the conditions of Jcc, SETcc and CMOVcc on the lazy flags (SDM vol. 1, appendix B). */
final class Conditions {
  private Conditions() {}

  static boolean holds(Condition condition, Eflags f) {
    return switch (condition) {
      case O -> f.of();
      case NO -> !f.of();
      case C -> f.cf();
      case NC -> !f.cf();
      case Z -> f.zf();
      case NZ -> !f.zf();
      case NA -> f.cf() || f.zf();
      case A -> !f.cf() && !f.zf();
      case S -> f.sf();
      case NS -> !f.sf();
      case PE -> f.pf();
      case PO -> !f.pf();
      case L -> f.sf() != f.of();
      case NL -> f.sf() == f.of();
      case NG -> f.zf() || f.sf() != f.of();
      case G -> !f.zf() && f.sf() == f.of();
    };
  }
}
