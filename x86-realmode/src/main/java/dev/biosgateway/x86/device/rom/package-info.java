/** ROMs: the system BIOS below 4 GB and what the CPU sees of it below 1 MB. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.device.rom;
