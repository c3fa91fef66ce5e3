package org.trapnest.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Opcode;
import org.trapnest.machine.Program;

/**
 * A model's own text, assembled by gcc and linked at the machine's addresses, with a stub for each
 * step of a C function; and which instruction lies where.
 *
 * <p>The machine gives every instruction 16 bytes, a processor its length, so addresses of code are
 * translated. Each step of a C function has 32 bytes, the second half of which begins with its
 * instruction; the first half has room for an instruction that ends there.
 */
final class GuestProgram {
  private static final Pattern DISASSEMBLED = Pattern.compile("(?m)^\\s*([0-9a-f]+):\\t");
  private static final int STUB_BYTES = 32;
  private static final int STUB_ENTRY = 16;
  private static final String TEXT_START = "0x" + Long.toHexString(Program.BASE);

  private final byte[] code;
  private final long[] addresses;
  private final Map<Long, Integer> indexAt = new TreeMap<>();

  private final long stubs;

  private GuestProgram(byte[] code, long[] addresses, long stubs) {
    this.code = code;
    this.stubs = stubs;
    this.addresses = addresses;
    for (int index = 0; index < addresses.length; index++) {
      indexAt.put(addresses[index], index);
    }
  }

  /**
   * Assembles and links a model.
   *
   * @param source its file
   * @param definitions preprocessor macros: switches and ablations with their values
   * @param machine the same model, linked for the machine in the same configuration
   * @param folder where intermediate files may be written
   * @throws EmulatorFailure if a tool complains, or the assembler's instructions are not the
   *     machine's
   */
  static GuestProgram build(
      Path source, Map<String, Long> definitions, MachineModel machine, Path folder) {
    Path object = folder.resolve("model.o");
    List<String> compile = new ArrayList<>(List.of("gcc", "-c", source.toString()));
    definitions.forEach((name, value) -> compile.add("-D" + name + "=" + value));
    compile.addAll(List.of("-o", object.toString()));
    Toolchain.run(compile);
    Path stubs = folder.resolve("stubs.S");
    Path script = folder.resolve("link.ld");
    Path stubObject = folder.resolve("stubs.o");
    Path linked = folder.resolve("model.elf");
    Path image = folder.resolve("model.bin");
    List<Instruction> instructions = machine.program().instructions();
    int textCount = textCount(instructions);
    try {
      Files.writeString(stubs, stubs(instructions, textCount, machine.symbols()));
      Files.writeString(script, script(machine.symbols()));
      Toolchain.run(List.of("gcc", "-c", stubs.toString(), "-o", stubObject.toString()));
      Toolchain.run(
          List.of(
              "ld",
              "-static",
              "-T",
              script.toString(),
              object.toString(),
              stubObject.toString(),
              "-o",
              linked.toString()));
      Toolchain.run(List.of("objcopy", "-O", "binary", linked.toString(), image.toString()));
      long stubsAt = stubsAddress(linked);
      long[] addresses = addresses(linked, textCount, new long[instructions.size()]);
      for (int index = textCount; index < addresses.length; index++) {
        addresses[index] = stubsAt + (long) STUB_BYTES * (index - textCount) + STUB_ENTRY;
      }
      return new GuestProgram(Files.readAllBytes(image), addresses, stubsAt);
    } catch (IOException failure) {
      throw new EmulatorFailure("files cannot be written to " + folder, failure);
    }
  }

  private static int textCount(List<Instruction> instructions) {
    int count = 0;
    while (count < instructions.size() && instructions.get(count).opcode() != Opcode.END) {
      count++;
    }
    return count;
  }

  private static String stubs(
      List<Instruction> instructions, int first, Map<String, Long> symbols) {
    Map<Long, List<String>> names = new TreeMap<>();
    symbols.forEach(
        (name, value) -> names.computeIfAbsent(value, v -> new ArrayList<>()).add(name));
    StringBuilder text = new StringBuilder("\t.section .stubs, \"ax\"\n\t.balign 4096\n");
    text.append("trapnest_stubs:\n");
    for (int index = first; index < instructions.size(); index++) {
      Instruction instruction = instructions.get(index);
      text.append("\t.skip ").append(STUB_ENTRY).append(", 0x90\n");
      if (instruction.opcode() != Opcode.END) {
        for (String name : names.getOrDefault(instruction.address(), List.of())) {
          text.append("\t.weak ").append(name).append('\n').append(name).append(":\n");
        }
      }
      text.append(instruction.opcode() == Opcode.RET ? "\tret\n" : "\tud2\n");
      text.append("\t.balign ").append(STUB_BYTES).append(", 0x90\n");
    }
    return text.append("\t.globl trapnest_stubs\n").toString();
  }

  /** Values that the model's text uses and does not define itself come from the declarations. */
  private static String script(Map<String, Long> symbols) {
    StringBuilder text = new StringBuilder("SECTIONS {\n  . = " + TEXT_START + ";\n");
    text.append("  .text : { *(.text) }\n  . = ALIGN(4096);\n  .stubs : { *(.stubs) }\n");
    text.append("  /DISCARD/ : { *(.note*) *(.comment) *(.eh_frame) *(.data) *(.bss) }\n}\n");
    symbols.forEach(
        (name, value) -> {
          boolean inCode = value >= Program.BASE && value < Program.BASE + 0x100_0000;
          if (!inCode && name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            text.append("PROVIDE(").append(name).append(" = 0x");
            text.append(Long.toHexString(value)).append(");\n");
          }
        });
    return text.toString();
  }

  private static long[] addresses(Path linked, int textCount, long[] addresses) {
    String listing =
        Toolchain.run(
            List.of("objdump", "-d", "-w", "--no-show-raw-insn", "-j", ".text", linked.toString()));
    Matcher line = DISASSEMBLED.matcher(listing);
    int found = 0;
    while (line.find()) {
      long address = Long.parseUnsignedLong(line.group(1), 16);
      if (found < textCount) {
        addresses[found] = address;
      }
      found++;
    }
    if (found != textCount) {
      throw new EmulatorFailure(
          "the assembler makes " + found + " instructions of the model, which has " + textCount);
    }
    return addresses;
  }

  private static long stubsAddress(Path linked) {
    String symbols = Toolchain.run(List.of("nm", linked.toString()));
    Matcher stubs = Pattern.compile("([0-9a-f]+) \\w trapnest_stubs\\b").matcher(symbols);
    if (!stubs.find()) {
      throw new EmulatorFailure("the linked model has no stubs");
    }
    return Long.parseUnsignedLong(stubs.group(1), 16);
  }

  /** The bytes from {@link Program#BASE} on. */
  byte[] code() {
    return code.clone();
  }

  /** Where the processor finds the instruction with an index. */
  long address(int index) {
    return addresses[index];
  }

  /** Where the steps of C functions begin. */
  long stubs() {
    return stubs;
  }

  /** The index of the instruction at a processor's address, or -1. */
  int indexAt(long address) {
    return indexAt.getOrDefault(address, -1);
  }

  /** The machine's code addresses as the processor has them; any other value as it is. */
  long translate(long value) {
    long offset = value - Program.BASE;
    long size = (long) addresses.length * Program.INSTRUCTION_BYTES;
    boolean inside = offset >= 0 && offset < size && offset % Program.INSTRUCTION_BYTES == 0;
    return inside ? addresses[(int) (offset / Program.INSTRUCTION_BYTES)] : value;
  }
}
