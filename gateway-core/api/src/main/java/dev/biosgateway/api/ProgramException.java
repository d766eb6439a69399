package dev.biosgateway.api;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * A program cannot be used: its descriptor lies, its image is broken, there is no room for it, or
 * its init did not return.
 */
public class ProgramException extends GatewayException {
  private static final long serialVersionUID = 1L;

  private final String program;
  private final String file;
  private final String field;
  private final long offset;
  private final String expected;
  private final String found;
  private final String remedy;

  private ProgramException(Builder builder) {
    super(builder.message(), builder.cause);
    this.program = builder.program;
    this.file = builder.file;
    this.field = builder.field;
    this.offset = builder.offset;
    this.expected = builder.expected;
    this.found = builder.found;
    this.remedy = builder.remedy;
  }

  /**
   * An error that is still being written.
   *
   * @param program the program's name
   * @param field what is wrong: {@code checksum}, {@code size}, {@code path}, {@code init}
   */
  public static Builder of(String program, String field) {
    return new Builder(program, field);
  }

  /** Name of the program. */
  public String program() {
    return program;
  }

  /** The file or bundle entry, or empty. */
  public String file() {
    return file;
  }

  /** What is wrong. */
  public String field() {
    return field;
  }

  /** Where in the file, in bytes, if it is in one place. */
  public OptionalLong offset() {
    return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  /** What would have been right. */
  public String expected() {
    return expected;
  }

  /** What is there. */
  public String found() {
    return found;
  }

  /** What to do about it, or empty. */
  public String remedy() {
    return remedy;
  }

  /** Collects an error. */
  public static final class Builder {
    private final String program;
    private final String field;
    private String file = "";
    private long offset = -1;
    private String expected = "";
    private String found = "";
    private String remedy = "";
    private Throwable cause;

    private Builder(String program, String field) {
      this.program = Objects.requireNonNull(program, "program");
      this.field = Objects.requireNonNull(field, "field");
    }

    /** The file or bundle entry. */
    public Builder file(String name) {
      this.file = name;
      return this;
    }

    /** Where in the file, in bytes. */
    public Builder at(long position) {
      this.offset = position;
      return this;
    }

    /** What would have been right. */
    public Builder expected(String text) {
      this.expected = text;
      return this;
    }

    /** What is there. */
    public Builder found(String text) {
      this.found = text;
      return this;
    }

    /** What to do about it. */
    public Builder remedy(String text) {
      this.remedy = text;
      return this;
    }

    /** What caused it. */
    public Builder cause(Throwable throwable) {
      this.cause = throwable;
      return this;
    }

    /** The finished error. */
    public ProgramException build() {
      return new ProgramException(this);
    }

    private String message() {
      StringBuilder text = new StringBuilder("program ").append(program);
      if (!file.isEmpty()) {
        text.append(" (").append(file).append(')');
      }
      text.append(": ").append(field);
      if (offset >= 0) {
        text.append(String.format(" at offset 0x%x", offset));
      }
      if (!expected.isEmpty()) {
        text.append(": expected ").append(expected);
      }
      if (!found.isEmpty()) {
        text.append(expected.isEmpty() ? ": found " : ", found ").append(found);
      }
      if (!remedy.isEmpty()) {
        text.append("; ").append(remedy);
      }
      return text.toString();
    }
  }
}
