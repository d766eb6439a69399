/** The kexec round trip: load, image, jump, jump back. */
package dev.biosgateway.kexec;
