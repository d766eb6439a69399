/** Looking at a running machine: what happens in it as named events, and listeners for them. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.debug;
