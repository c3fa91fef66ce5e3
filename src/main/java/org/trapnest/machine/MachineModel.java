package org.trapnest.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.trapnest.x86.FredFrame;
import org.trapnest.x86.Vector;

/**
 * Everything about one model in one configuration that a {@link Machine} needs: shared and
 * immutable.
 *
 * @param program the instructions
 * @param memory the declared memory
 * @param gates the IDT; a vector without a gate raises #GP, as a not-present gate would #NP
 * @param system what the processor's registers hold
 * @param events where events may arrive
 * @param user what user mode may do
 * @param c what is known of C code, by instruction
 * @param continuations labels at which a return may land
 * @param marks annotations bound to instructions
 * @param assumptions every assumption's value
 * @param maxContexts the nesting bound: the greatest number of live contexts
 * @param faultContexts how many contexts more there may be by what an instruction itself raises
 * @param boundNames the bounds that may cut, by number; 0 is nesting
 * @param symbols every symbol's value: labels, stacks' tops, constants
 * @param tokenNames names of declared tokens, from {@link Token#FIRST_DECLARED}
 * @param slots where contexts and memory lie
 */
public record MachineModel(
    Program program,
    MemoryMap memory,
    Map<Vector, Gate> gates,
    SystemRegisters system,
    List<EventRule> events,
    UserRules user,
    CCode c,
    List<Continuation> continuations,
    Marks marks,
    Map<Assumption, Boolean> assumptions,
    int maxContexts,
    int faultContexts,
    List<String> boundNames,
    Map<String, Long> symbols,
    List<String> tokenNames,
    SlotMap slots) {

  /** The bytes of a frame that delivery through the IDT pushes, without an error code. */
  private static final int IDT_FRAME_BYTES = 40;

  public MachineModel {
    gates = Map.copyOf(gates);
    events = List.copyOf(events);
    continuations = List.copyOf(continuations);
    assumptions = Map.copyOf(assumptions);
    boundNames = List.copyOf(boundNames);
    symbols = Map.copyOf(symbols);
    tokenNames = List.copyOf(tokenNames);
  }

  public boolean assumes(Assumption assumption) {
    return assumptions.getOrDefault(assumption, assumption.usual());
  }

  /** The names of what keeps the state space small without changing any verdict. */
  public List<String> reductions() {
    boolean maskable =
        events.stream().anyMatch(e -> e.vector() == Vector.NMI || e.vector() == Vector.IRQ);
    return maskable && !assumes(Assumption.LATCHES) ? List.of("late arrivals") : List.of();
  }

  /** The same model with another nesting bound, 1 to 15. */
  public MachineModel withNesting(int most) {
    List<String> bounds = new ArrayList<>(boundNames);
    bounds.set(0, "at most " + most + " live contexts");
    return varied(assumptions, most, bounds, slots.withContexts(most + faultContexts));
  }

  /** The same model on a processor of which more is assumed. */
  public MachineModel assuming(Assumption assumption) {
    Map<Assumption, Boolean> more = new HashMap<>(assumptions);
    more.put(assumption, true);
    return varied(more, maxContexts, boundNames, slots);
  }

  private MachineModel varied(
      Map<Assumption, Boolean> assumed, int most, List<String> bounds, SlotMap where) {
    return new MachineModel(
        program,
        memory,
        gates,
        system,
        events,
        user,
        c,
        continuations,
        marks,
        assumed,
        most,
        faultContexts,
        bounds,
        symbols,
        tokenNames,
        where);
  }

  /**
   * Registers that a model fixes, and where hardware finds its stacks.
   *
   * @param lstar the 64-bit SYSCALL entry point, or 0
   * @param cstar the compatibility-mode SYSCALL entry point, or 0
   * @param fmask IA32_FMASK
   * @param sysenterEip the SYSENTER entry point, or 0
   * @param sysenterEsp IA32_SYSENTER_ESP
   * @param userRip the address of the user's only instruction
   * @param sysenterReturn where SYSEXIT returns to in user mode
   * @param kernelGsBase the kernel's GS base
   * @param userGsBase the user's initial GS base
   * @param kernelCr3 the kernel's CR3
   * @param userCr3 the user's CR3; equal to the kernel's when page tables are not split
   * @param userCr3Mask the CR3 bits that tell a user CR3 from a kernel one; 0 when not split
   * @param staleTranslationsSlot the slot of a word with a bit for each user PCID (the low 11 bits)
   *     whose translations are stale until CR3 is loaded with it without NOFLUSH; -1 for none
   * @param sp0Slot the slot of TSS.RSP0
   * @param istSlots the slots of TSS.IST1 to IST7 at positions 1 to 7
   * @param initial values of fixed slots in the initial (user) state; all others are 0
   * @param msrSlots the slots of MSRs that a model declares, by number
   * @param writableMsrBits for each MSR that may be written, the bits that are not reserved
   * @param shadowStacks what finds the supervisor shadow stacks; empty where they are off
   * @param fred how events are delivered where CR4.FRED is set; empty where the IDT is used
   */
  public record SystemRegisters(
      long lstar,
      long cstar,
      long fmask,
      long sysenterEip,
      long sysenterEsp,
      long userRip,
      long sysenterReturn,
      long kernelGsBase,
      long userGsBase,
      long kernelCr3,
      long userCr3,
      long userCr3Mask,
      int staleTranslationsSlot,
      int sp0Slot,
      List<Integer> istSlots,
      Map<Integer, Long> initial,
      Map<Integer, Integer> msrSlots,
      Map<Integer, Long> writableMsrBits,
      Optional<ShadowStacks> shadowStacks,
      Optional<Fred> fred) {

    /** The bytes from the RIP word of a hardware frame to the frame's top. */
    int frameBytesFromRip() {
      return fred.isPresent() ? FredFrame.BYTES_FROM_RIP : IDT_FRAME_BYTES;
    }
  }

  /**
   * Supervisor shadow stacks.
   *
   * @param pl0Slot the slot of IA32_PL0_SSP
   * @param pl3Slot the slot of IA32_PL3_SSP
   * @param tableSlot the slot of IA32_INTERRUPT_SSP_TABLE_ADDR
   */
  public record ShadowStacks(int pl0Slot, int pl3Slot, int tableSlot) {}

  /**
   * FRED event delivery.
   *
   * @param userEntry the entry point of events from user mode
   * @param kernelEntry the entry point of events from the kernel
   * @param rspSlots the slots of IA32_FRED_RSP0 to IA32_FRED_RSP3
   * @param stackLevels IA32_FRED_STKLVLS: the stack level of each exception's vector, two bits each
   * @param interruptLevel the stack level of maskable interrupts, from IA32_FRED_CONFIG
   * @param redZoneBytes how far RSP is lowered when the stack stays, from IA32_FRED_CONFIG
   */
  public record Fred(
      long userEntry,
      long kernelEntry,
      List<Integer> rspSlots,
      long stackLevels,
      int interruptLevel,
      long redZoneBytes) {

    public Fred {
      rspSlots = List.copyOf(rspSlots);
    }
  }

  /**
   * What is known of C code.
   *
   * @param running the instructions at which "C code runs here", by index
   * @param functionOf the name of the C function to which each of those belongs, by index
   * @param raises for each C_BODY instruction, what it may raise, in order
   * @param effects for each C_ENTER instruction, what it changes
   * @param writes for each C_WRITE instruction, the slot and the values
   */
  public record CCode(
      BitSet running,
      Map<Integer, String> functionOf,
      Map<Integer, List<Raise>> raises,
      Map<Integer, Effects> effects,
      Map<Integer, SlotWrite> writes) {

    /**
     * Something that C code may raise.
     *
     * @param event the exception
     * @param errorCode its error code
     */
    public record Raise(Event event, long errorCode) {}

    /**
     * What the call of a C function changes at its start.
     *
     * @param clobbered GPR slots that become {@link Token#CLOBBERED}
     * @param result the value of %rax; empty when it stays
     * @param servesNmi whether its run is what every NMI before it was for
     */
    public record Effects(List<Integer> clobbered, OptionalLong result, boolean servesNmi) {}

    /** Whether some function serves NMIs, so that the machine keeps track of owed ones. */
    public boolean servesNmis() {
      return effects.values().stream().anyMatch(Effects::servesNmi);
    }

    /**
     * A write of C code.
     *
     * @param slot the slot written
     * @param values the values, each explored
     */
    public record SlotWrite(int slot, List<Long> values) {}
  }

  /**
   * Annotations bound to instructions, by index.
   *
   * @param releases what is released before each instruction
   * @param abandons the stacks (positions in the memory map) that hold nothing of use from each
   *     instruction on
   * @param commits the instructions that commit entries, and of which stacks
   * @param returns instructions that return from an event although they are not IRET
   * @param hidden boundaries before which nothing arrives: the inside of atomic ranges
   * @param hiddenReasons the reason of each atomic range, as written
   * @param resumeExempt for an event, the fixed slots that need not be the same on resume
   * @param smi where an SMI may arrive whose handler leaves NMIs unblocked; empty for anywhere, if
   *     the assumption {@link Assumption#SMI_UNMASKS_NMI} is made
   */
  public record Marks(
      Map<Integer, Release> releases,
      Map<Integer, List<Integer>> abandons,
      Map<Integer, Commit> commits,
      BitSet returns,
      BitSet hidden,
      List<String> hiddenReasons,
      Map<Event, List<Integer>> resumeExempt,
      Optional<SmiPlaces> smi) {

    /**
     * Software has left the top of a stack.
     *
     * @param region the stack's position in the memory map
     * @param words how many words from the top of the hardware frame down are free, at least five
     */
    public record Release(int region, int words) {}

    /**
     * What an instruction commits.
     *
     * @param regions the stacks (positions in the memory map) on which entries begin
     * @param countSlot the GPR that holds how many entries the software commits, or -1
     */
    public record Commit(List<Integer> regions, int countSlot) {
      public Commit {
        regions = List.copyOf(regions);
      }
    }
  }

  /**
   * Where SMIs may arrive.
   *
   * @param user whether in user mode
   * @param instructions the kernel boundaries, by the index of the instruction that would run next
   */
  public record SmiPlaces(boolean user, BitSet instructions) {}

  /**
   * Where contexts, declared MSRs and memory lie among the slots.
   *
   * @param contextBase the first slot of the first context; contexts lie behind all other slots
   * @param slotCount the number of slots
   * @param widthBits how many bits each slot needs, 0 to 64, by slot; one of none is always 0
   * @param initial every slot's initial value
   */
  public record SlotMap(int contextBase, int slotCount, int[] widthBits, long[] initial) {

    /** The same slots with room for another number of contexts, which lie behind all others. */
    public SlotMap withContexts(int maxContexts) {
      int count = contextBase + maxContexts * ContextField.COUNT;
      int[] widths = Arrays.copyOf(widthBits, count);
      for (int slot = contextBase; slot < count; slot++) {
        int field = (slot - contextBase) % ContextField.COUNT;
        boolean known = contextBase + field < widthBits.length;
        widths[slot] = known ? widthBits[contextBase + field] : ContextField.widthBits(field);
      }
      return new SlotMap(contextBase, count, widths, Arrays.copyOf(initial, count));
    }

    /** The slot of a field of a context, the oldest context being number 0. */
    public int context(int number, int field) {
      return contextBase + number * ContextField.COUNT + field;
    }
  }
}
