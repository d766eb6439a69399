package dev.biosgateway.console;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.PendingCall;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import java.util.List;

/** A session of a {@link ScriptedGateway}, which answers and remembers for it. */
record ScriptedSession(ScriptedGateway gateway, long id) implements Session {
  @Override
  public MachineSettings machine() {
    return gateway.machine();
  }

  @Override
  public List<String> programs() {
    return List.of("vga 1.0.0");
  }

  @Override
  public CallResult call(CallTarget target, CallRequest request) {
    return gateway.call(target, request);
  }

  @Override
  public PendingCall submit(CallTarget target, CallRequest request) {
    return gateway.submit(target, request);
  }

  @Override
  public Session fork() {
    gateway.journal.add("fork " + id);
    return new ScriptedSession(gateway, id + 1);
  }

  @Override
  public void save(Path file) {
    gateway.journal.add("save " + id + " " + file);
  }

  @Override
  public void close() {
    gateway.journal.add("close " + id);
  }
}
