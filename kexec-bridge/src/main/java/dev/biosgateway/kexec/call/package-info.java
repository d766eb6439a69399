/**
 * One call from request to result: placement, the round trip, isolation; the machine of the SPI.
 */
package dev.biosgateway.kexec.call;
