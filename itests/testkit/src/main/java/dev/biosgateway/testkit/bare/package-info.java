/** Tests against one machine without OSGi. */
@Export
@Version("1.0.0")
package dev.biosgateway.testkit.bare;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
