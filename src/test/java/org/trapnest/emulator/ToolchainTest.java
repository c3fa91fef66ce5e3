package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolchainTest {
  @TempDir private Path folder;

  @Test
  void missingProgram_isNamedWithThePackageThatHasIt() throws IOException {
    String nothing = folder.toString();
    assertEquals(
        "'qemu-system-x86_64' is needed and is not on the PATH (Debian's package qemu-system-x86"
            + " has it)",
        assertThrows(MissingTool.class, () -> Toolchain.require(nothing)).getMessage());
    for (String program : List.of("qemu-system-x86_64", "gcc", "as", "ld", "nm", "objcopy")) {
      assertTrue(Files.createFile(folder.resolve(program)).toFile().setExecutable(true));
    }
    String message =
        assertThrows(MissingTool.class, () -> Toolchain.require("/nowhere:" + nothing))
            .getMessage();
    assertTrue(message.startsWith("'objdump' is needed"), message);
  }

  @Test
  void program_thatFails_isReportedWithWhatItPrinted() {
    List<String> command = List.of("sh", "-c", "echo trouble; exit 3");
    String message = assertThrows(EmulatorFailure.class, () -> Toolchain.run(command)).getMessage();
    assertTrue(message.endsWith("failed:\ntrouble\n"), message);
  }
}
