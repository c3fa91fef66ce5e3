package org.trapnest.property;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.trapnest.machine.Slot;

/**
 * A named field of a register. A field of one bit is a condition, a wider one a number.
 *
 * <p>Sources: Intel SDM volume 1, "EFLAGS Register"; volume 3, "Control Registers", "Debug Status
 * Register (DR6)"; volume 4, "Architectural MSRs" (IA32_SPEC_CTRL, IA32_MCG_STATUS).
 *
 * @param name {@code register.field}
 * @param slot the register's fixed slot
 * @param shift its lowest bit
 * @param widthBits its width
 */
public record RegisterField(String name, int slot, int shift, int widthBits) {
  private static final List<RegisterField> ALL =
      List.of(
          bit(Slot.RFLAGS, "cf", 0),
          bit(Slot.RFLAGS, "pf", 2),
          bit(Slot.RFLAGS, "af", 4),
          bit(Slot.RFLAGS, "zf", 6),
          bit(Slot.RFLAGS, "sf", 7),
          bit(Slot.RFLAGS, "tf", 8),
          bit(Slot.RFLAGS, "if", 9),
          bit(Slot.RFLAGS, "df", 10),
          bit(Slot.RFLAGS, "of", 11),
          new RegisterField("rflags.iopl", Slot.RFLAGS, 12, 2),
          bit(Slot.RFLAGS, "nt", 14),
          bit(Slot.RFLAGS, "rf", 16),
          bit(Slot.RFLAGS, "ac", 18),
          bit(Slot.SPEC_CTRL, "ibrs", 0),
          bit(Slot.SPEC_CTRL, "stibp", 1),
          bit(Slot.SPEC_CTRL, "ssbd", 2),
          bit(Slot.MCG_STATUS, "mcip", 2),
          new RegisterField("cs.rpl", Slot.CS, 0, 2),
          new RegisterField("ss.rpl", Slot.SS, 0, 2),
          new RegisterField("dr7.enables", Slot.DR7, 0, 8),
          bit(Slot.DR6, "bs", 14),
          bit(Slot.CR0, "wp", 16),
          bit(Slot.CR4, "fsgsbase", 16));

  private static RegisterField bit(int slot, String name, int bit) {
    return new RegisterField(Slot.name(slot) + "." + name.toLowerCase(Locale.ROOT), slot, bit, 1);
  }

  /** Every field, by register and then by bit. */
  static List<RegisterField> all() {
    return ALL;
  }

  static Optional<RegisterField> parse(String name) {
    return ALL.stream().filter(f -> f.name.equals(name)).findFirst();
  }

  /** The field's bits, moved down to bit 0. */
  long mask() {
    return (1L << widthBits) - 1;
  }

  ValueType type() {
    return widthBits == 1 ? ValueType.CONDITION : ValueType.NUMBER;
  }
}
