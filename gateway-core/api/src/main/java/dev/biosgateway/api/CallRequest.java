package dev.biosgateway.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a call takes in: registers, buffers, limits. Immutable; {@link Builder#build()} has checked
 * everything that can be checked without a machine.
 */
public final class CallRequest {
  /** Instructions a call may retire unless told otherwise: 100 million. */
  public static final long DEFAULT_BUDGET = 100_000_000L;

  /** Wall-clock time a call may take unless told otherwise: 10 s. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** The longest timeout there is: a day. */
  public static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  /** EFLAGS bits a caller may pass: CF PF AF ZF SF IF DF OF, and bit 1, which is always one. */
  public static final long PASSED_FLAGS = 0xed7;

  private static final Set<Register> OWN =
      Set.of(Register.CS, Register.SS, Register.ESP, Register.EIP);

  private final Map<Register, Long> given;
  private final Registers registers;
  private final List<CallBuffer> buffers;
  private final long budget;
  private final Duration timeout;
  private final Isolation isolation;
  private final CallPolicy policy;
  private final Consumer<String> console;

  private CallRequest(Builder builder) {
    this.given = new EnumMap<>(builder.given);
    Registers file = Registers.ZERO;
    for (Map.Entry<Register, Long> entry : given.entrySet()) {
      file = file.with(entry.getKey(), entry.getValue());
    }
    this.registers = file.with(Register.EFLAGS, file.get(Register.EFLAGS) | 2);
    this.buffers = List.copyOf(builder.buffers);
    this.budget = builder.budget;
    this.timeout = builder.timeout;
    this.isolation = builder.isolation;
    this.policy = builder.policy;
    this.console = builder.console;
  }

  private CallRequest(CallRequest other, CallPolicy policy) {
    this.given = other.given;
    this.registers = other.registers;
    this.buffers = other.buffers;
    this.budget = other.budget;
    this.timeout = other.timeout;
    this.isolation = other.isolation;
    this.console = other.console;
    this.policy = policy;
  }

  /** A request that is still being written. */
  public static Builder builder() {
    return new Builder();
  }

  /** The registers on entry; those nobody gave are 0. Buffer addresses are not in here yet. */
  public Registers registers() {
    return registers;
  }

  /** Whether the caller gave this register, or a part or the whole of it. */
  public boolean gives(Register register) {
    return given.keySet().stream().anyMatch(register::overlaps);
  }

  /** The buffers, in the order in which they were given. */
  public List<CallBuffer> buffers() {
    return buffers;
  }

  /** The most instructions the guest may retire, at least 1. */
  public long budget() {
    return budget;
  }

  /** The longest the call may take by the wall clock. */
  public Duration timeout() {
    return timeout;
  }

  /** What the call leaves behind. */
  public Isolation isolation() {
    return isolation;
  }

  /** What the called code may touch. */
  public CallPolicy policy() {
    return policy;
  }

  /** Who hears what the guest writes to its console as it is written; empty if nobody does. */
  public Optional<Consumer<String>> console() {
    return Optional.ofNullable(console);
  }

  /**
   * Checks that this request can enter code in a mode: far pointers and segments exist in real mode
   * only, flat pointers in flat mode only.
   *
   * @throws InvalidRequestException that names the buffer or register which does not fit
   */
  public void requireMode(CallMode mode) {
    for (CallBuffer buffer : buffers) {
      boolean far = buffer.pointer() instanceof BufferPointer.Far;
      if (far != (mode == CallMode.REAL)) {
        throw new InvalidRequestException(
            mode == CallMode.REAL
                ? buffer + ": real mode code wants a segment and an offset register, as es:di"
                : buffer + ": flat code wants one 32 bit register, as esi");
      }
    }
    for (Register register : given.keySet()) {
      if (register.isSegment() && mode == CallMode.FLAT) {
        throw new InvalidRequestException(
            register.text() + ": flat code runs with flat segments, they cannot be given");
      }
    }
  }

  /** The same request under its policy and another one: what both let. */
  public CallRequest within(CallPolicy bound) {
    return bound.layers().isEmpty() ? this : new CallRequest(this, policy.and(bound));
  }

  /** Collects a request. Not safe for use by several threads. */
  public static final class Builder {
    private final Map<Register, Long> given = new EnumMap<>(Register.class);
    private final List<CallBuffer> buffers = new ArrayList<>();
    private long budget = DEFAULT_BUDGET;
    private Duration timeout = DEFAULT_TIMEOUT;
    private Isolation isolation = Isolation.ROLLBACK;
    private CallPolicy policy = CallPolicy.ALLOW_ALL;
    private Consumer<String> console;

    private Builder() {}

    /**
     * Gives a register, or a part of one, its unsigned value.
     *
     * @throws InvalidRequestException if the value is too wide, the register or an overlapping part
     *     was given already, or the register belongs to the gateway (CS, EIP: the target; SS, ESP:
     *     the call's own stack)
     */
    public Builder register(Register register, long value) {
      if (OWN.contains(register.parent())) {
        throw new InvalidRequestException(
            register.text()
                + ": cs and eip come from the call's target, ss and esp are the call's own stack");
      }
      for (Register other : given.keySet()) {
        if (other.overlaps(register)) {
          throw new InvalidRequestException(
              other == register
                  ? register.text() + " is given twice"
                  : register.text() + " and " + other.text() + " are parts of one register");
        }
      }
      if (register == Register.EFLAGS && (value & ~PASSED_FLAGS) != 0 && value <= register.max()) {
        throw new InvalidRequestException(
            String.format("eflags=0x%x: a caller may set bits of 0x%x", value, PASSED_FLAGS));
      }
      given.put(register, register.check(value));
      return this;
    }

    /** Adds a buffer. */
    public Builder buffer(CallBuffer buffer) {
      buffers.add(Objects.requireNonNull(buffer, "buffer"));
      return this;
    }

    /** Adds a zero-filled buffer for real mode code, as {@code ES:DI}. */
    public Builder buffer(String name, Register segment, Register offset, int size) {
      return buffer(CallBuffer.of(name, new BufferPointer.Far(segment, offset), size));
    }

    /** Adds a buffer for flat code that holds the content, as {@code ESI}. */
    public Builder buffer(String name, Register register, byte... content) {
      return buffer(CallBuffer.of(name, new BufferPointer.Flat(register), content.length, content));
    }

    /**
     * Limits the instructions the guest may retire.
     *
     * @throws InvalidRequestException if less than 1
     */
    public Builder budget(long instructions) {
      if (instructions < 1) {
        throw new InvalidRequestException("budget " + instructions + ": at least 1 instruction");
      }
      this.budget = instructions;
      return this;
    }

    /**
     * Limits the wall-clock time.
     *
     * @throws InvalidRequestException if not positive or longer than {@link #MAX_TIMEOUT}
     */
    public Builder timeout(Duration longest) {
      if (longest.isZero() || longest.isNegative() || longest.compareTo(MAX_TIMEOUT) > 0) {
        throw new InvalidRequestException("timeout " + longest + ": more than 0, up to 24 hours");
      }
      this.timeout = longest;
      return this;
    }

    /** Says what the call leaves behind. */
    public Builder isolation(Isolation wanted) {
      this.isolation = Objects.requireNonNull(wanted, "isolation");
      return this;
    }

    /** Says what the called code may touch. */
    public Builder policy(CallPolicy wanted) {
      this.policy = Objects.requireNonNull(wanted, "policy");
      return this;
    }

    /**
     * Streams what the guest writes to its debug console and serial port, a character or more at a
     * time, while the call runs. The listener is called on the machine's thread and holds the guest
     * up as long as it takes; {@link CallResult#console()} has the whole text in any case.
     */
    public Builder console(Consumer<String> listener) {
      this.console = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * The finished request.
     *
     * @throws InvalidRequestException if two buffers share a name or a register, or a buffer's
     *     register was also given a value
     */
    public CallRequest build() {
      Set<String> names = new HashSet<>();
      Set<Register> pointers = new HashSet<>();
      for (CallBuffer buffer : buffers) {
        if (!names.add(buffer.name())) {
          throw new InvalidRequestException("buffer " + buffer.name() + " is given twice");
        }
        List<Register> used =
            buffer.pointer() instanceof BufferPointer.Far far
                ? List.of(far.segment(), far.offset())
                : List.of(((BufferPointer.Flat) buffer.pointer()).register());
        for (Register register : used) {
          if (!pointers.add(register.parent())) {
            throw new InvalidRequestException(
                buffer + ": " + register.text() + " already points to another buffer");
          }
          for (Register other : given.keySet()) {
            if (other.overlaps(register)) {
              throw new InvalidRequestException(
                  buffer + ": " + other.text() + " is also given a value");
            }
          }
        }
      }
      return new CallRequest(this);
    }
  }
}
