/** Kexec by hand, as the api has it. */
package dev.biosgateway.kexec.service;
