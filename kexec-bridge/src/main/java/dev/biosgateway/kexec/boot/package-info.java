/** Machines that boot: kernels without firmware, firmware with everything, sessions with both. */
package dev.biosgateway.kexec.boot;
