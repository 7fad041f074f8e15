/// Turns make's expansions to the shell's.
struct ShellExpressions {
  let scope: TranslationScope
  var read = ReadVariables()
  /// Whether what is written stands in a list that `set -f` keeps from being a pattern of files.
  private(set) var isInList = false
  /// Whether only the emptiness of what is written matters.
  var asksEmptiness = false
  private var depth = 0
  private var steps = 0

  static let deepest = 100
  static var tooDeep: Untranslatable { Untranslatable("it is nested more than \(deepest) deep") }
  private static let mostBytes = 1 << 16
  private static let mostSteps = 1 << 16

  init(_ scope: TranslationScope) {
    self.scope = scope
  }

  /// What stands between the quotes of `"…"`, for a text of make that is a value.
  mutating func quoted(_ text: MakeText) throws(Untranslatable) -> String {
    var result = ""
    for (index, part) in text.parts.enumerated() {
      try countStep()
      if case .text(let literal) = part {
        result += Self.escaped(literal)
      } else if let literal = try staticText(part) {
        result += Self.escaped(literal)
      } else if case .reference(let name) = part, case .pasted(let value)? = scope.variables[name]?.kind {
        result += try nested { expressions throws(Untranslatable) in try expressions.quoted(value) }
      } else {
        result += Self.bare(try expansion(part), followedBy: text.parts.dropFirst(index + 1).first)
      }
      try checkLength(result)
    }
    return result
  }

  /// The same for a text that is only asked whether it is empty.
  mutating func emptiness(_ text: MakeText) throws(Untranslatable) -> String {
    asksEmptiness = true
    defer { asksEmptiness = false }
    return try quoted(text)
  }

  /// Words outside of quotes: `$X` is split as make splits a list.
  mutating func words(_ text: MakeText, allowsPatterns: Bool = false) throws(Untranslatable) -> String {
    var result = ""
    let wasInList = isInList
    isInList = true
    defer { isInList = wasInList }
    for (index, part) in text.parts.enumerated() {
      try countStep()
      let literal: String?
      if case .text(let text) = part { literal = text } else { literal = try staticText(part) }
      if let literal {
        guard
          literal.unicodeScalars.allSatisfy({ Self.isSafe($0) || allowsPatterns && "*?[]".unicodeScalars.contains($0) })
        else { throw Untranslatable("a list holds characters that mean something to the shell") }
        result += literal.words.isEmpty ? (literal.isEmpty ? "" : " ") : literal
      } else if case .reference(let name) = part, case .pasted(let value)? = scope.variables[name]?.kind {
        result += try nested { expressions throws(Untranslatable) in try expressions.words(value) }
      } else {
        result += Self.bare(try expansion(part), followedBy: text.parts.dropFirst(index + 1).first)
      }
      try checkLength(result)
    }
    return result.trimmed
  }

  /// `${X}` or `$(…)`, the same inside of double quotes and outside.
  mutating func expansion(_ part: MakeText.Part) throws(Untranslatable) -> String {
    switch part {
    case .text(let text): return Self.escaped(text)
    case .reference(let name): return try reference(name)
    case .substitution(let name, let from, let to):
      let (from, to) = (from.literal, to.literal)
      guard let from, let to else { throw Untranslatable("the pattern of `$(\(name):…)` is computed") }
      let hasPercent = from.contains("%")
      let list = try words(MakeText([.reference(name)]))
      return try MakeFunctions.patternSubstitution(
        hasPercent ? from : "%" + from, hasPercent ? to : "%" + to, in: list)
    case .call(let function, let arguments):
      return try nested { expressions throws(Untranslatable) in try expressions.call(function, arguments) }
    case .unreadable(let reason): throw Untranslatable(reason)
    }
  }

  /// The name of a variable that the shell has, noted as read; nil where there is none.
  mutating func variable(_ name: String) -> MakeVariable? {
    guard KnownVariables.isValue(name), let variable = scope.variables[name] else { return nil }
    switch variable.kind {
    case .setting, .given, .ofProcess, .computed:
      read.names.insert(name)
      return variable
    case .pasted, .canned, .circular: return nil
    }
  }

  /// The texts of make itself and of the target.
  func staticText(_ part: MakeText.Part) throws(Untranslatable) -> String? {
    guard case .reference(let name) = part else { return nil }
    if KnownVariables.isAutomatic(name) {
      guard let text = scope.target?.text(of: name) else {
        throw Untranslatable("`$\(name.unicodeScalars.count == 1 ? name : "(\(name))")` has no value here")
      }
      return text
    }
    switch name {
    case "MAKE", "MAKE_COMMAND": return "make"
    case "MAKEFILE_LIST": return scope.makefileName
    case "MAKEFLAGS", "MFLAGS", "GNUMAKEFLAGS": return ""
    case "MAKELEVEL": return "0"
    case "SHELL": return scope.shell.path
    default: return nil
    }
  }

  mutating func nested<Result>(
    _ body: (inout ShellExpressions) throws(Untranslatable) -> Result
  ) throws(Untranslatable) -> Result {
    guard depth < Self.deepest else { throw Self.tooDeep }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  /// What is pasted into what is pasted may grow without end.
  mutating func countStep() throws(Untranslatable) {
    steps += 1
    if steps > Self.mostSteps { throw Untranslatable("it is made of too many parts") }
  }

  /// A line of shell of its own, as in `$(shell …)`.
  mutating func command(_ text: MakeText) throws(Untranslatable) -> String {
    var translator = LineTranslator(self)
    let line = try translator.translate(text)
    self = translator.expressions
    return line
  }

  private mutating func reference(_ name: String) throws(Untranslatable) -> String {
    if name == "CURDIR" || name == "PWD" {
      read.folder = true
      return "${CURDIR}"
    }
    if let variable = variable(name) {
      guard !variable.isShellText || asksEmptiness else {
        throw Untranslatable("`\(name)` is text of shell, and no value")
      }
      return variable.isAlwaysSet ? "${\(variable.names.variable)}" : "${\(variable.names.variable):-}"
    }
    switch scope.variables[name]?.kind {
    case .canned:
      throw Untranslatable("`\(name)` is made by `define`")
    case .circular: throw Untranslatable("`\(name)` reads itself")
    default: throw Untranslatable("`$(\(name))` has no value here")
    }
  }

  func checkLength(_ text: String) throws(Untranslatable) {
    if text.utf8.count > Self.mostBytes { throw Untranslatable("it becomes longer than 64 KiB") }
  }

  /// `$X` for `${X}`, where what follows is not taken for a part of the name.
  private static func bare(_ expansion: String, followedBy next: MakeText.Part?) -> String {
    guard expansion.hasPrefix("${"), expansion.hasSuffix("}"),
      expansion.unicodeScalars.dropFirst(2).dropLast().allSatisfy(\.isOfName)
    else { return expansion }
    switch next {
    case .text(let text): if text.unicodeScalars.first?.isOfName == true { return expansion }
    case .reference(let name): if KnownVariables.isAutomatic(name) || name.hasPrefix("MAKE") { return expansion }
    case .substitution, .call, .unreadable, nil: break
    }
    return "$" + expansion.dropFirst(2).dropLast()
  }

  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { "\\\"$`".utf8.contains($0) }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if "\\\"$`".unicodeScalars.contains(scalar) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isOfName || scalar.isBlank || "./:,@%+=-^".unicodeScalars.contains(scalar)
  }
}
