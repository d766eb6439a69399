/** The PCI bus: configuration mechanism 1, functions, host bridge. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.device.pci;
