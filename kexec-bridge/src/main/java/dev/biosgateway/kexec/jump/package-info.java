/** What kernel_kexec() does around the jump: steps, device phases, and how they are undone. */
package dev.biosgateway.kexec.jump;
