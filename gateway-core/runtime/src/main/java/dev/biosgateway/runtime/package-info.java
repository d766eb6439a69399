/** Extender, program registry and dispatcher. */
package dev.biosgateway.runtime;
