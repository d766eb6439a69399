/**
 * Hibernation without ACPI: a kernel is saved by a second one and goes on in a third one's place.
 */
package dev.biosgateway.kexec.hibernate;
