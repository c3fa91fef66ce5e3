package org.trapnest.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;
import org.trapnest.x86.Condition;
import org.trapnest.x86.Msr;
import org.trapnest.x86.Register;
import org.trapnest.x86.RegisterName;
import org.trapnest.x86.Rflags;
import org.trapnest.x86.Selectors;
import org.trapnest.x86.Vector;

/**
 * Builds models of entry code for tests. Memory is always the same: the stacks {@link #THREAD} (not
 * mapped in the user's CR3), {@link #ENTRY} (TSS.RSP0), {@link #NMI} (IST 1), {@link #DF} (IST 2)
 * and {@link #MC} (IST 3), the TSS, and a variable. SYSCALL enters at the label {@code syscall},
 * SYSENTER at {@code sysenter}.
 */
final class EntryFixture {
  static final int WORDS = 32;
  static final long FIRST_TOP = 0xffff_ffff_9000_1000L;
  static final long SPACING = 0x1_0000L;
  static final long THREAD = FIRST_TOP;
  static final long ENTRY = FIRST_TOP + SPACING;
  static final long NMI = FIRST_TOP + 2 * SPACING;
  static final long DF = FIRST_TOP + 3 * SPACING;
  static final long MC = FIRST_TOP + 4 * SPACING;
  static final List<String> STACKS = List.of("thread", "entry", "nmi", "df", "mc");
  static final long VARIABLE = 0xffff_ffff_9800_0000L;
  static final long TSS = 0xffff_ffff_9900_0000L;
  static final long KERNEL_GS = 0xffff_ffff_a000_0000L;
  static final long USER_GS = 0x7f00_0000_0000L;
  static final long KERNEL_CR3 = 0x1000_0000L;
  static final long USER_CR3 = KERNEL_CR3 | 0x1000;
  static final long SHADOW_TABLE = 0xffff_ffff_c800_0000L;
  static final long SHADOW_MAIN = 0xffff_ffff_c000_1000L;
  static final long SHADOW_NMI = SHADOW_MAIN + SPACING;
  static final long SHADOW_DF = SHADOW_MAIN + 2 * SPACING;
  static final long USER_SSP = 0x7000_0000L;
  static final long USER_RIP = 0x40_0000L;
  static final long SYSENTER_RETURN = 0x50_0000L;
  static final long FMASK = 0x4_7700L;

  private static final int TSS_SLOT = Slot.FIXED;
  private static final int VARIABLE_SLOT = TSS_SLOT + 8;
  private static final int FIRST_STACK_SLOT = VARIABLE_SLOT + 1;
  private static final int MSR_SLOT = FIRST_STACK_SLOT + 2 * WORDS * 5;
  private static final int FRED_SLOT = MSR_SLOT + 1;
  private static final int SHADOW_SLOT = FRED_SLOT + 4;
  private static final int SHADOW_WORDS = 8;

  /** The three registers, the table, and three stacks with their owners. */
  private static final int SHADOW_SLOTS = 3 + 8 + 3 * 2 * SHADOW_WORDS;

  private final List<Instruction> program = new ArrayList<>();
  private final Map<String, Long> labels = new HashMap<>();
  private final Map<Vector, Gate> gates = new EnumMap<>(Vector.class);
  private final List<EventRule> rules = new ArrayList<>();
  private final List<UserRules.Entry> entries = new ArrayList<>();
  private final List<UserRules.Choice> choices = new ArrayList<>();
  private final Map<Integer, List<MachineModel.CCode.Raise>> raises = new HashMap<>();
  private final Map<Integer, MachineModel.CCode.Effects> effects = new HashMap<>();
  private final Map<Integer, MachineModel.CCode.SlotWrite> writes = new HashMap<>();
  private final BitSet running = new BitSet();
  private final List<Continuation> continuations = new ArrayList<>();
  private final Map<Integer, MachineModel.Marks.Release> releases = new HashMap<>();
  private final Map<Integer, List<Integer>> abandons = new HashMap<>();
  private final Map<Integer, MachineModel.Marks.Commit> commits = new HashMap<>();
  private final BitSet returns = new BitSet();
  private final BitSet hidden = new BitSet();
  private final Map<Event, List<Integer>> exempt = new EnumMap<>(Event.class);
  private final Map<Assumption, Boolean> assumptions = new EnumMap<>(Assumption.class);
  private final Map<Integer, Long> initial = new HashMap<>();
  private final Map<Integer, Long> writableMsrBits = new HashMap<>(Map.of(0x48, 7L));
  private Optional<MachineModel.Fred> fred = Optional.empty();
  private Optional<MachineModel.SmiPlaces> smi = Optional.empty();
  private Optional<MachineModel.ShadowStacks> shadowStacks = Optional.empty();
  private int maxContexts = 4;
  private int faultContexts;

