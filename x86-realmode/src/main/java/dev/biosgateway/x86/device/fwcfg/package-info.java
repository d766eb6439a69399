/** The firmware configuration device, by which firmware learns what machine it runs on. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.device.fwcfg;
