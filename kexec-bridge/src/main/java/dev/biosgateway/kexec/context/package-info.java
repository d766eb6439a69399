/** The host context: the small kernel of our own that a kexec jump leaves and comes back to. */
package dev.biosgateway.kexec.context;
