/**
 * Whole machines that boot: firmware, kernels and media in; what serial port and screen show, and
 * how it ended, out.
 */
@Export
@Version("1.0.0")
package dev.biosgateway.api.boot;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
