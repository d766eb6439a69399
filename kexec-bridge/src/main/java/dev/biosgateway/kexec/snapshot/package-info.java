/** Snapshots of a machine for debugging, and their differences. */
package dev.biosgateway.kexec.snapshot;
