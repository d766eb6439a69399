/** Code of ours that the emulated processor runs: assembled images and the names in them. */
package dev.biosgateway.kexec.guest;
