/** What a provider of guest machines implements; callers never need it. */
@Export
@Version("1.0.0")
package dev.biosgateway.api.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
