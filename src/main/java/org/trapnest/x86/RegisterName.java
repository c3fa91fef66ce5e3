package org.trapnest.x86;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A name for part of a general-purpose register, such as {@code eax} or {@code ah}.
 *
 * @param register the whole register
 * @param widthBytes 1, 2, 4 or 8
 * @param highByte whether bits 15:8 are meant ({@code ah ch dh bh})
 */
public record RegisterName(Register register, int widthBytes, boolean highByte) {

  private static final Map<String, RegisterName> NAMES = names();

  /** The part of a register that a name without a percent sign means, in lower case. */
  public static Optional<RegisterName> parse(String name) {
    return Optional.ofNullable(NAMES.get(name));
  }

  /** Every name, for suggestions in diagnostics. */
  public static java.util.Set<String> all() {
    return NAMES.keySet();
  }

  private static Map<String, RegisterName> names() {
    Map<String, RegisterName> names = new HashMap<>();
    String[] stems = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
    for (Register register : Register.values()) {
      int number = register.number();
      names.put(register.assemblerName(), new RegisterName(register, 8, false));
      if (number < 8) {
        names.put("e" + stems[number], new RegisterName(register, 4, false));
        names.put(stems[number], new RegisterName(register, 2, false));
        String low = number < 4 ? stems[number].charAt(0) + "l" : stems[number] + "l";
        names.put(low, new RegisterName(register, 1, false));
        if (number < 4) {
          names.put(stems[number].charAt(0) + "h", new RegisterName(register, 1, true));
        }
      } else {
        String stem = register.assemblerName();
        names.put(stem + "d", new RegisterName(register, 4, false));
        names.put(stem + "w", new RegisterName(register, 2, false));
        names.put(stem + "b", new RegisterName(register, 1, false));
      }
    }
    return Map.copyOf(names);
  }
}
