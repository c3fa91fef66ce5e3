package org.trapnest.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.Diagnostics;
import org.trapnest.machine.MachineModel.ShadowStacks;
import org.trapnest.machine.Region;
import org.trapnest.machine.Token;
import org.trapnest.x86.Msr;

/**
 * Gives shadow stacks their addresses, slots, tokens, and the registers and the table that find
 * them.
 *
 * <p>The topmost word of each shadow stack is its token, which is free in the beginning and lies at
 * the top of 32 aligned bytes.
 */
final class ShadowStackLinker {
  /** The user's SSP, which compatibility mode can hold too. */
  static final long USER_SSP = 0x7000_0000L;

  private static final long FIRST_STACK = 0xffff_ffff_c000_0000L;
  private static final long STACK_SPACING = 0x1_0000;
  private static final long STACK_TOP = 0x8000;
  private static final String TABLE = "interrupt_ssp_table";
  private static final long TABLE_ADDRESS = 0xffff_ffff_c800_0000L;
  private static final int TABLE_WORDS = 8;

  private final Declarations declared;
  private final SymbolTable symbols;
  private final Diagnostics diagnostics;
  private final List<Region> stacks = new ArrayList<>();
  private int tableSlot;

  ShadowStackLinker(Declarations declared, SymbolTable symbols, Diagnostics diagnostics) {
    this.declared = declared;
    this.symbols = symbols;
    this.diagnostics = diagnostics;
  }

  private boolean isNone() {
    return declared.shadowStacks.isEmpty();
  }

  /** Gives the registers slots; returns the next free one. */
  int placeRegisters(int firstSlot, Map<Integer, Integer> msrSlots) {
    int next = firstSlot;
    if (!isNone()) {
      for (int msr : new int[] {Msr.PL0_SSP, Msr.PL3_SSP, Msr.INTERRUPT_SSP_TABLE_ADDR}) {
        if (!msrSlots.containsKey(msr)) {
          msrSlots.put(msr, next++);
        }
      }
    }
    return next;
  }

  /** Places the table and the stacks, each with its owners behind it; returns the next slot. */
  int placeMemory(int firstSlot, List<Region> regions) {
    if (isNone()) {
      return firstSlot;
    }
    tableSlot = firstSlot;
    symbols.defineBuiltIn(TABLE, TABLE_ADDRESS);
    regions.add(
        new Region(
            TABLE,
            Region.Kind.VARIABLE,
            TABLE_ADDRESS,
            TABLE_WORDS,
            8,
            true,
            false,
            0,
            tableSlot,
            -1,
            List.of()));
    int next = firstSlot + TABLE_WORDS;
    for (int i = 0; i < declared.shadowStacks.size(); i++) {
      Declarations.ShadowStackLine line = declared.shadowStacks.get(i);
      stacks.add(stack(line, FIRST_STACK + i * STACK_SPACING + STACK_TOP, next));
      next += 2 * line.words();
    }
    regions.addAll(stacks);
    return next;
  }

  private Region stack(Declarations.ShadowStackLine line, long top, int firstSlot) {
    symbols.define(line.name() + "_shadow_stack", top - 8L * line.words(), line.span());
    symbols.define(line.name() + "_shadow_stack_top", top, line.span());
    symbols.define(line.name() + "_shadow_token", top - 8, line.span());
    List<Region.NamedWord> names = new ArrayList<>();
    names.add(new Region.NamedWord(line.words() - 1, "token", true));
    for (Declarations.Word word : declared.words) {
      if (word.stack().equals(line.regionName())) {
        long index = line.words() + word.offset() / 8;
        if (word.offset() % 8 != 0 || index < 0 || index >= line.words() - 1) {
          diagnostics.report(
              ModelProblem.UNALIGNED_WORD, word.span(), word.offset(), word.stack(), line.words());
        } else {
          names.add(new Region.NamedWord((int) index, word.name(), word.variable()));
        }
      }
    }
    return new Region(
        line.regionName(),
        Region.Kind.SHADOW_STACK,
        top - 8L * line.words(),
        line.words(),
        8,
        line.userMapped(),
        false,
        line.ist(),
        firstSlot,
        firstSlot + line.words(),
        names);
  }

  /** Whether a name is that of a shadow stack's region. */
  boolean has(String region) {
    return declared.shadowStacks.stream().anyMatch(s -> s.regionName().equals(region));
  }

  /** Writes free tokens, the table and the registers into the initial state. */
  void initialise(long[] initial, Map<Integer, Integer> msrSlots) {
    if (isNone()) {
      return;
    }
    for (int i = 0; i < stacks.size(); i++) {
      Region stack = stacks.get(i);
      Declarations.ShadowStackLine line = declared.shadowStacks.get(i);
      int end = stack.firstSlot() + stack.wordCount();
      Arrays.fill(initial, stack.firstSlot(), end, Token.DEAD);
      for (Declarations.Word word : declared.words) {
        if (word.stack().equals(stack.name()) && word.variable()) {
          int slot = end + (int) (word.offset() / 8);
          initial[slot] = word.initial().map(symbols::evaluate).orElse(0L);
        }
      }
      long token = stack.end() - 8;
      initial[end - 1] = token;
      if (line.ist() != 0) {
        initial[tableSlot + line.ist()] = token;
      }
      if (line.main()) {
        setUnlessDeclared(Msr.PL0_SSP, token, initial, msrSlots);
      }
    }
    setUnlessDeclared(Msr.PL3_SSP, USER_SSP, initial, msrSlots);
    setUnlessDeclared(Msr.INTERRUPT_SSP_TABLE_ADDR, TABLE_ADDRESS, initial, msrSlots);
  }

  private void setUnlessDeclared(
      int msr, long value, long[] initial, Map<Integer, Integer> msrSlots) {
    if (declared.msrs.stream().noneMatch(m -> m.number() == msr)) {
      initial[msrSlots.get(msr)] = value;
    }
  }

  Optional<ShadowStacks> registers(Map<Integer, Integer> msrSlots) {
    return isNone()
        ? Optional.empty()
        : Optional.of(
            new ShadowStacks(
                msrSlots.get(Msr.PL0_SSP),
                msrSlots.get(Msr.PL3_SSP),
                msrSlots.get(Msr.INTERRUPT_SSP_TABLE_ADDR)));
  }
}