  EntryFixture() {
    entries.add(new UserRules.Entry(Event.SYSCALL, 0));
  }

  EntryFixture label(String name) {
    labels.put(name, Program.address(program.size()));
    return this;
  }

  long address(String label) {
    return labels.get(label);
  }

  EntryFixture add(Opcode opcode, Operand... operands) {
    return sized(opcode, 8, operands);
  }

  EntryFixture sized(Opcode opcode, int bytes, Operand... operands) {
    return conditional(opcode, Condition.E, bytes, operands);
  }

  EntryFixture conditional(Opcode opcode, Condition condition, int bytes, Operand... operands) {
    int index = program.size();
    program.add(
        new Instruction(
            index,
            Program.address(index),
            opcode,
            condition,
            bytes,
            Instruction.Repeat.NONE,
            Arrays.asList(operands),
            opcode.name().toLowerCase(java.util.Locale.ROOT),
            "at+" + index,
            SourceSpan.of(new SourceFile("fixture.S", ""), 0, 0)));
    return this;
  }

  /** Instructions that do nothing. */
  EntryFixture nops(int count) {
    for (int i = 0; i < count; i++) {
      add(Opcode.NOP);
    }
    return this;
  }

  EntryFixture body(MachineModel.CCode.Raise... raised) {
    raises.put(program.size(), List.of(raised));
    running.set(program.size());
    return add(Opcode.C_BODY);
  }

  EntryFixture entersC(long result, Integer... clobbered) {
    return entersC(List.of(clobbered), OptionalLong.of(result));
  }

  /** The start of C code around which a thunk preserves all registers. */
  EntryFixture entersThunk() {
    return entersC(List.of(), OptionalLong.empty());
  }

  private EntryFixture entersC(List<Integer> clobbered, OptionalLong result) {
    effects.put(program.size(), new MachineModel.CCode.Effects(clobbered, result, false));
    running.set(program.size());
    return add(Opcode.C_ENTER);
  }

  EntryFixture writesInC(int slot, Long... values) {
    writes.put(program.size(), new MachineModel.CCode.SlotWrite(slot, List.of(values)));
    return add(Opcode.C_WRITE);
  }

  /** An interrupt gate with DPL 0 to a label. */
  EntryFixture gate(Vector vector, String label, int ist) {
    return gate(vector, new Gate(vector, labels.get(label), ist, true, 0));
  }

  EntryFixture gate(Vector vector, Gate gate) {
    gates.put(vector, gate);
    return this;
  }

  /** An event that may arrive at any boundary. */
  EntryFixture arrives(Vector vector) {
    BitSet everywhere = new BitSet();
    everywhere.set(0, 1000);
    return arrives(new EventRule(vector, true, everywhere, 0, List.of(), List.of(), 0, 1));
  }

  EntryFixture arrives(EventRule rule) {
    rules.add(rule);
    return this;
  }

  /** An SMI that leaves NMIs unblocked may arrive before the instructions with these indexes. */
  EntryFixture smiBefore(int... instructions) {
    BitSet where = new BitSet();
    Arrays.stream(instructions).forEach(where::set);
    smi = Optional.of(new MachineModel.SmiPlaces(false, where));
    return assume(Assumption.SMI_UNMASKS_NMI, true);
  }

  EntryFixture enters(Event event, long errorCode) {
    entries.add(new UserRules.Entry(event, errorCode));
    return this;
  }

  EntryFixture sets(int slot, Long... values) {
    choices.add(new UserRules.Choice(slot, List.of(values)));
    return this;
  }

