/**
 * What a provider of guest machines implements. Callers need none of it but {@link
 * dev.biosgateway.api.spi.MachineSettings}.
 */
@Export
@Version("1.0.0")
package dev.biosgateway.api.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
