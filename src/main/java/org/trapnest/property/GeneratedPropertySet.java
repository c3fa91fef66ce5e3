package org.trapnest.property;

/** What generated classes extend: holds the objects that their code refers to. */
abstract class GeneratedPropertySet implements CompiledPropertySet {
  final CodeTable[] tables;

  GeneratedPropertySet(CodeTable[] tables) {
    this.tables = tables;
  }
}