  EntryFixture continues(String label, Event event, Continuation.Mode mode, int from, int to) {
    BitSet replaced = new BitSet();
    replaced.set(from, to);
    continuations.add(new Continuation(label, labels.get(label), event, mode, replaced));
    return this;
  }

  /** The next instruction releases a stack's top. */
  EntryFixture releases(String stack) {
    releases.put(program.size(), new MachineModel.Marks.Release(region(stack), 5));
    return this;
  }

  /** From the next instruction on a stack holds nothing of use. */
  EntryFixture abandons(String stack) {
    abandons.put(program.size(), List.of(region(stack)));
    return this;
  }

  /** The next instruction commits the entries on some stacks; a GPR may say how many they are. */
  EntryFixture commits(int countSlot, String... stacks) {
    List<Integer> regions = Arrays.stream(stacks).map(EntryFixture::region).toList();
    commits.put(program.size(), new MachineModel.Marks.Commit(regions, countSlot));
    return this;
  }

  /** The next instruction returns from an event. */
  EntryFixture returns() {
    returns.set(program.size());
    return this;
  }

  /** Nothing arrives before the next instruction. */
  EntryFixture hidden() {
    hidden.set(program.size());
    return this;
  }

  EntryFixture ignores(Event event, Integer... slots) {
    exempt.put(event, List.of(slots));
    return this;
  }

  EntryFixture assume(Assumption assumption, boolean value) {
    assumptions.put(assumption, value);
    return this;
  }

  EntryFixture initially(int slot, long value) {
    initial.put(slot, value);
    return this;
  }

  EntryFixture writable(int msr, long bits) {
    writableMsrBits.put(msr, bits);
    return this;
  }

  /**
   * FRED with the entry points {@code user} and {@code kernel}; level 0 uses the stack {@code
   * entry}, 1 {@code mc}, 2 {@code nmi} and 3 {@code df}. #DB has level 1, NMI and #MC 2, #DF 3.
   */
  EntryFixture fred(long redZoneBytes) {
    fred =
        Optional.of(
            new MachineModel.Fred(
                labels.get("user"),
                labels.get("kernel"),
                List.of(FRED_SLOT, FRED_SLOT + 1, FRED_SLOT + 2, FRED_SLOT + 3),
                1L << 2 | 2L << 4 | 3L << 16 | 2L << 36,
                0,
                redZoneBytes));
    return this;
  }

  /**
   * Shadow stacks of eight words: one that PL0_SSP points to, one for IST 1 and one for IST 2.
   * Their tops are {@link #SHADOW_MAIN}, {@link #SHADOW_NMI} and {@link #SHADOW_DF}.
   */
  EntryFixture shadowStacks() {
    shadowStacks =
        Optional.of(new MachineModel.ShadowStacks(SHADOW_SLOT, SHADOW_SLOT + 1, SHADOW_SLOT + 2));
    return this;
  }

  /** The slot of IA32_PL0_SSP; those of PL3_SSP and of the table's address follow. */
  static int pl0Slot() {
    return SHADOW_SLOT;
  }

  /** The slot of an entry of the interrupt SSP table. */
  static int shadowTableSlot(int ist) {
    return SHADOW_SLOT + 3 + ist;
  }

  /** The slot of the shadow-stack word at an address. */
  static int shadowWord(long address) {
    int stack = (int) ((address - (SHADOW_MAIN - 8L * SHADOW_WORDS)) / SPACING);
    long base = SHADOW_MAIN + stack * SPACING - 8L * SHADOW_WORDS;
    return SHADOW_SLOT + 11 + 2 * SHADOW_WORDS * stack + (int) ((address - base) / 8);
  }

  private static void fillShadowStacks(long[] values) {
    for (int i = 0; i < 3; i++) {
      long top = SHADOW_MAIN + i * SPACING;
      int first = shadowWord(top - 8L * SHADOW_WORDS);
      Arrays.fill(values, first, first + SHADOW_WORDS - 1, Token.DEAD);
      values[first + SHADOW_WORDS - 1] = top - 8;
      values[shadowTableSlot(i)] = i == 0 ? 0 : top - 8;
    }
    values[SHADOW_SLOT] = SHADOW_MAIN - 8;
    values[SHADOW_SLOT + 1] = USER_SSP;
    values[SHADOW_SLOT + 2] = SHADOW_TABLE;
    values[Slot.SSP] = USER_SSP;
  }

