/**
 * The command line and the shell commands: one implementation of both. {@code CommandLineMain} runs
 * one line; {@code CallArguments}, {@code Numerals} and {@code ImageArgument} read words; {@code
 * CallReport}, {@code PluginReport} and {@code JsonReport} print for people and for scripts; what
 * is known of a buffer's content has a class of its own, as {@code VbeInfoBlock}.
 */
package dev.biosgateway.console;
