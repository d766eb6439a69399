/** Dumps of a machine's memory as ELF cores, as /proc/vmcore and makedumpfile have them. */
package dev.biosgateway.kexec.vmcore;