  private void addShadowStacks(List<Region> regions) {
    for (int i = 0; i < 3 && shadowStacks.isPresent(); i++) {
      long base = SHADOW_MAIN + i * SPACING - 8L * SHADOW_WORDS;
      int slot = shadowWord(base);
      regions.add(
          new Region(
              List.of("main-shadow", "nmi-shadow", "df-shadow").get(i),
              Region.Kind.SHADOW_STACK,
              base,
              SHADOW_WORDS,
              8,
              true,
              false,
              i,
              slot,
              slot + SHADOW_WORDS,
              List.of(new Region.NamedWord(SHADOW_WORDS - 1, "token", true))));
    }
    if (shadowStacks.isPresent()) {
      int slot = shadowTableSlot(0);
      Region.Kind variable = Region.Kind.VARIABLE;
      regions.add(
          new Region("table", variable, SHADOW_TABLE, 8, 8, true, false, 0, slot, -1, List.of()));
    }
  }

  private Map<Integer, Integer> msrSlots() {
    Map<Integer, Integer> slots = new HashMap<>(Map.of(0x123, MSR_SLOT));
    for (int level = 0; level < 4 && fred.isPresent(); level++) {
      slots.put(Msr.FRED_RSP0 + level, fredSlot(level));
      writableMsrBits.put(Msr.FRED_RSP0 + level, ~0x3fL);
    }
    return slots;
  }

  /** The slot of IA32_FRED_RSP0 and those behind it. */
  static int fredSlot(int level) {
    return FRED_SLOT + level;
  }

  EntryFixture nesting(int most) {
    maxContexts = most;
    return this;
  }

  /** More contexts than the nesting bound for what instructions raise by themselves. */
  EntryFixture faults(int more) {
    faultContexts = more;
    return this;
  }

  static Operand.Gpr reg(String name) {
    RegisterName parsed = RegisterName.parse(name).orElseThrow();
    return new Operand.Gpr(parsed.register().number(), parsed.widthBytes(), parsed.highByte());
  }

  static Operand imm(long value) {
    return new Operand.Immediate(value);
  }

  static Operand special(int slot) {
    return new Operand.Special(slot);
  }

  static Operand at(long address) {
    return new Operand.Memory(-1, -1, -1, 1, address);
  }

  /** The position of a stack in the memory map. */
  static int region(String stack) {
    return STACKS.indexOf(stack);
  }

  /** The slot of the stack word at an address. */
  static int word(long address) {
    int stack = (int) ((address - (FIRST_TOP - 8L * WORDS)) / SPACING);
    long base = FIRST_TOP + stack * SPACING - 8L * WORDS;
    return FIRST_STACK_SLOT + 2 * WORDS * stack + (int) ((address - base) / 8);
  }

  /** The slot of the owner of the stack word at an address. */
  static int owner(long address) {
    return word(address) + WORDS;
  }

  static int variableSlot() {
    return VARIABLE_SLOT;
  }

  /** The slot of the declared MSR 0x123. */
  static int msrSlot() {
    return MSR_SLOT;
  }

  static int istSlot(int ist) {
    return TSS_SLOT + ist;
  }

  private List<Region> regions() {
    List<Region> regions = new ArrayList<>();
    for (int i = 0; i < STACKS.size(); i++) {
      long base = FIRST_TOP + i * SPACING - 8L * WORDS;
      int slot = FIRST_STACK_SLOT + 2 * WORDS * i;
      regions.add(
          new Region(
              STACKS.get(i),
              Region.Kind.STACK,
              base,
              WORDS,
              8,
              i != 0,
              false,
              Math.max(0, i - 1),
              slot,
              slot + WORDS,
              List.of()));
    }
    Region.Kind variable = Region.Kind.VARIABLE;
    regions.add(
        new Region(
            "data", variable, VARIABLE, 1, 8, false, false, 0, VARIABLE_SLOT, -1, List.of()));
    regions.add(new Region("tss", variable, TSS, 8, 8, true, false, 0, TSS_SLOT, -1, List.of()));
    addShadowStacks(regions);
    return regions;
  }

