package dev.biosgateway.api.kexec;

/**
 * A machine at an instant.
 *
 * @param name unique on the machine
 * @param parent the snapshot that was taken or restored before it; empty for the first
 * @param instructions retired since power-on
 * @param bytes of memory that are not zero
 */
public record SnapshotInfo(String name, String parent, long instructions, long bytes) {}
