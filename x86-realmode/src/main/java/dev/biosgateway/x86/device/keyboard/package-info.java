/** The 8042 controller and what is plugged into it: a PS/2 keyboard and a PS/2 mouse. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.device.keyboard;
