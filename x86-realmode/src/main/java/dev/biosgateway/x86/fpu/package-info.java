/**
 * The x87 floating-point unit in its full 80 bits: registers, control and status, and the
 * arithmetic itself, computed with integers (Intel SDM vol. 1, chapter 8). Knows nothing of the CPU
 * around it: memory operands come and go as plain bits.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.fpu;
