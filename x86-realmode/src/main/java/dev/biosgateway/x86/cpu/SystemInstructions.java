package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * Which operation executes which row of the opcode maps, for the system side: segment loads, far
 * transfers, interrupts, system registers.
 */
final class SystemInstructions {
  private SystemInstructions() {}

  /** The operation for {@code insn}, null when the instruction is not one of the system's. */
  static Operation of(Insn insn) {
    boolean memory = insn.memory >= 0;
    // spotless:off
    return switch (insn.row.mnemonic()) {
      case MOV_TO_SEGMENT -> SegmentLoad::moveToSegment;
      case POP_SEGMENT    -> SegmentLoad::pop;
      case LES -> SegmentLoad.loadPointer(SegmentRegister.ES);
      case LDS -> SegmentLoad.loadPointer(SegmentRegister.DS);
      case LSS -> SegmentLoad.loadPointer(SegmentRegister.SS);
      case LFS -> SegmentLoad.loadPointer(SegmentRegister.FS);
      case LGS -> SegmentLoad.loadPointer(SegmentRegister.GS);

      case JMP_FAR  -> memory ? FarTransfer::jmpMemory : FarTransfer::jmpPointer;
      case CALL_FAR -> memory ? FarTransfer::callMemory : FarTransfer::callPointer;
      case RETF -> FarTransfer::ret;
      case IRET -> InterruptReturn::iret;

      case INT   -> SoftwareInterrupt::interrupt;
      case INT3  -> SoftwareInterrupt::breakpoint;
      case INTO  -> SoftwareInterrupt::overflow;
      case INT1  -> SoftwareInterrupt::icebp;
      case BOUND -> SoftwareInterrupt::bound;
      case HLT   -> SoftwareInterrupt::halt;
      // RSM is an undefined opcode outside system management mode, which there is none of.
      case UD2, UNDEFINED, RSM -> SoftwareInterrupt::undefined;

      case MOV_FROM_CR -> ControlRegisters::read;
      case MOV_TO_CR   -> ControlRegisters::write;
      case MOV_FROM_DR -> DebugRegisters::read;
      case MOV_TO_DR   -> DebugRegisters::write;
      case SMSW -> ControlRegisters::smsw;
      case LMSW -> ControlRegisters::lmsw;
      case CLTS -> ControlRegisters::clts;
      case INVLPG -> ControlRegisters::invlpg;
      case INVD, WBINVD -> ControlRegisters::invalidateCaches;

      case LGDT -> DescriptorInstructions::lgdt;
      case LIDT -> DescriptorInstructions::lidt;
      case SGDT -> DescriptorInstructions::sgdt;
      case SIDT -> DescriptorInstructions::sidt;
      case LLDT -> DescriptorInstructions::lldt;
      case LTR  -> DescriptorInstructions::ltr;
      case SLDT -> DescriptorInstructions::sldt;
      case STR  -> DescriptorInstructions::str;
      case LAR  -> DescriptorInstructions::lar;
      case LSL  -> DescriptorInstructions::lsl;
      case VERR -> DescriptorInstructions::verr;
      case VERW -> DescriptorInstructions::verw;
      case ARPL -> DescriptorInstructions::arpl;

      case CPUID -> CpuIdentification::cpuid;
      case RDMSR -> ModelSpecificRegisters::rdmsr;
      case WRMSR -> ModelSpecificRegisters::wrmsr;
      case RDTSC -> ModelSpecificRegisters::rdtsc;
      case RDPMC -> ModelSpecificRegisters::rdpmc;
      case SYSENTER -> FastSystemCall::sysenter;
      case SYSEXIT  -> FastSystemCall::sysexit;
      default -> null;
    };
    // spotless:on
  }
}
