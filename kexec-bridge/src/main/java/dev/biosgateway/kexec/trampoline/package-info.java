/** Images that a kexec jump enters to call code in real mode or flat, with all of its registers. */
package dev.biosgateway.kexec.trampoline;
