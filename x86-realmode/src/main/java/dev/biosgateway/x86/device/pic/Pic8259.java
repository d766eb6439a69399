package dev.biosgateway.x86.device.pic;

import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.state.FieldNames;
import dev.biosgateway.x86.state.Section;

/**
 * One 8259A programmable interrupt controller (Intel 8259A data sheet, order 231468), with the edge
 * and level control register of the PIIX3 in place of ICW1.LTIM.
 *
 * <p>Knows nothing of its twin: {@link Pic8259Pair} wires two of them.
 */
final class Pic8259 {
  /** ICW4 needed. */
  private static final int ICW1_IC4 = 0x01;

  /** Single: no ICW3 follows. */
  private static final int ICW1_SNGL = 0x02;

  private static final int ICW1_LTIM = 0x08;
  private static final int ICW1 = 0x10;

  private static final int ICW4_8086 = 0x01;
  private static final int ICW4_AEOI = 0x02;
  private static final int ICW4_BUFFERED = 0x08;
  private static final int ICW4_SFNM = 0x10;

  private static final int OCW3 = 0x08;

  /** Where the initialization sequence stands: which word the odd port expects. */
  private static final int READY = 0;

  private static final int EXPECT_ICW2 = 2;
  private static final int EXPECT_ICW3 = 3;
  private static final int EXPECT_ICW4 = 4;

  private final String name;
  private final FieldNames names;

  /** Bits of the edge and level control register that can be set. */
  private final int elcrWritable;

  private final UnmodelledAccess unmodelled;

  /** Levels of IR0 to IR7. */
  private int inputs;

  private int irr;
  private int isr;
  private int imr;
  private int elcr;
  private int vectorBase;
  private int icw1;
  private int icw3;
  private int icw4;
  private int sequence;

  /** The input with the lowest priority; the one after it has the highest. */
  private int lowest;

  private boolean rotateInAeoi;
  private boolean specialMask;
  private boolean readIsr;
  private boolean poll;

  Pic8259(String role, int elcrWritable, UnmodelledAccess unmodelled) {
    this.name = "pic8259 " + role;
    this.names = new FieldNames(role + ".");
    this.elcrWritable = elcrWritable;
    this.unmodelled = unmodelled;
  }

  /** The chip has no reset pin; we power it on with everything masked and nothing pending. */
  void powerOn() {
    irr = 0;
    isr = 0;
    imr = 0xff;
    elcr = 0;
    vectorBase = 0;
    icw1 = 0;
    icw3 = 0;
    icw4 = ICW4_8086;
    sequence = READY;
    lowest = 7;
    rotateInAeoi = false;
    specialMask = false;
    readIsr = false;
    poll = false;
  }

  /**
   * Drives IR{@code input}. Edge triggered, a request stands from the rising edge to the
   * acknowledge, and only while the input stays high: one that drops too early becomes the spurious
   * interrupt 7. Level triggered, it stands while the input is high.
   */
  void drive(int input, boolean high) {
    int bit = 1 << input;
    boolean rises = high && (inputs & bit) == 0;
    if (high) {
      inputs |= bit;
    } else {
      inputs &= ~bit;
      irr &= ~bit;
    }
    if (rises || (high && (elcr & bit) != 0)) {
      irr |= bit;
    }
  }

  /** INT: some request is not masked and of higher priority than everything in service. */
  boolean requests() {
    return pending() >= 0;
  }

  /**
   * The INTA cycles: puts the request with the highest priority in service.
   *
   * @return the input, or -1 when the request has gone: the chip then answers as for input 7 and
   *     sets nothing in service
   */
  int acknowledge() {
    int input = pending();
    if (input >= 0) {
      serve(input);
    }
    return input;
  }

  /** Vector that the chip puts on the bus for an input. */
  int vector(int input) {
    return vectorBase | input;
  }

  /** Whether ICW1 said that there is another 8259A, and ICW3 that it is at {@code input}. */
  boolean cascades(int input) {
    return (icw1 & ICW1_SNGL) == 0 && (icw3 & 1 << input) != 0;
  }

  int in(boolean oddPort) {
    if (poll) {
      poll = false;
      int input = acknowledge();
      return input < 0 ? 0 : 0x80 | input;
    }
    if (oddPort) {
      return imr;
    }
    return readIsr ? isr : irr;
  }

  void out(boolean oddPort, int value) {
    if (!oddPort) {
      if ((value & ICW1) != 0) {
        initialize(value);
      } else if ((value & OCW3) != 0) {
        operationControl3(value);
      } else {
        operationControl2(value >>> 5, value & 7);
      }
      return;
    }
    switch (sequence) {
      case EXPECT_ICW2 -> {
        vectorBase = value & 0xf8;
        sequence = (icw1 & ICW1_SNGL) == 0 ? EXPECT_ICW3 : afterIcw3();
      }
      case EXPECT_ICW3 -> {
        icw3 = value;
        sequence = afterIcw3();
      }
      case EXPECT_ICW4 -> {
        icw4 = value;
        sequence = READY;
        if ((value & ICW4_8086) == 0) {
          unmodelled.record(name + " ICW4: 8080/8085 mode");
        }
        if ((value & ICW4_BUFFERED) != 0) {
          unmodelled.record(name + " ICW4: buffered mode");
        }
        if ((value & 0xe0) != 0) {
          unmodelled.record(name + " ICW4: reserved bits");
        }
      }
      case READY -> imr = value; // OCW1
      default -> throw new AssertionError(sequence);
    }
  }

