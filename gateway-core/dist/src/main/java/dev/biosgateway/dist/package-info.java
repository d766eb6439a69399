/**
 * The runnable jar: {@link dev.biosgateway.dist.Launcher} makes a class loader for the framework,
 * which starts with the nested bundles and hands the arguments to the command line. Framework,
 * logging and the API of Declarative Services are classes of the jar; bundles are jars in it: those
 * in {@code bundles} always start, those in {@code shell} for the shell, those in {@code plugins}
 * when the plugin service opens.
 */
package dev.biosgateway.dist;
