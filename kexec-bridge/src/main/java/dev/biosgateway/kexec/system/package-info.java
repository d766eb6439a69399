/** Kernels that share a machine: each is booted once and gives it to the others. */
package dev.biosgateway.kexec.system;
