package dev.biosgateway.api;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Plugins as files. A file is a plugin bundle, or an image as it is: a vendor's ROM, which is
 * wrapped into a bundle so that it lives like any other plugin. What is installed is kept in the
 * folder {@code plugins} of a home folder and started again by the next process. Safe for use by
 * any number of threads, and by several processes on one home folder.
 */
@ProviderType
public interface Plugins {
  /**
   * Starts the plugins of a home folder and then those embedded in the runnable jar. A plugin that
   * does not start is listed with its reason and harms no other. Later calls change only the folder
   * that {@link #install} and the like work on.
   *
   * @param home created when something is installed; it need not exist
   */
  void open(Path home);

  /**
   * Brings what runs in line with the plugin folder: files that came are started, those that
   * changed are updated, those that went are uninstalled. A file that cannot be read is listed with
   * its reason and tried again when it changes.
   *
   * @return what was done, a line for each file: {@code installed vga.jar}; empty if nothing was
   * @throws IllegalStateException if {@link #open} has not been called
   */
  List<String> refresh();

  /** All bundles that offer a program, by {@link Plugin#id}. */
  List<Plugin> list();

  /**
   * Starts a file for the life of this process. An image wins over all others that serve the same
   * interrupts; a bundle has the ranking it declares. The same file again replaces what it was.
   *
   * @param address where an image is to lie; empty lets the format decide
   * @throws ProgramException if the file is neither a plugin nor an image, or its program failed
   */
  Plugin attach(Path file, OptionalLong address);

  /**
   * Keeps a file in the plugin folder and starts it.
   *
   * @param address where an image is to lie; empty lets the format decide
   * @throws ProgramException as {@link #attach}; nothing is kept then
   * @throws InvalidRequestException if a plugin of that name is installed already
   */
  Plugin install(Path file, OptionalLong address);

  /**
   * Replaces an installed plugin.
   *
   * @throws ProgramException as {@link #attach}; the former plugin is kept and running then
   * @throws InvalidRequestException if no plugin of that name is installed
   */
  Plugin update(String name, Path file, OptionalLong address);

  /**
   * Stops an installed plugin and deletes its file; or deletes a file that could not be read, which
   * is listed by its file name.
   *
   * @throws InvalidRequestException if no plugin of that name is installed
   */
  void uninstall(String name);
}
