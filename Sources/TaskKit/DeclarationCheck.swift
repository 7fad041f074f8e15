/// What is wrong with a plugin's declarations: mistakes of its author, found when it is registered.
public enum DeclarationCheck {
  /// The mistakes of one plugin, each one sentence.
  public static func mistakes(of plugin: any TaskPlugin.Type) -> [String] {
    let manifest = plugin.manifest
    let inputs = plugin.inputs
    var mistakes = plugin.strayProperties.map { "`\($0)` is a stored property, but no input" }
    if !isPluginName(manifest.name) { mistakes.append("the name `\(manifest.name)` is not letters, digits and dashes") }
    if manifest.summary.isEmpty || manifest.summary.hasSuffix(".") {
      mistakes.append("the summary must be a line without a full stop")
    }
    var variables: [String: String] = [:]
    for input in inputs {
      mistakes += self.mistakes(of: input)
      if let first = variables.updateValue(input.name, forKey: input.variable) {
        mistakes.append("`\(first)` and `\(input.name)` share the variable \(input.variable)")
      }
    }
    if manifest.runsScript, !inputs.contains(where: { $0.name == PluginManifest.scriptInput }) {
      mistakes.append("it runs a script, and has no input `\(PluginManifest.scriptInput)`")
    }
    var outputs: Set<String> = []
    for output in manifest.outputs where !outputs.insert(output.name).inserted {
      mistakes.append("the output `\(output.name)` is declared twice")
    }
    return mistakes
  }

  private static func mistakes(of input: InputDeclaration) -> [String] {
    var mistakes: [String] = []
    if !InputName.isValid(input.name) {
      mistakes.append("the input name `\(input.name)` is not camelCase without two capitals in a row")
    }
    if !input.isFileOnly, InputName.isReserved(variable: input.variable) {
      mistakes.append("the input `\(input.name)` would take the reserved variable \(input.variable)")
    }
    if input.help.isEmpty || !input.help.hasSuffix(".") {
      mistakes.append("the help of `\(input.name)` must be a sentence with a full stop")
    }
    if !input.isDefaultAdmitted {
      mistakes.append("the default of `\(input.name)` is not \(input.bounds ?? "admitted")")
    }
    if input.type.kind == .list, !input.isFileOnly {
      mistakes.append("the list `\(input.name)` must be .fileOnly: a variable holds no list")
    }
    return mistakes
  }

  private static func isPluginName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "-") else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
  }
}
