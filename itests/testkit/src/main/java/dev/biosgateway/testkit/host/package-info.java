/** What tests want of the computer they run on: tools, and files that are in no repository. */
@Export
@Version("1.0.0")
package dev.biosgateway.testkit.host;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
