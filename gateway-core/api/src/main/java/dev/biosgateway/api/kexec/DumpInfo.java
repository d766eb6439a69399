package dev.biosgateway.api.kexec;

import java.util.List;
import java.util.Map;

/**
 * What is in a memory dump.
 *
 * @param format ELF32, ELF64 or kdump-compressed
 * @param segments number of PT_LOADs
 * @param memoryBytes of memory it speaks of
 * @param heldBytes of memory it holds; the rest is zeros
 * @param ranges of memory it speaks of, in words
 * @param notes in words
 * @param vmcoreinfo lines of VMCOREINFO
 */
public record DumpInfo(
    String format,
    int segments,
    long memoryBytes,
    long heldBytes,
    List<String> ranges,
    List<String> notes,
    Map<String, String> vmcoreinfo) {}
