/** What is on the screen, as text and as a picture, whichever adapter shows it. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.screen;
