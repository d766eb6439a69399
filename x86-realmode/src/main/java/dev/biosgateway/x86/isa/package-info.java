/** The instruction set: opcode maps, decoder and disassembler. Knows no CPU. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package dev.biosgateway.x86.isa;