  int elcr() {
    return elcr;
  }

  void setElcr(int value) {
    if ((value & ~elcrWritable) != 0) {
      unmodelled.record(name + " ELCR: input that is always edge triggered");
    }
    elcr = value & elcrWritable;
    irr = irr & ~elcr | inputs & elcr;
  }

  void save(Section out) {
    out.put(names.of("inputs"), inputs).put(names.of("irr"), irr).put(names.of("isr"), isr);
    out.put(names.of("imr"), imr).put(names.of("elcr"), elcr).put(names.of("icw1"), icw1);
    out.put(names.of("icw2"), vectorBase).put(names.of("icw3"), icw3).put(names.of("icw4"), icw4);
    out.put(names.of("sequence"), sequence).put(names.of("lowest"), lowest);
    out.put(names.of("rotateInAeoi"), rotateInAeoi).put(names.of("specialMask"), specialMask);
    out.put(names.of("readIsr"), readIsr).put(names.of("poll"), poll);
  }

  void restore(Section in) {
    inputs = in.getInt(names.of("inputs"));
    irr = in.getInt(names.of("irr"));
    isr = in.getInt(names.of("isr"));
    imr = in.getInt(names.of("imr"));
    elcr = in.getInt(names.of("elcr"));
    icw1 = in.getInt(names.of("icw1"));
    vectorBase = in.getInt(names.of("icw2"));
    icw3 = in.getInt(names.of("icw3"));
    icw4 = in.getInt(names.of("icw4"));
    sequence = in.getInt(names.of("sequence"));
    lowest = in.getInt(names.of("lowest"));
    rotateInAeoi = in.getBoolean(names.of("rotateInAeoi"));
    specialMask = in.getBoolean(names.of("specialMask"));
    readIsr = in.getBoolean(names.of("readIsr"));
    poll = in.getBoolean(names.of("poll"));
  }

  private int afterIcw3() {
    return (icw1 & ICW1_IC4) != 0 ? EXPECT_ICW4 : READY;
  }

  /** ICW1: data sheet, "Initialization Command Words", a to f. */
  private void initialize(int value) {
    icw1 = value;
    icw4 = 0;
    imr = 0;
    isr = 0;
    irr = inputs & elcr; // the edge sense circuit is reset: edges must come again
    lowest = 7;
    rotateInAeoi = false;
    specialMask = false;
    readIsr = false;
    poll = false;
    sequence = EXPECT_ICW2;
    if ((value & ICW1_LTIM) != 0) {
      unmodelled.record(name + " ICW1: LTIM, which ELCR replaces");
    }
    if ((value & ICW1_IC4) == 0) {
      unmodelled.record(name + " ICW1: no ICW4, which means 8080/8085 mode");
    }
  }

  /** OCW2: the eight meanings of R, SL, EOI. */
  private void operationControl2(int rotateSelectEoi, int level) {
    switch (rotateSelectEoi) {
      case 0b000 -> rotateInAeoi = false;
      case 0b100 -> rotateInAeoi = true;
      case 0b001 -> endOfInterrupt(highestInService(), false);
      case 0b101 -> endOfInterrupt(highestInService(), true);
      case 0b011 -> endOfInterrupt(level, false);
      case 0b111 -> endOfInterrupt(level, true);
      case 0b110 -> lowest = level;
      case 0b010 -> {} // "no operation"
      default -> throw new AssertionError(rotateSelectEoi);
    }
  }

  private void operationControl3(int value) {
    if ((value & 0x40) != 0) {
      specialMask = (value & 0x20) != 0;
    }
    if ((value & 0x04) != 0) {
      poll = true;
    } else if ((value & 0x02) != 0) {
      readIsr = (value & 0x01) != 0;
    }
  }

  private void endOfInterrupt(int input, boolean rotate) {
    if (input < 0) {
      return; // nothing is in service: a non-specific EOI finds no bit to reset
    }
    isr &= ~(1 << input);
    if (rotate) {
      lowest = input;
    }
  }

  private void serve(int input) {
    int bit = 1 << input;
    if ((elcr & bit) == 0) {
      irr &= ~bit;
    }
    if ((icw4 & ICW4_AEOI) == 0) {
      isr |= bit;
    } else if (rotateInAeoi) {
      lowest = input;
    }
  }

  /** The request that INT stands for, -1 when there is none. */
  private int pending() {
    int wanted = irr & ~imr;
    if (wanted == 0) {
      return -1;
    }
    // In special mask mode an input in service blocks others only while it is not masked.
    int blocking = specialMask ? isr & ~imr : isr;
    for (int i = 1; i <= 8; i++) {
      int input = lowest + i & 7;
      int bit = 1 << input;
      boolean fullyNestedSlave = (icw4 & ICW4_SFNM) != 0 && cascades(input);
      if ((wanted & bit) != 0 && ((blocking & bit) == 0 || fullyNestedSlave)) {
        return input;
      }
      if ((blocking & bit) != 0) {
        return -1;
      }
    }
    return -1;
  }

  /** The input in service that a non-specific EOI ends, -1 when there is none. */
  private int highestInService() {
    int candidates = specialMask ? isr & ~imr : isr;
    for (int i = 1; i <= 8; i++) {
      int input = lowest + i & 7;
      if ((candidates & 1 << input) != 0) {
        return input;
      }
    }
    return -1;
  }
}
