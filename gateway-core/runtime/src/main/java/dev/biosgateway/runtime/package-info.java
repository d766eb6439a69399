/**
 * What is between plugins and the machine. {@code ProgramExtender} finds the programs of bundles,
 * {@code ProgramRegistry} decides which of them are in the machine and registers their routines,
 * {@code Dispatcher} leases the machine to one caller at a time; {@code GatewayService} joins them
 * and chooses the machine, {@code PluginService} brings bundles and vendors' images as files.
 */
package dev.biosgateway.runtime;
