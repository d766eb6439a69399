package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.*;
import dev.biosgateway.api.*;
import dev.biosgateway.api.spi.*;
import java.nio.file.*;
import java.util.*;
import org.junit.jupiter.api.Test;

class VgaSmokeTest {
  @Test
  void sea() throws Exception {
    var m = (BridgeMachine) new BridgeMachineProvider().open(MachineSettings.DEFAULT);
    for (int i = 0; i < 3; i++) {
      var r = m.call(new CallTarget.Interrupt(0x60), CallRequest.builder().register(Register.EAX, 5).build());
      System.out.println(r + " " + r.registers() + r.elapsed());
    }
    byte[] b = Files.readAllBytes(Path.of("/usr/share/seabios/vgabios-stdvga.bin"));
    var map = m.map(new ProgramImage("vga", "1.0", "option-rom", "vga.bin", b, OptionalLong.empty(), OptionalLong.empty(), List.of(0x10), Map.of()));
    System.out.println(map + " " + map.init().get() + " " + map.vectorsHooked()+" "+map.init().get().ports());
    for (int i = 0; i < 3; i++) {
    var r = m.call(new CallTarget.Interrupt(0x10), CallRequest.builder().register(Register.AX, 0x4f00).buffer("info", Register.ES, Register.DI, 512).build());
    System.out.println(r + " " + r.registers() + r.elapsed());
    System.out.println(HexFormat.of().formatHex(r.buffer("info")).substring(0, 200));
    }
    for (int round = 0; round < 6; round++) {
      long t = System.nanoTime();
      for (int i = 0; i < 2000; i++) m.call(new CallTarget.Interrupt(0x60), CallRequest.builder().register(Register.EAX, 5).build());
      System.out.println("empty us " + (System.nanoTime() - t) / 2000 / 1000.0);
    }
    m.unmap(map);
  }
}
