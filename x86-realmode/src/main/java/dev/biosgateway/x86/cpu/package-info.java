/** The CPU: registers and units, one file a block of silicon. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.cpu;
