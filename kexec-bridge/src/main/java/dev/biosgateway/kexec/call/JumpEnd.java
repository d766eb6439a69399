package dev.biosgateway.kexec.call;

import dev.biosgateway.api.StopReason;

/**
 * How a jump to an image ended.
 *
 * @param stop RETURNED if and only if the host is back
 * @param reason in words; empty if it returned
 * @param console what came out of the debug port and the serial ports
 * @param restart number of the restart point by which the image came back, 0 for the default
 * @param instructions retired on the whole way
 */
public record JumpEnd(
    StopReason stop, String reason, String console, int restart, long instructions) {}
