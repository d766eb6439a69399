/** Power management of the PIIX4: ACPI registers, APM port, SMBus. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.device.acpi;
