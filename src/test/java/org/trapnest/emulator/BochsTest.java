package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bochs by its debugger. */
class BochsTest {
  @TempDir private Path folder;

  @Test
  @Tag("conformance")
  void parametersAndMemory_written_areReadBack() {
    try (Bochs bochs = Bochs.start(folder)) {
      BochsGuest guest = new BochsGuest(bochs);
      guest.write(Map.of("RAX", -2L, "SSP", 0x70L, "MSR.ia32_pl0_ssp", 0x1_0000_0000L));
      List<String> names = List.of("RAX", "SSP", "MSR.ia32_pl0_ssp");
      assertEquals(
          Map.of("RAX", -2L, "SSP", 0x70L, "MSR.ia32_pl0_ssp", 0x1_0000_0000L), guest.read(names));
      byte[] written = new byte[5000];
      new java.util.Random(1).nextBytes(written);
      guest.writeMemory(0x1110_0000L, written);
      assertEquals(
          new java.math.BigInteger(written),
          new java.math.BigInteger(guest.readMemory(0x1110_0000L, written.length)));
      EmulatorFailure failure =
          assertThrows(EmulatorFailure.class, () -> guest.read(List.of("nothing")));
      assertTrue(failure.getMessage().contains("nothing"), failure.getMessage());
    }
  }

  @Test
  @Tag("conformance")
  void bochs_closed_isGoneWithItsFiles() {
    Path files;
    try (BochsEmulator emulator = BochsEmulator.open()) {
      assertTrue(emulator.name().startsWith("Bochs 2."), emulator.name());
      files = emulator.folder();
      assertTrue(Files.isDirectory(files));
    }
    assertFalse(Files.exists(files));
    Bochs bochs = Bochs.start(folder);
    assertTrue(bochs.isAlive());
    bochs.close();
    assertFalse(bochs.isAlive());
    assertThrows(Ended.class, () -> bochs.ask("r"));
  }

  @Test
  void bochs_missing_isNamedWithItsPackage() {
    MissingTool missing = assertThrows(MissingTool.class, () -> Toolchain.requireBochs("/nowhere"));
    assertEquals(
        "'bochs-bin' is needed and is not on the PATH (Debian's package bochs has it)",
        missing.getMessage());
  }
}
