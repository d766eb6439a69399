/**
 * What plugins bring in Java, in one machine: cards, and who stands in front of ports and memory.
 */
package dev.biosgateway.kexec.extension;
