/// What variables at the beginning of a recipe's line say to make: `$(Q)echo`, where Q is `@`.
struct LineBeginning {
  private(set) var ignoresFailure = false
  /// What the value of the first variable begins with that is make's; nil where it is all the shell's.
  private(set) var prefix: String?

  /// Takes from the line what is make's alone.
  ///
  /// - Throws: `Untranslatable` where only the values tell what is make's.
  init(_ line: inout MakeText, _ variables: VariableTable) throws(Untranslatable) {
    let start = Self.cut(line)
    ignoresFailure = start.prefix.contains("-")
    line = start.rest.trimmed
    var length = 0
    while case .reference(let name)? = line.parts.first, let variable = variables[name], length < 100 {
      length += 1
      let rest = MakeText(Array(line.parts.dropFirst()))
      switch variable.kind {
      case .pasted(let value):
        let text = Self.cut(value.trimmed)
        guard !text.prefix.isEmpty else { return }
        ignoresFailure = ignoresFailure || text.prefix.contains("-")
        line = text.rest
        line.append(rest)
      case .setting(let value):
        let text = Self.cut(value)
        guard !text.prefix.isEmpty else { return }
        ignoresFailure = ignoresFailure || text.prefix.contains("-")
        guard text.rest.isEmpty else {
          prefix = text.prefix
          return
        }
        line = rest.trimmed
      case .computed:
        let values = variable.definitions.map { Self.cut($0.value) }
        guard values.contains(where: { !$0.prefix.isEmpty }) else { return }
        guard values.allSatisfy({ $0.rest.isEmpty && !$0.prefix.contains("-") }) else {
          throw Untranslatable("whether it begins with `@` or `-` is computed")
        }
        line = rest.trimmed
      case .given, .ofProcess, .canned, .circular: return
      }
    }
  }

  private static func cut(_ value: MakeText) -> (prefix: String, rest: MakeText) {
    guard case .text(let text)? = value.parts.first else { return ("", value) }
    let prefix = text.unicodeScalars.prefix(while: RecipePrefix.isOne)
    guard prefix.contains(where: { !$0.isBlank }) else { return ("", value) }
    var rest = MakeText()
    rest.append(String(text.unicodeScalars[prefix.endIndex...]))
    rest.append(MakeText(Array(value.parts.dropFirst())))
    return (String(prefix).trimmed, rest)
  }
}
