/** ATA channels, hard disks and CD-ROMs, and the PIIX3's IDE function with its bus masters. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.device.ide;
