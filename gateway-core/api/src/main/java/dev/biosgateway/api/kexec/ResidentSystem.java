package dev.biosgateway.api.kexec;

/**
 * A kernel that shares the machine with others.
 *
 * @param name unique on the machine
 * @param image as it is loaded
 * @param switches how often it got the machine; at the first it boots
 * @param running whether it had the machine last
 */
public record ResidentSystem(String name, LoadedImage image, int switches, boolean running) {}
