package org.trapnest.property;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Compiles a property set to a hidden class.
 *
 * <p>Each property gets one method for each of the two questions that answers with the property's
 * bit or 0, small enough for the JIT to inline; {@code violated} and {@code reached} join them.
 * Closures were the alternative: their calls through shared interfaces are not inlined, and a
 * search asks all properties on each transition.
 */
final class PropertySetCompiler {
  /** The internal name of generated classes; hidden classes may all have the same. */
  static final String CLASS = "org/trapnest/property/CompiledSet";

  static final String SUPERCLASS = "org/trapnest/property/PropertySetCode";

  private static final int CLASS_FILE_VERSION = 61;
  private static final int MAGIC = 0xcafe_babe;
  private static final int PUBLIC = 0x0001;
  private static final int FINAL_CLASS = 0x0030;
  private static final String QUESTION =
      "(Lorg/trapnest/machine/MachineState;Lorg/trapnest/machine/Observation;)J";
  private static final String CONSTRUCTOR = "([Lorg/trapnest/property/CodeTable;)V";

  private static final GeneratedClasses CLASSES = new GeneratedClasses();

  private final ConstantPool pool = new ConstantPool();
  private final List<CodeTable> tables = new ArrayList<>();
  private final ByteArrayOutputStream methods = new ByteArrayOutputStream();
  private int methodCount;

  private PropertySetCompiler() {}

  /** The compiled set, or an interpreted one when the properties are too large for a class. */
  static PropertySetCode compile(List<BoundProperty> properties) {
    PropertySetCompiler compiler = new PropertySetCompiler();
    try {
      return compiler.define(compiler.classFile(properties));
    } catch (CodeWriter.TooLarge e) {
      return new InterpretedPropertySet(properties);
    }
  }

  private byte[] classFile(List<BoundProperty> properties) {
    constructor();
    List<String> violated = new ArrayList<>();
    List<String> reached = new ArrayList<>();
    long alwaysReached = 0;
    for (int i = 0; i < properties.size(); i++) {
      BoundProperty property = properties.get(i);
      long bit = 1L << i;
      violated.add("violated" + i);
      method("violated" + i, code -> violated(code, property, bit));
      if (property.conditional()) {
        reached.add("reached" + i);
        method("reached" + i, code -> reached(code, property, bit));
      } else {
        alwaysReached |= bit;
      }
    }
    long constantBits = alwaysReached;
    method("violated", code -> join(code, violated, 0));
    method("reached", code -> join(code, reached, constantBits));
    return assembled();
  }

  private static void violated(CodeWriter code, BoundProperty property, long bit) {
    CodeWriter.Target broken = new CodeWriter.Target();
    for (BoundClause clause : property.clauses()) {
      CodeWriter.Target next = new CodeWriter.Target();
      clause.antecedent().emit(code, false, next);
      clause.claim().emit(code, false, broken);
      code.place(next);
    }
    answer(code, broken, bit);
  }

  private static void reached(CodeWriter code, BoundProperty property, long bit) {
    CodeWriter.Target met = new CodeWriter.Target();
    property.clauses().stream()
        .filter(BoundClause::conditional)
        .forEach(c -> c.antecedent().emit(code, true, met));
    answer(code, met, bit);
  }

  private static void answer(CodeWriter code, CodeWriter.Target yes, long bit) {
    code.constant(0);
    code.returnLong();
    code.place(yes);
    code.constant(bit);
    code.returnLong();
  }

  private static void join(CodeWriter code, List<String> parts, long constantBits) {
    code.constant(constantBits);
    for (String part : parts) {
      code.callOwn(part, QUESTION);
      code.operate(Operator.BIT_OR);
    }
    code.returnLong();
  }

  private void method(String name, Consumer<CodeWriter> body) {
    CodeWriter code = new CodeWriter(pool, tables);
    body.accept(code);
    method(name, QUESTION, code.attribute());
  }

  private void method(String name, String descriptor, byte[] code) {
    ClassBytes.u2(methods, PUBLIC);
    ClassBytes.u2(methods, pool.utf8(name));
    ClassBytes.u2(methods, pool.utf8(descriptor));
    ClassBytes.u2(methods, 1);
    methods.writeBytes(code);
    methodCount++;
  }

  /** A constructor that hands its parameter on: aload_0, aload_1, invokespecial, return. */
  private void constructor() {
    int superConstructor = pool.method(SUPERCLASS, "<init>", CONSTRUCTOR);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ClassBytes.u2(body, 2);
    ClassBytes.u2(body, 2);
    ClassBytes.u4(body, 6);
    ClassBytes.u2(body, 0x2a2b);
    body.write(0xb7);
    ClassBytes.u2(body, superConstructor);
    body.write(0xb1);
    ClassBytes.u2(body, 0);
    ClassBytes.u2(body, 0);
    method("<init>", CONSTRUCTOR, ClassBytes.attribute(pool.utf8("Code"), body.toByteArray()));
  }

  private byte[] assembled() {
    int self = pool.className(CLASS);
    int parent = pool.className(SUPERCLASS);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ClassBytes.u4(out, MAGIC);
    ClassBytes.u2(out, 0);
    ClassBytes.u2(out, CLASS_FILE_VERSION);
    pool.writeTo(out);
    ClassBytes.u2(out, FINAL_CLASS);
    ClassBytes.u2(out, self);
    ClassBytes.u2(out, parent);
    ClassBytes.u2(out, 0);
    ClassBytes.u2(out, 0);
    ClassBytes.u2(out, methodCount);
    out.writeBytes(methods.toByteArray());
    ClassBytes.u2(out, 0);
    return out.toByteArray();
  }

  private PropertySetCode define(byte[] classFile) {
    try {
      Object tableArray = tables.toArray(new CodeTable[0]);
      return (PropertySetCode)
          CLASSES
              .define(classFile)
              .getDeclaredConstructor(CodeTable[].class)
              .newInstance(tableArray);
    } catch (IllegalAccessException
        | InstantiationException
        | NoSuchMethodException
        | InvocationTargetException e) {
      throw new IllegalStateException("a generated property class cannot be used", e);
    }
  }
}
