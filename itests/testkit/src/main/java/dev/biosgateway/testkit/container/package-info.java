/** Tests against a gateway in an OSGi container that runs in the test's own VM. */
@Export
@Version("1.0.0")
package dev.biosgateway.testkit.container;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
