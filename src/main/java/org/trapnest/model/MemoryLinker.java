package org.trapnest.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.asm.Expression;
import org.trapnest.diag.Diagnostics;
import org.trapnest.machine.ContextField;
import org.trapnest.machine.MachineModel.ShadowStacks;
import org.trapnest.machine.MachineModel.SlotMap;
import org.trapnest.machine.MemoryMap;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.machine.Token;
import org.trapnest.x86.Msr;

/**
 * Gives memory its addresses and slots.
 *
 * <p>Slots lie in the order: fixed ones, declared MSRs, variables, stack words, owners of stack
 * words, contexts. Contexts come last so that another nesting bound moves nothing else.
 */
final class MemoryLinker {
  /** The TSS fields, each eight bytes behind the one before. */
  static final List<String> TSS_FIELDS =
      List.of("sp0", "sp1", "sp2", "ist1", "ist2", "ist3", "ist4", "ist5", "ist6", "ist7");

  static final long KERNEL_GS_BASE = 0xffff_ffff_a000_0000L;
  private static final String TSS = "cpu_tss_rw";
  private static final long FIRST_STACK = 0xffff_ffff_9000_0000L;
  private static final long FIRST_VARIABLE = 0xffff_ffff_b000_0000L;
  private static final long FIRST_PER_CPU_OFFSET = 0x1000;
  private static final long STACK_SPACING = 0x1_0000;
  private static final long STACK_TOP = 0x8000;
  private static final int OWNER_BITS = 4;
  private static final int STACK_LEVELS = 4;

  private final Declarations declared;
  private final SymbolTable symbols;
  private final Diagnostics diagnostics;
  private final ShadowStackLinker shadow;
  private final List<Region> regions = new ArrayList<>();
  private final Map<String, Optional<Expression>> variableInitials = new HashMap<>();
  private final Map<Integer, Integer> msrSlots = new HashMap<>();
  private int nextSlot = Slot.FIXED;
  private long nextVariable = FIRST_VARIABLE;
  private long nextOffset = FIRST_PER_CPU_OFFSET;

  MemoryLinker(Declarations declared, SymbolTable symbols, Diagnostics diagnostics) {
    this.declared = declared;
    this.symbols = symbols;
    this.diagnostics = diagnostics;
    this.shadow = new ShadowStackLinker(declared, symbols, diagnostics);
  }

  /** Places everything and defines the symbols; values are not needed yet. */
  void place() {
    for (Declarations.MsrLine msr : declared.msrs) {
      if (MsrTable.needsSlot(msr.number())) {
        msrSlots.put((int) msr.number(), nextSlot++);
      }
    }
    if (declared.fred.isPresent()) {
      for (int level = 0; level < STACK_LEVELS; level++) {
        int number = Msr.FRED_RSP0 + level;
        msrSlots.computeIfAbsent(number, n -> nextSlot++);
      }
    }
    nextSlot = shadow.placeRegisters(nextSlot, msrSlots);
    placeTss();
    declared.variables.forEach(this::placeVariable);
    int ownerCount = declared.stacks.stream().mapToInt(Declarations.Stack::words).sum();
    int owner = nextSlot + ownerCount;
    for (int i = 0; i < declared.stacks.size(); i++) {
      placeStack(declared.stacks.get(i), FIRST_STACK + i * STACK_SPACING, owner);
      owner += declared.stacks.get(i).words();
    }
    nextSlot = shadow.placeMemory(owner, regions);
    reportStrayWords();
  }

  private void placeTss() {
    for (int i = 0; i < TSS_FIELDS.size(); i++) {
      symbols.defineBuiltIn("TSS_" + TSS_FIELDS.get(i), 8L * i);
    }
    boolean taken = declared.variables.stream().anyMatch(v -> v.name().equals(TSS));
    if (!taken) {
      symbols.defineBuiltIn(TSS, nextOffset);
    }
    regions.add(
        new Region(
            TSS,
            Region.Kind.VARIABLE,
            KERNEL_GS_BASE + nextOffset,
            TSS_FIELDS.size(),
            8,
            true,
            true,
            0,
            nextSlot,
            -1,
            tssNames()));
    nextSlot += TSS_FIELDS.size();
    nextOffset += spaced(8L * TSS_FIELDS.size());
  }

