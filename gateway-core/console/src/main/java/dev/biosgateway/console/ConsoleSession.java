package dev.biosgateway.console;

import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Plugin;
import dev.biosgateway.api.Plugins;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.Media;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the commands of one invocation work with.
 *
 * @param gateway calls
 * @param plugins the plugin folder
 * @param named the sessions of this process, by name
 * @param out for results
 * @param err for errors
 */
record ConsoleSession(
    Gateway gateway, Plugins plugins, NamedSessions named, PrintWriter out, PrintWriter err) {
  /**
   * Powers the machine on and starts the plugins. Images named for this process come first, so that
   * those they replace are never mapped. A machine that does not exist is said once, not by every
   * plugin.
   */
  void open(RootCommand root, List<String> images) {
    open(root, Media.NONE, images);
  }

  /** The same with media in the machine's drives, in place of those it has if there are any. */
  void open(RootCommand root, Media media, List<String> images) {
    openFirmware(root);
    MachineSettings machine = root.machine(gateway.machine());
    gateway.power(media.isEmpty() ? machine : machine.withMedia(media));
    for (String image : images) {
      ImageArgument argument = ImageArgument.parse(image);
      plugins.attach(argument.file(), argument.address());
    }
    plugins.open(root.home());
  }

  /** A system BIOS of a plugin is there before the machine that wants it. */
  void openFirmware(RootCommand root) {
    root.firmwareProgram()
        .ifPresent(
            name -> {
              plugins.open(root.home());
              BootRequest.Builder request = BootRequest.builder();
              gateway.putInto(request, name);
              root.firmwareIs(
                  request
                      .build()
                      .firmware()
                      .orElseThrow(
                          () ->
                              new InvalidRequestException(
                                  "--bios program:" + name + ": expected a system-rom")));
            });
  }

  /** Says on standard error which plugins are left out, so that nobody wonders why. */
  void reportFailures() {
    for (Plugin plugin : plugins.list()) {
      if (!plugin.active()) {
        note(plugin.name(), plugin.reason());
      }
      for (Program program : plugin.programs()) {
        if (program.state() == Program.State.FAILED) {
          note(plugin.name(), program.reason().orElse(""));
        }
      }
    }
  }

  private void note(String plugin, String reason) {
    err.println(
        "bios-gateway: plugin " + plugin + " is left out: " + reason.replaceAll("\\s+", " "));
  }

  /** The content of a file the user named. */
  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InvalidRequestException("cannot read " + file + ": there is no such file");
    } catch (IOException e) {
      throw new InvalidRequestException("cannot read " + file + ": " + e.getMessage());
    }
  }

  /** Refuses a file that cannot be written later because its folder does not exist. */
  static void requireWritable(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
      throw new InvalidRequestException(
          "cannot write " + file + ": expected a file in a folder that exists");
    }
  }

  /** Writes a file the user named. */
  static void write(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new InvalidRequestException("cannot write " + file + ": " + e);
    }
  }
}
