/** The formats programs come in: what their images must look like and where they want to lie. */
package dev.biosgateway.kexec.program;
