package org.trapnest.emulator;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.trapnest.machine.Slot;

/**
 * The stopped processor in an emulator: its registers by the machine's slots, and physical memory.
 * Confined to one thread.
 */
final class Guest {
  private static final HexFormat HEX = HexFormat.of();
  private static final int MOST_BYTES = 1600;
  private static final int RIP_NUMBER = 16;
  private static final String TAKE_INTERRUPTS = "Qqemu.sstep=0x5";
  private static final String HOLD_INTERRUPTS = "Qqemu.sstep=0x7";
  private static final Pattern DEBUG = Pattern.compile("DR([67])=([0-9a-f]+)");

  /** The debugger's numbers of the first eight general-purpose registers, by the processor's. */
  private static final int[] GPR_NUMBER = {0, 2, 3, 1, 7, 6, 4, 5};

  private final Qemu qemu;
  private final long[] known = new long[Slot.FIXED];
  private boolean fresh;

  Guest(Qemu qemu) {
    this.qemu = qemu;
    qemu.command(TAKE_INTERRUPTS);
  }

  /** The debugger's number of a slot's register, or -1 when it has none. */
  private static int number(int slot) {
    if (slot < GPR_NUMBER.length) {
      return GPR_NUMBER[slot];
    }
    return switch (slot) {
      case Slot.RFLAGS -> 17;
      case Slot.CS -> 18;
      case Slot.SS -> 19;
      case Slot.DS -> 20;
      case Slot.ES -> 21;
      case Slot.FS -> 22;
      case Slot.GS -> 23;
      case Slot.FS_BASE -> 24;
      case Slot.GS_BASE -> 25;
      case Slot.KERNEL_GS_BASE -> 26;
      case Slot.CR0 -> 27;
      case Slot.CR2 -> 28;
      case Slot.CR3 -> 29;
      case Slot.CR4 -> 30;
      default -> slot <= RIP_NUMBER ? slot : -1;
    };
  }

  /** Where a register stands in the debugger's block, in bytes. */
  private static int offset(int number) {
    int behind = number - RIP_NUMBER;
    if (behind <= 0) {
      return 8 * number;
    }
    return behind < 8 ? 136 + 4 * (behind - 1) : 164 + 8 * (behind - 8);
  }

  private static int bytes(int number) {
    return number >= 17 && number <= 23 ? 4 : 8;
  }

  /** Whether {@link #read} knows a slot. */
  static boolean has(int slot) {
    return number(slot) >= 0;
  }

  /** The content of a register that the debugger shows. */
  long read(int slot) {
    refresh();
    return known[slot];
  }

  private void refresh() {
    if (fresh) {
      return;
    }
    String block = qemu.exchange("g");
    for (int slot = 0; slot < known.length; slot++) {
      int number = number(slot);
      if (number >= 0) {
        int first = 2 * offset(number);
        known[slot] = littleEndian(block, first, bytes(number));
      }
    }
    fresh = true;
  }

  private static long littleEndian(String hex, int first, int bytes) {
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | HexFormat.fromHexDigits(hex, first + 2 * i, first + 2 * i + 2);
    }
    return value;
  }

  private static String littleEndian(long value, int bytes) {
    byte[] digits = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      digits[i] = (byte) (value >>> 8 * i);
    }
    return HEX.formatHex(digits);
  }

  /** Sets a register. */
  void write(int slot, long value) {
    refresh();
    if (known[slot] != value) {
      int number = number(slot);
      qemu.command("P" + Integer.toHexString(number) + "=" + littleEndian(value, bytes(number)));
      known[slot] = value;
      // A selector brings its base with it.
      fresh = slot < Slot.CS || slot > Slot.GS;
    }
  }

  /** DR6 and DR7. */
  long[] debugRegisters() {
    long[] found = new long[2];
    Matcher matcher = DEBUG.matcher(qemu.monitor("info registers"));
    while (matcher.find()) {
      found[matcher.group(1).charAt(0) - '6'] = Long.parseUnsignedLong(matcher.group(2), 16);
    }
    return found;
  }

  /** Runs one instruction, or takes what is pending at the boundary before it. */
  void step() {
    fresh = false;
    qemu.exchange("s");
  }

  /** Runs one instruction with all interrupts held off, NMIs included. */
  void stepAlone() {
    qemu.command(HOLD_INTERRUPTS);
    step();
    qemu.command(TAKE_INTERRUPTS);
  }

  /** Runs a command of the emulator's monitor. */
  void monitor(String line) {
    qemu.monitor(line);
    fresh = false;
  }

  byte[] readMemory(long physical, int length) {
    byte[] found = new byte[length];
    for (int done = 0; done < length; done += MOST_BYTES) {
      int part = Math.min(MOST_BYTES, length - done);
      String hex =
          qemu.exchange("m" + Long.toHexString(physical + done) + "," + Integer.toHexString(part));
      System.arraycopy(HEX.parseHex(hex), 0, found, done, part);
    }
    return found;
  }

  void writeMemory(long physical, byte[] bytes) {
    for (int done = 0; done < bytes.length; done += MOST_BYTES) {
      byte[] part = Arrays.copyOfRange(bytes, done, Math.min(bytes.length, done + MOST_BYTES));
      qemu.command(
          "M"
              + Long.toHexString(physical + done)
              + ","
              + Integer.toHexString(part.length)
              + ":"
              + HEX.formatHex(part));
    }
  }

  /** Writes a value of 1, 2, 4 or 8 bytes. */
  void writeMemory(long physical, long value, int bytes) {
    writeMemory(physical, HEX.parseHex(littleEndian(value, bytes)));
  }
}
