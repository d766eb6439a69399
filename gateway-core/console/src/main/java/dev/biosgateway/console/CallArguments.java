package dev.biosgateway.console;

import dev.biosgateway.api.BufferPointer;
import dev.biosgateway.api.CallBuffer;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.Session;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a call:
 *
 * <pre>
 * int VECTOR | far SEGMENT:OFFSET | ROUTINE
 * REGISTER=VALUE                     a register or a part of one
 * SEGMENT:REGISTER=NAME:SIZE         a buffer for real mode code
 * REGISTER=NAME:SIZE                 a buffer for flat code, in a 32 bit register
 * </pre>
 *
 * A buffer starts with zeroes, with the bytes of a file ({@code NAME:SIZE@FILE}), or with a text in
 * UTF-8 ({@code NAME:SIZE=TEXT}), as the VBE2 that callers of VBE function 00h put there.
 */
final class CallArguments {
  private static final Pattern BUFFER =
      Pattern.compile(
          "([A-Za-z_][A-Za-z0-9_.-]*):([0-9][0-9A-Za-z]*)(?:@(.+)|=(.+))?", Pattern.DOTALL);

  private final CallTarget target;
  private final String routine;
  private final Map<String, BufferPointer> pointers = new HashMap<>();

  private CallArguments(CallTarget target, String routine) {
    this.target = target;
    this.routine = routine;
  }

  /**
   * Reads the words into a request.
   *
   * @param files reads a file named behind a buffer
   * @throws InvalidRequestException that names the word which is wrong
   */
  static CallArguments read(
      List<String> words, CallRequest.Builder request, Function<Path, byte[]> files) {
    if (words.isEmpty()) {
      throw new InvalidRequestException(
          "nothing to call: expected int VECTOR, far SEGMENT:OFFSET or a routine's name");
    }
    String first = words.get(0);
    boolean interrupt = first.equals("int");
    boolean far = first.equals("far");
    int next = interrupt || far ? 2 : 1;
    if (words.size() < next) {
      throw new InvalidRequestException(
          interrupt
              ? "int: expected a vector, as int 0x10"
              : "far: expected an address, as far c000:0003");
    }
    CallArguments arguments;
    if (interrupt) {
      int vector = Numerals.integer("int", words.get(1), 0, 0xff);
      arguments = new CallArguments(new CallTarget.Interrupt(vector), null);
    } else if (far) {
      arguments = new CallArguments(new CallTarget.FarCall(FarPointer.parse(words.get(1))), null);
    } else {
      if (first.contains("=")) {
        throw new InvalidRequestException(
            "\"" + first + "\": what to call comes first, as int 0x10 or a routine's name");
      }
      arguments = new CallArguments(null, first);
    }
    for (String word : words.subList(next, words.size())) {
      arguments.assign(word, request, files);
    }
    return arguments;
  }

  private void assign(String word, CallRequest.Builder request, Function<Path, byte[]> files) {
    int equals = word.indexOf('=');
    if (equals <= 0 || equals == word.length() - 1) {
      throw new InvalidRequestException(
          "\"" + word + "\": expected REGISTER=VALUE or SEGMENT:REGISTER=NAME:SIZE[@FILE|=TEXT]");
    }
    String left = word.substring(0, equals).toLowerCase(Locale.ROOT);
    String right = word.substring(equals + 1);
    Matcher buffer = BUFFER.matcher(right);
    int colon = left.indexOf(':');
    if (colon >= 0) {
      Register segment = Register.named(left.substring(0, colon));
      Register offset = Register.named(left.substring(colon + 1));
      if (!buffer.matches()) {
        throw new InvalidRequestException(
            "\"" + word + "\": expected " + left + "=NAME:SIZE, NAME:SIZE@FILE or NAME:SIZE=TEXT");
      }
      add(buffer, new BufferPointer.Far(segment, offset), request, files);
    } else if (buffer.matches()) {
      add(buffer, new BufferPointer.Flat(Register.named(left)), request, files);
    } else {
      request.register(Register.named(left), Numerals.number(left, right));
    }
  }

  private void add(
      Matcher text,
      BufferPointer pointer,
      CallRequest.Builder request,
      Function<Path, byte[]> files) {
    String name = text.group(1);
    int size =
        Numerals.integer("size of buffer " + name, text.group(2), 1, CallBuffer.MAX_FLAT_SIZE);
    byte[] content = new byte[0];
    if (text.group(3) != null) {
      content = files.apply(Path.of(text.group(3)));
    } else if (text.group(4) != null) {
      content = text.group(4).getBytes(StandardCharsets.UTF_8);
    }
    request.buffer(CallBuffer.of(name, pointer, size, content));
    pointers.put(name, pointer);
  }

  /**
   * Checks that there is a buffer of a name.
   *
   * @param option names who wants it
   */
  void requireBuffer(String option, String name) {
    if (!pointers.containsKey(name)) {
      throw new InvalidRequestException(
          option
              + " "
              + name
              + ": the call has "
              + (pointers.isEmpty() ? "no buffers" : "the buffers " + pointers.keySet()));
    }
  }

  /** What is called, if that is known without a gateway: not for a routine's name. */
  Optional<CallTarget> target() {
    return Optional.ofNullable(target);
  }

  /** Calls it on any machine. */
  CallResult call(Gateway gateway, CallRequest request) {
    return target == null ? routine(gateway).call(request) : gateway.call(target, request);
  }

  /** Calls it on the machine of a session. */
  CallResult call(Gateway gateway, Session session, CallRequest request) {
    return session.call(target == null ? routine(gateway).target() : target, request);
  }

  private Routine routine(Gateway gateway) {
    int at = routine.indexOf('@');
    return at < 0
        ? gateway.routine(routine)
        : gateway.routine(routine.substring(0, at), routine.substring(at + 1));
  }

  /** Where a buffer was, as the result's registers still say; empty for flat buffers. */
  Optional<FarPointer> address(String name, CallResult result) {
    return pointers.get(name) instanceof BufferPointer.Far far
        ? Optional.of(result.registers().pointer(far.segment(), far.offset()))
        : Optional.empty();
  }
}
