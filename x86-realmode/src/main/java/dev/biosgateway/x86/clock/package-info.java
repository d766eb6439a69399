/** Virtual time, which follows retired instructions, and the events that hang on it. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.clock;