  private static List<Region.NamedWord> tssNames() {
    List<Region.NamedWord> names = new ArrayList<>();
    for (int i = 0; i < TSS_FIELDS.size(); i++) {
      names.add(new Region.NamedWord(i, "TSS." + TSS_FIELDS.get(i), true));
    }
    return names;
  }

  private static long spaced(long bytes) {
    return (bytes + 15 & ~15L) + 64;
  }

  private void placeVariable(Declarations.Variable variable) {
    long bytes = (long) variable.bytes() * variable.count();
    long base;
    if (variable.perCpu()) {
      base = KERNEL_GS_BASE + nextOffset;
      symbols.define(variable.name(), nextOffset, variable.span());
      nextOffset += spaced(bytes);
    } else {
      base = nextVariable;
      symbols.define(variable.name(), base, variable.span());
      nextVariable += spaced(bytes);
    }
    regions.add(
        new Region(
            variable.name(),
            Region.Kind.VARIABLE,
            base,
            variable.count(),
            variable.bytes(),
            variable.userMapped(),
            variable.perCpu(),
            0,
            nextSlot,
            -1,
            List.of()));
    variableInitials.put(variable.name(), variable.initial());
    nextSlot += variable.count();
  }

  private void placeStack(Declarations.Stack stack, long area, int firstOwner) {
    long top = area + STACK_TOP;
    long base = top - 8L * stack.words();
    symbols.define(stack.name() + "_stack", base, stack.span());
    symbols.define(stack.name() + "_stack_top", top, stack.span());
    symbols.define(stack.name() + "_stack_size", 8L * stack.words(), stack.span());
    List<Region.NamedWord> names = new ArrayList<>();
    for (Declarations.Word word : declared.words) {
      if (word.stack().equals(stack.name())) {
        wordIndex(word, stack)
            .ifPresent(i -> names.add(new Region.NamedWord(i, word.name(), word.variable())));
      }
    }
    regions.add(
        new Region(
            stack.name(),
            Region.Kind.STACK,
            base,
            stack.words(),
            8,
            stack.userMapped(),
            false,
            stack.ist(),
            nextSlot,
            firstOwner,
            names));
    nextSlot += stack.words();
  }

  private Optional<Integer> wordIndex(Declarations.Word word, Declarations.Stack stack) {
    long index = stack.words() + word.offset() / 8;
    if (word.offset() % 8 != 0 || index < 0 || index >= stack.words()) {
      diagnostics.report(
          ModelProblem.UNALIGNED_WORD, word.span(), word.offset(), stack.name(), stack.words());
      return Optional.empty();
    }
    return Optional.of((int) index);
  }

  private void reportStrayWords() {
    for (Declarations.Word word : declared.words) {
      boolean stack = declared.stacks.stream().anyMatch(s -> s.name().equals(word.stack()));
      if (!stack && !shadow.has(word.stack())) {
        diagnostics.report(ModelProblem.UNKNOWN_NAME, word.span(), "stack", word.stack());
      }
    }
  }

  MemoryMap memory() {
    return new MemoryMap(regions);
  }

  Map<Integer, Integer> msrSlots() {
    return Map.copyOf(msrSlots);
  }

  /** What finds the shadow stacks, if there are any. */
  Optional<ShadowStacks> shadowStacks() {
    return shadow.registers(msrSlots);
  }

  /** The slot of a TSS field. */
  int tssSlot(String field) {
    return region(TSS).orElseThrow().firstSlot() + TSS_FIELDS.indexOf(field);
  }

  Optional<Region> region(String name) {
    return regions.stream().filter(r -> r.name().equals(name)).findFirst();
  }

