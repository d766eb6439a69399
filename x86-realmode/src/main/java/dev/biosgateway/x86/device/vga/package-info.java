/** Display adapters: the Standard VGA, the Bochs display interface, and their text screen. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.device.vga;
