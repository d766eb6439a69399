package dev.biosgateway.api;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What a call gave back. Immutable. */
public final class CallResult {
  private final long id;
  private final String routine;
  private final StopReason stop;
  private final String reason;
  private final Registers registers;
  private final Map<String, byte[]> buffers;
  private final long instructions;
  private final Duration elapsed;
  private final String console;
  private final List<PortAccess> ports;
  private final Fault fault;
  private final List<UnmodelledAccess> unmodelled;
  private final List<LoggedAccess> logged;

  private CallResult(Builder builder) {
    this.id = builder.id;
    this.routine = builder.routine;
    this.stop = builder.stop;
    this.reason = builder.reason;
    this.registers = builder.registers;
    this.buffers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.buffers));
    this.instructions = builder.instructions;
    this.elapsed = builder.elapsed;
    this.console = builder.console;
    this.ports = List.copyOf(builder.ports);
    this.fault = builder.fault;
    this.unmodelled = List.copyOf(builder.unmodelled);
    this.logged = List.copyOf(builder.logged);
  }

  /**
   * A result that is still being written.
   *
   * @param routine what was called, as {@link CallTarget#text()}
   * @param stop why it ended
   */
  public static Builder builder(String routine, StopReason stop) {
    return new Builder(routine, stop);
  }

  /**
   * The number of the call: unique in the life of the gateway, the same in logs, events and
   * metrics; 0 for calls outside a gateway.
   */
  public long id() {
    return id;
  }

  /** The same result under the number a gateway gives it. */
  public CallResult withId(long number) {
    Builder same = new Builder(routine, stop);
    same.id = number;
    same.reason = reason;
    same.registers = registers;
    same.buffers.putAll(buffers);
    same.instructions = instructions;
    same.elapsed = elapsed;
    same.console = console;
    same.ports = ports;
    same.fault = fault;
    same.unmodelled = unmodelled;
    same.logged = logged;
    return new CallResult(same);
  }

  /** What was called: {@code int 0x10}. */
  public String routine() {
    return routine;
  }

  /** Why the call ended. */
  public StopReason stop() {
    return stop;
  }

  /** Whether the routine returned. */
  public boolean returned() {
    return stop == StopReason.RETURNED;
  }

  /**
   * The stop in one readable line; for POLICY it names the rule. Empty if the routine returned,
   * unless it was an interrupt that no program serves: then this says so.
   */
  public String reason() {
    return reason;
  }

  /** The registers when the call ended; if it returned, as the routine's caller sees them. */
  public Registers registers() {
    return registers;
  }

  /** Shorthand for {@code registers().get(register)}: unsigned. */
  public long get(Register register) {
    return registers.get(register);
  }

  /** Names of the buffers, in the order of the request. */
  public Set<String> bufferNames() {
    return buffers.keySet();
  }

  /**
   * The bytes of a buffer when the call ended, as a new array.
   *
   * @throws InvalidRequestException if the request had no buffer of this name
   */
  public byte[] buffer(String name) {
    byte[] bytes = buffers.get(name);
    if (bytes == null) {
      throw new InvalidRequestException(
          "no buffer \"" + name + "\": the call has " + buffers.keySet());
    }
    return bytes.clone();
  }

  /**
   * Guest instructions of the routine, exact and the same on every run: from the INT or CALL that
   * enters it to its return, both counted. Each pass of a REP counts, and so does the instruction
   * that raised an exception.
   */
  public long instructions() {
    return instructions;
  }

  /** Wall-clock time of the call on the machine, waiting for the machine not counted. */
  public Duration elapsed() {
    return elapsed;
  }

  /** What the guest wrote to its debug console and serial port during the call. */
  public String console() {
    return console;
  }

  /** The ports that were used, by port number, IN before OUT. */
  public List<PortAccess> ports() {
    return ports;
  }

  /** The exception that ended the call, or began the triple fault that did; empty otherwise. */
  public Optional<Fault> fault() {
    return Optional.ofNullable(fault);
  }

  /** What the guest touched that is not modelled. */
  public List<UnmodelledAccess> unmodelled() {
    return unmodelled;
  }

  /** What the rules of its policy wanted to be counted. */
  public List<LoggedAccess> logged() {
    return logged;
  }

  /** {@code int 0x10: RETURNED after 123 instructions}. */
  @Override
  public String toString() {
    String text = routine + ": " + stop + " after " + instructions + " instructions";
    return reason.isEmpty() ? text : text + ": " + reason;
  }

  /** Collects a result; for providers of machines and for tests. */
  public static final class Builder {
    private final String routine;
    private final StopReason stop;
    private long id;
    private String reason = "";
    private Registers registers = Registers.ZERO;
    private final Map<String, byte[]> buffers = new LinkedHashMap<>();
    private long instructions;
    private Duration elapsed = Duration.ZERO;
    private String console = "";
    private List<PortAccess> ports = List.of();
    private Fault fault;
    private List<UnmodelledAccess> unmodelled = List.of();
    private List<LoggedAccess> logged = List.of();

    private Builder(String routine, StopReason stop) {
      this.routine = Objects.requireNonNull(routine, "routine");
      this.stop = Objects.requireNonNull(stop, "stop");
    }

    /** Sets {@link CallResult#reason()}. */
    public Builder reason(String text) {
      this.reason = Objects.requireNonNull(text, "reason");
      return this;
    }

    /** Sets {@link CallResult#registers()}. */
    public Builder registers(Registers file) {
      this.registers = Objects.requireNonNull(file, "registers");
      return this;
    }

    /** Adds a buffer's final bytes, which are copied. */
    public Builder buffer(String name, byte... bytes) {
      buffers.put(name, bytes.clone());
      return this;
    }

    /** Sets {@link CallResult#instructions()}. */
    public Builder instructions(long count) {
      this.instructions = count;
      return this;
    }

    /** Sets {@link CallResult#elapsed()}. */
    public Builder elapsed(Duration time) {
      this.elapsed = Objects.requireNonNull(time, "elapsed");
      return this;
    }

    /** Sets {@link CallResult#console()}. */
    public Builder console(String text) {
      this.console = Objects.requireNonNull(text, "console");
      return this;
    }

    /** Sets {@link CallResult#ports()}. */
    public Builder ports(List<PortAccess> accesses) {
      this.ports = Objects.requireNonNull(accesses, "ports");
      return this;
    }

    /** Sets {@link CallResult#fault()}, and the reason to its text. */
    public Builder fault(Fault exception) {
      this.fault = Objects.requireNonNull(exception, "fault");
      this.reason = exception.toString();
      return this;
    }

    /** Sets {@link CallResult#unmodelled()}. */
    public Builder unmodelled(List<UnmodelledAccess> accesses) {
      this.unmodelled = Objects.requireNonNull(accesses, "unmodelled");
      return this;
    }

    /** Sets {@link CallResult#logged()}. */
    public Builder logged(List<LoggedAccess> accesses) {
      this.logged = Objects.requireNonNull(accesses, "logged");
      return this;
    }

    /** The finished result. */
    public CallResult build() {
      return new CallResult(this);
    }
  }
}
