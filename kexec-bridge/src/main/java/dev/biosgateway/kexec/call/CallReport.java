package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.Arrays;
import java.util.List;

/** Reads a call's registers and buffers from where they are when it has ended. */
final class CallReport {
  /** Segments of a {@link CallPlan} before its buffers: trampoline with stack. */
  private static final int FIRST_BUFFER = 1;

  private CallReport() {}

  /** Results of a routine that returned lie in the image's source pages: the jump is over. */
  static void returned(CallResult.Builder result, CallPlan plan, Kimage image) {
    Registers registers = plan.trampoline().registers(image.segments().get(0));
    result.registers(plan.withReturnSite(registers));
    List<CallPlan.PlacedBuffer> buffers = plan.buffers();
    for (int i = 0; i < buffers.size(); i++) {
      CallPlan.PlacedBuffer placed = buffers.get(i);
      LoadedSegment segment = image.segments().get(FIRST_BUFFER + i);
      result.buffer(placed.buffer().name(), segment.read(0, placed.buffer().size()));
    }
  }

  /** Results of a routine whose jump is held lie where it worked. */
  static void landed(CallResult.Builder result, CallPlan plan, PhysicalBus bus) {
    Registers registers = plan.trampoline().taken(bus.ram, plan.trampolineAddress());
    result.registers(plan.withReturnSite(registers));
    for (CallPlan.PlacedBuffer placed : plan.buffers()) {
      int at = placed.address();
      int end = at + placed.buffer().size();
      result.buffer(placed.buffer().name(), Arrays.copyOfRange(bus.ram, at, end));
    }
  }

  /** What a routine that did not return has done so far lies where it worked. */
  static void stranded(
      CallResult.Builder result, CallPlan plan, RoundTrip.End end, PhysicalBus bus) {
    if (end.fault() != null) {
      result.fault(end.fault().fault());
    }
    result.reason(end.reason()).registers(end.registers());
    for (CallPlan.PlacedBuffer placed : plan.buffers()) {
      byte[] bytes = new byte[placed.buffer().size()];
      bus.read(placed.address(), bytes, 0, bytes.length);
      result.buffer(placed.buffer().name(), bytes);
    }
  }
}
