/**
 * Whole machines as values: taken, compared by digest, cloned, written to a file and read in
 * another process, where they go on to the very same end.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.snapshot;
