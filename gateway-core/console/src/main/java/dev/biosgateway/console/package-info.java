/** The command line and the shell commands: one implementation of both. */
package dev.biosgateway.console;
