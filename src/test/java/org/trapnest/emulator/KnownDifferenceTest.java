package org.trapnest.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trapnest.emulator.KnownDifference.Treatment;
import org.trapnest.emulator.ServicePage.Service;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;

/** Each known difference is one: the emulator does what its sentence says. */
class KnownDifferenceTest {
  private static final long NOT_CANONICAL = 0x0001_0000_0000_0000L;

  /** The rules' program on the emulator alone. */
  private record Alone(Guest guest, GuestSystem system, MachineModel model, GuestProgram program) {
    static Alone start(Emulator emulator) {
      Path file = TestModels.file("rules.S");
      MachineModel model = TestModels.load(file);
      GuestProgram program = GuestProgram.build(file, Map.of(), model, emulator.folder());
      new Lockstep(emulator, model, program).begin();
      Guest guest = emulator.guest();
      GuestSystem system = new GuestSystem(guest, model, program, emulator.written());
      return new Alone(guest, system, model, program);
    }

    long address(String label) {
      return program.translate(model.symbols().get(label));
    }

    /** Stands in the kernel before a label. */
    Alone at(String label) {
      guest.write(Slot.CS, Selectors.KERNEL_CS);
      guest.write(Slot.SS, Selectors.KERNEL_DS);
      guest.write(Slot.CR3, model.system().kernelCr3());
      guest.write(Slot.RSP, model.symbols().get("thread_stack_top") - 128);
      guest.write(Slot.RIP, address(label));
      return this;
    }

    Alone with(int slot, long value) {
      guest.write(slot, value);
      return this;
    }

    Alone step() {
      guest.step();
      return this;
    }

    long rip() {
      return guest.read(Slot.RIP);
    }
  }

  @Test
  @Tag("conformance")
  void toleratedDifferences_areAllMetByTheRules() {
    EnumSet<KnownDifference> tolerated = EnumSet.noneOf(KnownDifference.class);
    for (KnownDifference difference : KnownDifference.values()) {
      if (difference.treatment() == Treatment.TOLERATED) {
        tolerated.add(difference);
      }
    }
    try (Emulator emulator = Emulator.open()) {
      Rules rules = new Rules(emulator);
      assertEquals(Map.of(), rules.failures());
      assertEquals(tolerated, rules.met());
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("conformance")
  void differenceThatIsNotTaken_onTheEmulator_isThere(KnownDifference difference) {
    if (difference.treatment() == Treatment.TOLERATED) {
      return;
    }
    try (Emulator emulator = Emulator.open()) {
      assertTrue(isThere(difference, Alone.start(emulator)), difference.emulator());
    }
  }

  private static boolean isThere(KnownDifference difference, Alone alone) {
    Guest guest = alone.guest();
    long nmi = alone.address("nmi");
    return switch (difference) {
      case MOV_SS_LETS_NMI_THROUGH -> {
        alone.at("segment").with(Slot.RAX, Selectors.KERNEL_DS).step();
        assertNotEquals(nmi, alone.rip());
        guest.monitor("nmi");
        yield alone.step().rip() == nmi;
      }
      case NMI_BEFORE_MACHINE_CHECK -> {
        alone.at("two");
        guest.monitor("nmi");
        guest.monitor("mce 0 1 0xb200000000000000 4 0 0");
        yield alone.step().rip() == nmi;
      }
      case UNKNOWN_MSR_IGNORED -> {
        alone.at("write_msr").with(Slot.RCX, 0x1234_5678L).step();
        yield alone.rip() == alone.address("write_msr") + 2;
      }
      case ADDRESSES_NOT_CHECKED -> {
        alone
            .at("return_to_user")
            .with(Slot.RCX, NOT_CANONICAL)
            .with(Slot.R11, Rflags.FIXED)
            .step();
        yield alone.rip() == NOT_CANONICAL && guest.read(Slot.CS) == Selectors.USER_CS;
      }
      case NO_GENERAL_DETECT -> {
        alone.at("debug_status");
        alone.system().service(Service.WRITE_DR7, 0x2400, 0, 0);
        yield alone.step().rip() == alone.address("debug_status") + 3;
      }
      case RF_NOT_PUSHED,
          RF_NOT_KEPT,
          IST_LOADS_NULL_SS,
          GATE_ERROR_CODE,
          SYSCALL_CLEARS_FLAGS,
          SINGLE_STEP_CLEARS_HITS,
          EVERY_STI_SHADOWS,
          STI_HOLDS_SINGLE_STEP,
          SHADOW_OUTLIVES_DELIVERY,
          SHADOW_OUTLIVES_JUMP,
          FAULTING_IRET_KEEPS_NMIS_BLOCKED,
          CODE_ADDRESSES ->
          false;
    };
  }

  @ParameterizedTest
  @EnumSource
  void knownDifference_standsInTheReadme(KnownDifference difference) throws IOException {
    String readme = Files.readString(Path.of("README.md")).replaceAll("\\s+", " ");
    String sentence = difference.emulator() + ". " + difference.manual();
    assertTrue(readme.contains(sentence), sentence);
  }
}
