/** Media: what disks, diskettes and CDs hold, as images on the host. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.media;
