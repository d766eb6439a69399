/**
 * What kexec_load() does: segments, their checks, source pages, the page list, control and swap
 * page, identity tables (kernel/kexec_core.c, arch/x86/kernel/machine_kexec_32.c).
 */
package dev.biosgateway.kexec.load;
