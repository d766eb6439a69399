/** Single ports of a PC: 80h, 92h, E9h, F0h. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.device.ports;
