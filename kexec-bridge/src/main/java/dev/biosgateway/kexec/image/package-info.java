/** Files as kexec(8) loads them: which kind they are, what of them goes where. */
package dev.biosgateway.kexec.image;