  private MachineModel.SlotMap slots() {
    long[] values = new long[SHADOW_SLOT + SHADOW_SLOTS];
    if (shadowStacks.isPresent()) {
      fillShadowStacks(values);
    }
    values[FRED_SLOT] = ENTRY;
    values[FRED_SLOT + 1] = MC;
    values[FRED_SLOT + 2] = NMI;
    values[FRED_SLOT + 3] = DF;
    for (int i = 0; i < STACKS.size(); i++) {
      int slot = FIRST_STACK_SLOT + 2 * WORDS * i;
      Arrays.fill(values, slot, slot + WORDS, Token.DEAD);
    }
    for (Register register : Register.values()) {
      values[register.number()] = Token.USER_RAX + register.number();
    }
    values[TSS_SLOT] = ENTRY;
    values[TSS_SLOT + 1] = NMI;
    values[TSS_SLOT + 2] = DF;
    values[TSS_SLOT + 3] = MC;
    values[Slot.RIP] = USER_RIP;
    values[Slot.RFLAGS] = Rflags.FIXED | Rflags.IF;
    values[Slot.CS] = Selectors.USER_CS;
    values[Slot.SS] = Selectors.USER_DS;
    values[Slot.GS_BASE] = USER_GS;
    values[Slot.KERNEL_GS_BASE] = KERNEL_GS;
    values[Slot.CR3] = USER_CR3;
    initial.forEach((slot, value) -> values[slot] = value);
    int[] widths = new int[values.length];
    Arrays.fill(widths, 64);
    return new MachineModel.SlotMap(values.length, values.length, widths, values)
        .withContexts(maxContexts + faultContexts);
  }

  MachineModel model() {
    MachineModel.SystemRegisters system =
        new MachineModel.SystemRegisters(
            labels.getOrDefault("syscall", 0L),
            labels.getOrDefault("syscall32", 0L),
            FMASK,
            labels.getOrDefault("sysenter", 0L),
            ENTRY,
            USER_RIP,
            SYSENTER_RETURN,
            KERNEL_GS,
            USER_GS,
            KERNEL_CR3,
            USER_CR3,
            USER_CR3 ^ KERNEL_CR3,
            VARIABLE_SLOT,
            TSS_SLOT,
            List.of(0, 1, 2, 3, 4, 5, 6, 7).stream().map(i -> TSS_SLOT + i).toList(),
            initial,
            msrSlots(),
            writableMsrBits,
            shadowStacks,
            fred);
    return new MachineModel(
        new Program(program, labels),
        new MemoryMap(regions()),
        gates,
        system,
        rules,
        new UserRules(entries, choices),
        new MachineModel.CCode(running, Map.of(), raises, effects, writes),
        continuations,
        new MachineModel.Marks(
            releases, abandons, commits, returns, hidden, List.of(), exempt, smi),
        assumptions,
        maxContexts,
        faultContexts,
        List.of("nesting", "live"),
        labels,
        List.of(),
        slots());
  }

  /** A run of the model that begins in user mode. */
  MachineRun inUserMode() {
    return new MachineRun(model());
  }

  /**
   * A run that has entered by SYSCALL and stands at a label, on the thread stack, with the kernel's
   * GS base and CR3, and with 0 in all other registers.
   */
  MachineRun inKernel(String label) {
    labels.putIfAbsent("syscall", Program.BASE);
    MachineRun run = inUserMode();
    run.enter(Event.SYSCALL);
    for (int slot = 0; slot < Register.COUNT; slot++) {
      run.load(slot, 0);
    }
    run.load(Slot.RSP, THREAD);
    run.load(Slot.GS_BASE, KERNEL_GS);
    run.load(Slot.KERNEL_GS_BASE, USER_GS);
    run.load(Slot.CR3, KERNEL_CR3);
    run.load(Slot.RIP, labels.get(label));
    return run;
  }
}
