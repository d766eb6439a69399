/**
 * The translator: hot guest code compiled into Java bytecode, equal to the interpreter in all but
 * time. See TRANSLATOR.md of this module.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.translate;
