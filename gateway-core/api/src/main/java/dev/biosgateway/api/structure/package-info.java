/** What firmware leaves in buffers, by field names: layouts and what is read with them. */
@Export
@Version("1.0.0")
package dev.biosgateway.api.structure;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
