package dev.biosgateway.console;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayMetrics;
import dev.biosgateway.api.HealthReport;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.PendingCall;
import dev.biosgateway.api.Plugin;
import dev.biosgateway.api.Plugins;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.Medium;
import dev.biosgateway.api.spi.MachineSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/** A gateway that remembers what the command line asked for. */
final class ScriptedGateway implements Gateway, Plugins {
  /** What happened, in order. */
  final List<String> journal = new ArrayList<>();

  final List<Plugin> plugins = new ArrayList<>();
  CallRequest request;
  MachineSettings machine = MachineSettings.DEFAULT;
  private final BiFunction<CallTarget, CallRequest, CallResult> answer;

  ScriptedGateway(BiFunction<CallTarget, CallRequest, CallResult> answer) {
    this.answer = answer;
  }

  @Override
  public List<Routine> routines() {
    return List.of();
  }

  @Override
  public Routine routine(String name) {
    journal.add("routine " + name);
    if (!name.equals("checksum32")) {
      throw new NoSuchRoutineException("no routine \"" + name + "\": there is checksum32");
    }
    CallTarget target = new CallTarget.ProgramEntry(name);
    return new Routine() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public CallTarget target() {
        return target;
      }

      @Override
      public CallResult call(CallRequest wanted) {
        return ScriptedGateway.this.call(target, wanted);
      }

      @Override
      public PendingCall submit(CallRequest wanted) {
        return ScriptedGateway.this.submit(target, wanted);
      }
    };
  }

  @Override
  public Routine routine(String name, String versions) {
    journal.add("versions " + versions);
    return routine(name);
  }

  @Override
  public PendingCall submit(CallTarget target, CallRequest wanted) {
    throw new UnsupportedOperationException("the command line waits for its calls");
  }

  @Override
  public Session openSession() {
    journal.add("session");
    return new ScriptedSession(this, 1);
  }

  @Override
  public Session reopenSession(Path file) {
    journal.add("reopen " + file);
    return new ScriptedSession(this, 1);
  }

  @Override
  public GatewayMetrics metrics() {
    return new GatewayMetrics(
        3,
        300,
        Map.of(StopReason.RETURNED, 2L, StopReason.BUDGET, 1L),
        Map.of(1024L, 3L),
        5,
        2,
        1,
        1,
        0,
        3,
        0,
        2,
        0,
        4096,
        8192,
        Map.of("instructions", 300L));
  }

  @Override
  public HealthReport health() {
    return HealthReport.of(
        List.of(new HealthReport.Finding("machine", HealthReport.Status.OK, "it is on")));
  }

  @Override
  public List<Session> sessions() {
    return List.of();
  }

  @Override
  public List<Program> programs() {
    return plugins.stream().flatMap(plugin -> plugin.programs().stream()).toList();
  }

  @Override
  public CallResult call(CallTarget target, CallRequest wanted) {
    journal.add("call " + target.text());
    request = wanted;
    return answer.apply(target, wanted);
  }

  @Override
  public MachineSettings machine() {
    return machine;
  }

  @Override
  public void putInto(BootRequest.Builder request, String program) {
    journal.add("put " + program);
    switch (program) {
      case "bios" -> request.firmware(Path.of("bios.rom"));
      case "disk" -> request.disk(Medium.of(Path.of("disk.img")));
      default -> throw new NoSuchRoutineException("no program " + program);
    }
  }

  @Override
  public void power(MachineSettings settings) {
    if (!settings.board().startsWith("pc")) {
      throw new InvalidRequestException("no machine with these settings: expected pc");
    }
    machine = settings;
  }

  @Override
  public void open(Path home) {
    journal.add("open " + home);
  }

  @Override
  public List<String> refresh() {
    journal.add("refresh");
    return List.of("installed a.jar");
  }

  @Override
  public List<Plugin> list() {
    return plugins;
  }

  @Override
  public Plugin attach(Path file, OptionalLong address) {
    return plugin("attach", file, address);
  }

  @Override
  public Plugin install(Path file, OptionalLong address) {
    return plugin("install", file, address);
  }

  @Override
  public Plugin update(String name, Path file, OptionalLong address) {
    return plugin("update " + name, file, address);
  }

  @Override
  public void uninstall(String name) {
    journal.add("uninstall " + name);
  }

  private Plugin plugin(String verb, Path file, OptionalLong address) {
    String place = address.isPresent() ? " at 0x" + Long.toHexString(address.getAsLong()) : "";
    journal.add(verb + " " + file + place);
    return new Plugin(7, "p", "1.0.0", Plugin.Origin.INSTALLED, true, "", List.of());
  }
}
