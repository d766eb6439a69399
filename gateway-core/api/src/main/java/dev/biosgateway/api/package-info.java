/** What a caller of firmware code sees: requests, results, routines and programs. */
@Export
@Version("1.0.0")
package dev.biosgateway.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
