/** The emulated PC: processor, bus, devices, boards and debugger. */
@Export
@Version("1.0.0")
package dev.biosgateway.x86;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
