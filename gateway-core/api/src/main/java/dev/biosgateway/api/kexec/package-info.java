/** Kexec by hand: images, jumps, resident systems, snapshots, memory dumps. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.api.kexec;