  /** The slots with their widths and initial values, once every symbol has a value. */
  SlotMap slotMap(Map<Integer, Long> fixedInitials) {
    int slotCount =
        nextSlot + (int) (declared.nesting + declared.faultNesting) * ContextField.COUNT;
    long[] initial = new long[slotCount];
    fixedInitials.forEach((slot, value) -> initial[slot] = value);
    for (Declarations.MsrLine msr : declared.msrs) {
      Integer slot = msrSlots.get((int) msr.number());
      if (slot != null) {
        initial[slot] = msr.initial().map(symbols::evaluate).orElse(0L);
      }
    }
    shadow.initialise(initial, msrSlots);
    initialiseStackLevels(initial);
    regions.forEach(region -> initialise(region, initial));
    initialiseTss(initial);
    return new SlotMap(nextSlot, slotCount, widths(slotCount), initial);
  }

  private void initialise(Region region, long[] initial) {
    if (!variableInitials.containsKey(region.name()) && region.kind() != Region.Kind.STACK) {
      return;
    }
    int last = region.firstSlot() + region.wordCount();
    if (region.kind() == Region.Kind.STACK) {
      Arrays.fill(initial, region.firstSlot(), last, Token.DEAD);
      declared.words.stream()
          .filter(w -> w.stack().equals(region.name()) && w.variable())
          .forEach(w -> initial[slotOf(w, region)] = w.initial().map(symbols::evaluate).orElse(0L));
    } else {
      long value =
          variableInitials
              .getOrDefault(region.name(), Optional.empty())
              .map(symbols::evaluate)
              .orElse(0L);
      long mask = region.wordBytes() == 8 ? -1L : (1L << 8 * region.wordBytes()) - 1;
      Arrays.fill(initial, region.firstSlot(), last, value & mask);
    }
  }

  private void initialiseStackLevels(long[] initial) {
    for (Declarations.Stack stack : declared.stacks) {
      Integer slot = msrSlots.get(Msr.FRED_RSP0 + stack.level());
      if (stack.level() >= 0 && slot != null && initial[slot] == 0) {
        initial[slot] = region(stack.name()).map(Region::end).orElse(0L);
      }
    }
  }

  private static int slotOf(Declarations.Word word, Region region) {
    int index = (int) (region.wordCount() + word.offset() / 8);
    return region.firstSlot() + Math.min(Math.max(index, 0), region.wordCount() - 1);
  }

  private void initialiseTss(long[] initial) {
    for (Declarations.Stack stack : declared.stacks) {
      if (stack.ist() != 0) {
        initial[tssSlot("ist" + stack.ist())] = region(stack.name()).map(Region::end).orElse(0L);
      }
    }
    declared.tss.forEach(
        (field, value) -> {
          if (TSS_FIELDS.contains(field)) {
            initial[tssSlot(field)] = symbols.evaluate(value);
          }
        });
  }

  private int[] widths(int slotCount) {
    int[] widths = new int[slotCount];
    Arrays.fill(widths, 64);
    for (int slot = 0; slot < Slot.FIXED; slot++) {
      widths[slot] = width(slot, Slot.widthBits(slot));
    }
    for (Region region : regions) {
      if (region.wordBytes() < 4) {
        Arrays.fill(
            widths,
            region.firstSlot(),
            region.firstSlot() + region.wordCount(),
            8 * region.wordBytes());
      }
      if (region.firstOwnerSlot() >= 0) {
        Arrays.fill(
            widths,
            region.firstOwnerSlot(),
            region.firstOwnerSlot() + region.wordCount(),
            OWNER_BITS);
      }
    }
    for (int slot = nextSlot; slot < slotCount; slot++) {
      int field = (slot - nextSlot) % ContextField.COUNT;
      int width = ContextField.widthBits(field);
      boolean register = field >= ContextField.SNAPSHOT;
      widths[slot] =
          register ? width(ContextField.snapshotSlot(field - ContextField.SNAPSHOT), width) : width;
    }
    return widths;
  }

  /** The bits of a register: none for one that the model's machine does not have. */
  private int width(int fixedSlot, int bits) {
    return fixedSlot == Slot.CSL && declared.fred.isEmpty() ? 0 : bits;
  }
}
