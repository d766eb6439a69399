/** Images and bundles made in a test: right ones, and ones that are wrong in a chosen place. */
@Export
@Version("1.0.0")
package dev.biosgateway.testkit.image;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
