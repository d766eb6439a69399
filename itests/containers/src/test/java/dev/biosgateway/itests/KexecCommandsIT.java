package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of kexec by hand as scripts rely on them: exit status, JSON, what is refused, what a
 * kill leaves. What people see of them is in the tutorial, which {@link TutorialIT} types.
 */
class KexecCommandsIT {
  /** MOV AL, 'r'; OUT E9h, AL; RET. */
  private static final byte[] WRITES_R = {(byte) 0xb0, 'r', (byte) 0xe6, (byte) 0xe9, (byte) 0xc3};

  private static final byte[] LOOPS = {(byte) 0xeb, (byte) 0xfe};

  @TempDir private Path folder;
  private GatewayProcess gateway;
  private Path state;

  @BeforeEach
  void newMachine() {
    gateway = new GatewayProcess(folder);
    state = folder.resolve("machine");
  }

  private String image(String name, byte... code) throws IOException {
    return Files.write(folder.resolve(name), code).toString();
  }

  private GatewayProcess.Outcome run(String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--state", state.toString()));
    return gateway.run(all.toArray(String[]::new));
  }

  private JsonObject json(int status, String... command) {
    String[] all = Arrays.copyOf(command, command.length + 1);
    all[command.length] = "--json";
    return run(all).json(status);
  }

  private void load(String name, byte[] code) throws IOException {
    JsonObject loaded =
        json(0, "kexec", "load", image(name, code), "--load-preserve-context", "--entry=0x200000");
    assertTrue(loaded.get("kexec_loaded").getAsBoolean());
  }

  @Test
  void kexecLoadsExecutesTellsAndUnloads() throws IOException {
    assertFalse(json(0, "kexec", "status").get("kexec_loaded").getAsBoolean());
    load("r", WRITES_R);
    JsonObject end = json(0, "kexec", "exec");
    assertEquals("RETURNED", end.get("stop").getAsString());
    assertEquals("r", end.get("console").getAsString());
    JsonObject status = json(0, "kexec", "status");
    assertEquals(1, status.get("jumps").getAsInt());
    assertTrue(status.get("kexec_jump_back_entry").getAsString().matches("0x[0-9a-f]+"));
    assertEquals(0, run("kexec", "unload").status());
    assertFalse(json(0, "kexec", "status").get("kexec_loaded").getAsBoolean());
  }

  @Test
  void whatDoesNotComeBackIsStatusOne() throws IOException {
    load("loops", LOOPS);
    JsonObject end = json(1, "kexec", "exec", "--budget", "100000");
    assertEquals("BUDGET", end.get("stop").getAsString());
  }

  @Test
  void whatKexecRefusesIsStatusTwoWithItsErrorNumber() throws IOException {
    String r = image("r", WRITES_R);
    run("kexec", "load", r, "--entry=0x200000", "--mem-min=0x300000", "--mem-max=0x3fffff")
        .assertRefused("EADDRNOTAVAIL", "mem-min");
    run("kexec", "exec").assertRefused("EINVAL", "nothing is loaded");
    run("kexec", "load", "--load-jump-back-helper").assertRefused("--entry");
    run("kexec", "load", r, "--elf32-core-headers", "--elf64-core-headers").assertRefused("one of");
    run("system", "switch", "nobody").assertRefused("EINVAL", "nobody");
    run("snapshot", "restore", "never").assertRefused("never");
  }

  @Test
  void systemsAndSnapshotsAreListed() throws IOException {
    String r = image("r", WRITES_R);
    json(0, "system", "add", "one", r, "--entry=0x200000");
    json(0, "snapshot", "take", "before");
    assertEquals("r", json(0, "system", "switch", "one").get("console").getAsString());
    JsonArray systems = json(0, "system", "list").getAsJsonArray("systems");
    assertEquals(1, systems.get(0).getAsJsonObject().get("switches").getAsInt());
    assertFalse(json(0, "snapshot", "diff", "before").getAsJsonArray("differences").isEmpty());
    assertEquals(0, run("snapshot", "restore", "before").status());
    assertTrue(json(0, "snapshot", "diff", "before").getAsJsonArray("differences").isEmpty());
    JsonArray snapshots = json(0, "snapshot", "list").getAsJsonArray("snapshots");
    assertEquals("before", snapshots.get(0).getAsJsonObject().get("name").getAsString());
  }

  @Test
  void dumpsAreWrittenDescribedAndRefusedWhenDamaged() throws IOException {
    Path core = folder.resolve("core");
    assertEquals("ELF64", json(0, "vmcore", "save", core.toString()).get("format").getAsString());
    JsonObject info = json(0, "vmcore", "info", core.toString());
    assertTrue(info.get("held_bytes").getAsLong() < info.get("memory_bytes").getAsLong());
    run("vmcore", "restore", core.toString()).assertRefused("entry");
    byte[] bytes = Files.readAllBytes(core);
    bytes[bytes.length - 1] ^= 1;
    Files.write(core, bytes);
    run("vmcore", "info", core.toString()).assertRefused("SHA-256");
  }

  @Test
  void aCommandThatIsKilledLeavesTheMachineAsItWasOrAsItIs() throws Exception {
    load("r", WRITES_R);
    int jumps = 0;
    for (int i = 0; i < 3; i++) {
      Process process = gateway.start("", "kexec", "exec", "--state", state.toString()).process();
      Thread.sleep(700L + 250 * i);
      process.destroyForcibly().waitFor();
      int now = json(0, "kexec", "status").get("jumps").getAsInt();
      assertTrue(now == jumps || now == jumps + 1, jumps + " then " + now);
      jumps = now;
    }
  }
}
