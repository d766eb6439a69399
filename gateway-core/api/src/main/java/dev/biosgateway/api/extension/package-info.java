/**
 * What plugins in Java implement and register as services: handlers of interrupts that guest code
 * calls, chains and hooks as any other; devices; and those who stand in front of ports and memory.
 */
@Export
@Version("1.0.0")
package dev.biosgateway.api.extension;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
