/** What two kernels tell each other around a kexec jump; PROTOCOL.md has every byte of it. */
package dev.biosgateway.kexec.protocol;
