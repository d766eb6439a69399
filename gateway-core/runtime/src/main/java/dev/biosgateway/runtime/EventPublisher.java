package dev.biosgateway.runtime;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Program;
import java.util.HashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/**
 * Posts what happens to Event Admin, where there is one: {@code dev/biosgateway/call/ENDED} with
 * {@code call.id}, {@code call.target}, {@code call.stop}, {@code call.reason}, {@code
 * call.instructions}, {@code call.nanos} and {@code call.waited}; and {@code
 * dev/biosgateway/program/STATE}, where the last is MAPPED, SHADOWED, UNRESOLVED, FAILED or GONE,
 * with {@code program.name}, {@code program.version}, {@code program.format} and {@code
 * program.reason}. Without Event Admin this component is never made.
 */
@Component(
    service = {},
    immediate = true)
public final class EventPublisher implements GatewayListener {
  private static final String CALL = "dev/biosgateway/call/ENDED";
  private static final String PROGRAM = "dev/biosgateway/program/";

  private final EventAdmin events;
  private final GatewayService gateway;

  /** Called by Declarative Services. */
  @Activate
  public EventPublisher(
      @Reference EventAdmin events,
      @Reference(target = "(component.name=dev.biosgateway.runtime.GatewayService)")
          Gateway gateway) {
    this.events = events;
    this.gateway = (GatewayService) gateway;
    this.gateway.listen(this);
  }

  /** Called by Declarative Services. */
  @Deactivate
  public void close() {
    gateway.unlisten(this);
  }

  @Override
  public void callEnded(CallResult result, long waitedNanos) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("call.id", result.id());
    properties.put("call.target", result.routine());
    properties.put("call.stop", result.stop().name());
    properties.put("call.reason", result.reason());
    properties.put("call.instructions", result.instructions());
    properties.put("call.nanos", result.elapsed().toNanos());
    properties.put("call.waited", waitedNanos);
    events.postEvent(new Event(CALL, properties));
  }

  @Override
  public void programChanged(Program program) {
    post(program.state().name(), program);
  }

  @Override
  public void programGone(Program program) {
    post("GONE", program);
  }

  private void post(String state, Program program) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("program.name", program.name());
    properties.put("program.version", program.version());
    properties.put("program.format", program.format());
    properties.put("program.reason", program.reason().orElse(""));
    events.postEvent(new Event(PROGRAM + state, properties));
  }
}
