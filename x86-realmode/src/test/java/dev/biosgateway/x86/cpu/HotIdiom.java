package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.CpuModel;
import java.util.Random;

/**
 * What compilers and people write in hot code: a few instructions that belong together, with random
 * operands. Each leaves ECX and the stack pointer as they were.
 */
enum HotIdiom {
  ADD_WITH_CARRY_CHAIN(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      int borrow = o.pick(0, 8);
      int at = o.address();
      o.bytes(borrow == 0 ? 0x01 : 0x29);
      o.memory(0, at);
      for (int n = 1; n <= 1 + o.any(3); n++) {
        o.bytes(0x11 | borrow | o.pick(0, 2));
        o.memory(o.pick(0, 2), at + 4 * n);
      }
    }
  },
  FLAGS_READ_LATE(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.compare();
      o.bytes(0x8b).register(o.data(), o.any(8)); // mov, no flags
      o.bytes(0x9f); // lahf
      if (o.any(2) == 0) {
        o.bytes(0x9e);
      }
    }
  },
  FLAGS_ON_THE_STACK(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.compare();
      o.bytes(0x9c, 0x58, 0x25).word(o.pick(0x4d5, 0x8d5, 0xfd5)); // pushf; pop ax; and
      o.bytes(0x0d).word(o.pick(0, 0x200, 0x200)); // or
      o.bytes(0x50, 0x9d); // push ax; popf
    }
  },
  SET_ON_CONDITION(CpuModel.I386) {
    @Override
    void write(InstructionWriter o) {
      o.compare();
      o.bytes(0x0f, 0x90 | o.any(16)).register(0, o.pick(0, 2, 3, 4, 6));
    }
  },
  MOVE_ON_CONDITION(CpuModel.PENTIUM_PRO) {
    @Override
    void write(InstructionWriter o) {
      o.compare();
      o.bytes(0x0f, 0x40 | o.any(16));
      o.memory(o.data(), o.address());
    }
  },
  PARTIAL_FLAGS(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.compare();
      o.bytes(0x40 | o.data() | o.pick(0, 8)); // inc, dec
      if (o.any(2) == 0) {
        o.bytes(o.pick(0xf8, 0xf9, 0xf5)); // clc, stc, cmc
      }
      o.bytes(o.pick(0x11, 0x19, 0x13)).register(o.data(), o.data());
    }
  },
  SHIFT_BY_CL(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      int digit = o.pick(0, 1, 2, 3, 4, 5, 7);
      o.bytes(o.pick(0xd2, 0xd3, 0xd3, 0xd0, 0xd1));
      if (o.any(2) == 0) {
        o.register(digit, o.data());
      } else {
        o.memory(digit, o.address());
      }
      o.bytes(o.pick(0x11, 0x13)).register(o.data(), o.data()); // adc
    }
  },
  SHIFT_BY_NUMBER(CpuModel.I80286) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(o.pick(0xc0, 0xc1, 0xc1)).register(o.pick(0, 1, 2, 3, 4, 5, 7), o.data());
      o.bytes(o.any(40));
      o.bytes(o.pick(0x11, 0x13)).register(o.data(), o.data());
    }
  },
  DOUBLE_SHIFT(CpuModel.I386) {
    @Override
    void write(InstructionWriter o) {
      int way = o.pick(0xa4, 0xa5, 0xac, 0xad);
      o.bytes(0x0f, way);
      o.memory(o.data(), o.address());
      if ((way & 1) == 0) {
        o.bytes(o.any(34));
      }
    }
  },
  PARTS_OF_REGISTERS(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      for (int n = 2 + o.any(3); n > 0; n--) {
        // of AL, DL, BL, AH, DH, BH
        int to = o.pick(0, 2, 3, 4, 6, 7);
        o.bytes(o.pick(0x88, 0x00, 0x28, 0x86, 0x10, 0x30)).register(o.pick(0, 2, 3, 4, 6, 7), to);
      }
      o.bytes(o.pick(0x01, 0x89, 0x03)).register(o.data(), o.data());
    }
  },
  WIDEN(CpuModel.I386) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0x0f, o.pick(0xb6, 0xb7, 0xbe, 0xbf));
      if (o.any(2) == 0) {
        o.register(o.data(), o.data());
      } else {
        o.memory(o.data(), o.address());
      }
      o.bytes(o.pick(0x98, 0x99));
    }
  },
  STACK(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0x50 | o.data(), 0xff);
      o.memory(6, o.address()); // push
      o.bytes(0x8f);
      o.memory(0, o.address()); // pop
      o.bytes(0x58 | o.data());
    }
  },
  FRAME(CpuModel.I80286) {
    @Override
    void write(InstructionWriter o) {
      if (o.any(2) == 0) {
        o.bytes(0x60, 0x40 | o.data(), 0x61); // pusha; inc; popa
        return;
      }
      o.bytes(0xc8, 4 + o.any(20), 0, o.any(3)); // enter
      o.bytes(o.pick(0x89, 0x01, 0x8b, 0x03), 0x46 | o.data() << 3 & 0x18, 0xfc); // [bp-4]
      o.bytes(0xc9); // leave
    }
  },
  REPEATED_STRING(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0x51, 0xb9).word(o.pick(0, 1, 3, o.any(60), o.any(900)));
      o.bytes(0xbe).word(o.address()).bytes(0xbf).word(o.address());
      o.bytes(o.pick(0xfc, 0xfc, 0xfc, 0xfd));
      o.segment();
      o.bytes(o.pick(0xf3, 0xf3, 0xf2));
      o.bytes(o.pick(0xa4, 0xa5, 0xaa, 0xab, 0xa6, 0xa7, 0xae, 0xaf, 0xac));
      o.bytes(0xfc, 0x59);
    }
  },
  STRING(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      if (o.any(2) == 0) {
        o.bytes(0xbe).word(o.address()).bytes(0xbf).word(o.address());
      }
      o.segment();
      o.bytes(o.pick(0xa4, 0xac, 0xad, 0xa5));
      o.bytes(o.pick(0x34, 0x04, 0x2c), o.any(256)); // xor, add, sub al
      o.bytes(o.pick(0xaa, 0xab, 0xae, 0xa6));
    }
  },
  POINTERS(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0x81, 0xe0 | o.pick(6, 7)).word(0x0fff); // and si/di
      o.bytes(0x81, 0xc8 | o.pick(6, 7)).word(o.pick(0x5000, 0xb000, 0x6000)); // or
      o.segment();
      o.bytes(o.pick(0x8a, 0x8b, 0x03, 0x01, 0x88, 0x89, 0x31, 0x13));
      if (o.code32) {
        o.bytes(o.data() << 3 | o.pick(6, 7));
      } else {
        o.bytes(o.data() << 3 | o.pick(4, 5));
      }
      o.bytes(0x46 | o.any(2));
    }
  },
  SCALED_INDEX(CpuModel.I386) {
    @Override
    void write(InstructionWriter o) {
      if (!o.code32) {
        o.bytes(0x67);
      }
      o.bytes(o.pick(0x8a, 0x8b, 0x03, 0x8d, 0x39));
      o.bytes(0x84 | o.data() << 3, o.any(4) << 6 | 1 << 3 | 6); // [esi+ecx*n+disp32]
      o.bytes(o.any(256), o.pick(0, 0x10), 0, 0);
    }
  },
  MULTIPLY(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(o.pick(0xf6, 0xf7)).register(o.pick(4, 5), o.pick(0, 2, 3));
      o.bytes(o.pick(0x11, 0x13)).register(o.data(), o.data());
      if (o.model.isAtLeast(CpuModel.I386)) {
        o.bytes(0x0f, 0xaf);
        o.memory(o.data(), o.address());
      }
    }
  },
  DIVIDE(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0x31, 0xd2, 0x80, 0xcb, 1); // xor dx,dx; or bl,1
      o.bytes(0xf7).register(o.pick(6, 6, 7), 3);
    }
  },
  BITS(CpuModel.I386) {
    @Override
    void write(InstructionWriter o) {
      if (o.any(2) == 0) {
        o.bytes(0x0f, 0xba);
        o.memory(4 + o.any(4), o.address());
        o.bytes(o.any(256));
      } else {
        o.bytes(0x0f, o.pick(0xbc, 0xbd, 0xa3, 0xab, 0xb3, 0xbb)).register(o.data(), o.data());
      }
      o.bytes(o.pick(0x11, 0x13)).register(o.data(), o.data());
    }
  },
  EXCHANGE(CpuModel.I486) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0x0f, o.pick(0xb0, 0xb1, 0xc0, 0xc1));
      o.memory(o.data(), o.address());
      o.bytes(0x0f, 0xc8 | o.data());
    }
  },
  DECIMAL(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0x04, o.any(256), o.pick(0x27, 0x2f, 0x37, 0x3f));
    }
  },
  ACROSS_A_PAGE(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      int end = o.pick(0x6000, 0xb000, 0xc000, 0xd000, 0xe000, 0xa000);
      o.bytes(o.pick(0x01, 0x8b, 0x89, 0x03, 0x11, 0xff, 0x87));
      o.memory(o.pick(0, 1), end - 1 - o.any(4));
    }
  },
  END_OF_SEGMENT(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.segment();
      o.bytes(o.pick(0x01, 0x8b, 0x8a, 0x00));
      o.memory(0, 0xffff - o.any(5));
    }
  },
  SEGMENT_REGISTERS(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      switch (o.any(4)) {
        case 0 -> o.bytes(o.pick(0x06, 0x1e, 0x16), o.pick(0x07, 0x07, 0x1f)); // push, pop
        case 1 -> o.bytes(0x8c, 0xd8 | o.pick(0, 0x5), 0x8e, 0xc0 | o.pick(0, 5)); // mov es,ax
        case 2 -> {
          o.bytes(0xc7); // a pointer in memory, then LES
          o.memory(0, 0xb100).word(o.address());
          if (o.code32) {
            o.bytes(0x66);
          }
          o.bytes(0x8c);
          o.memory(3, o.code32 ? 0xb104 : 0xb102); // mov [..],ds
          o.bytes(0xc4);
          o.memory(7, 0xb100); // les di,[..]
        }
        default -> o.bytes(0xb8).word(o.selector()).bytes(0x8e, 0xc0); // mov ax,n; mov es,ax
      }
      o.bytes(0x26, 0x8b);
      o.memory(o.data(), o.address());
    }
  },
  PORTS(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0xba).word(HotMachine.PORT).bytes(o.pick(0xec, 0xed), o.pick(0xee, 0xef));
    }
  },
  DEVICE_MEMORY(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(o.pick(0x01, 0x8b, 0x89, 0x88, 0x8a, 0x31));
      o.memory(0, HotMachine.DEVICE + o.any(0xff0));
    }
  },
  READ_ONLY_MEMORY(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(o.pick(0x01, 0x8b, 0x89, 0x88, 0x8a, 0x31));
      o.memory(0, HotMachine.ROM + o.any(0xff0));
    }
  },
  SOFTWARE_INTERRUPT(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      if (o.any(4) == 0) {
        o.bytes(o.pick(0xcc, 0xce));
      } else {
        o.bytes(0xcd, 0x60 + o.any(4));
      }
    }
  },
  INTERRUPT_FLAG(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0xfa, 0x40 | o.data(), 0xfb, 0x40 | o.data()); // cli; inc; sti; inc
    }
  },
  FLOATING_POINT(CpuModel.I486) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0xdb, 0xe3); // fninit
      o.bytes(0xdb);
      o.memory(0, o.address()); // fild
      o.bytes(0xd9, 0xe8, 0xde, o.pick(0xc1, 0xc9, 0xe9)); // fld1; faddp, fmulp, fsubp
      o.bytes(0xdb);
      o.memory(o.pick(2, 3), o.address()); // fist, fistp
    }
  },
  BIT_STRING(CpuModel.I386) {
    @Override
    void write(InstructionWriter o) {
      int index = o.pick(0, 2, 3);
      o.bytes(0x81, 0xe0 | index).word(0x3f); // and
      o.bytes(0x0f, o.pick(0xa3, 0xab, 0xb3, 0xbb));
      o.memory(index, o.address());
      o.bytes(o.pick(0x11, 0x13)).register(o.data(), o.data()); // adc
    }
  },
  SEARCH(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0x51, 0xb9).word(o.pick(0xffff, 0x1fff)); // push cx; mov cx
      o.bytes(0xbf).word(o.address()).bytes(0xfc, o.pick(0xf2, 0xf3), o.pick(0xae, 0xaf));
      o.bytes(0x11, 0xc8, 0x59); // adc ax,cx; pop cx
    }
  },
  DIVIDE_ANYTHING(CpuModel.I386) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0x80, 0xcb, 1); // or bl,1
      if (o.any(3) == 0) {
        o.bytes(0x98, 0xf6).register(o.pick(6, 7), 3); // cbw; div, idiv bl
      } else {
        o.bytes(0x99, 0xf7).register(7, 3); // cwd; idiv bx
      }
    }
  },
  TRANSLATE_BYTE(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0xbb).word(o.address()).bytes(0xd7);
    }
  },
  READS_ITS_CODE(CpuModel.I8086) {
    @Override
    void write(InstructionWriter o) {
      o.bytes(0x2e, o.pick(0x8b, 0x03, 0x3b));
      o.memory(o.data(), o.origin + o.any(100));
    }
  };

  private final CpuModel since;

  HotIdiom(CpuModel since) {
    this.since = since;
  }

  abstract void write(InstructionWriter o);

  /** One of them that {@code model} has, as bytes. */
  static byte[] any(Random random, GuestAssembler.Dialect dialect) {
    HotIdiom idiom;
    do {
      idiom = values()[random.nextInt(values().length)];
    } while (!dialect.model().isAtLeast(idiom.since));
    InstructionWriter out = new InstructionWriter(random, dialect);
    idiom.write(out);
    return out.code();
  }
}
