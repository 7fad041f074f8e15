/// Why a text of make has no form in the shell.
struct Untranslatable: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}

/// What the text of one task is translated with.
struct TranslationScope {
  let variables: VariableTable
  let tasks: TaskNames
  let toolName: String
  /// The Makefile's name.
  let makefileName: String
  let shell: RecipeShell
  let fresh: FreshValues
  /// The target that the text is a recipe of.
  var target: TargetTexts?
}

/// The texts of a target's automatic variables.
struct TargetTexts {
  let target: String
  /// What `$*` is; nil where no pattern made the rule.
  let stem: String?
  /// Nil where only make knows them.
  let prerequisites: [String]?
  let orderOnly: [String]

  /// The text of `$@`, `$(<D)` and their kin; nil where a variable has none here.
  func text(of name: String) -> String? {
    guard let words = words(of: String(name.prefix(1))) else { return nil }
    switch name.dropFirst() {
    case "": return words.joined(separator: " ")
    case "D": return words.map(Self.folder).joined(separator: " ")
    case "F": return words.map(Self.file).joined(separator: " ")
    default: return nil
    }
  }

  private func words(of name: String) -> [String]? {
    switch name {
    case "@": return [target]
    case "*": return stem.map { [$0] }
    case "<": return prerequisites.map { Array($0.prefix(1)) }
    case "+": return prerequisites
    case "^", "?":
      var seen: Set<String> = []
      return prerequisites?.filter { seen.insert($0).inserted }
    case "|": return orderOnly
    default: return nil
    }
  }

  private static func folder(_ path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }

  private static func file(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}

/// What a text made of the translation's surroundings reads.
struct ReadVariables {
  /// Variables of make.
  var names: Set<String> = []
  /// Whether the folder that make was started in is asked for.
  var folder = false

  mutating func formUnion(_ other: ReadVariables) {
    names.formUnion(other.names)
    folder = folder || other.folder
  }
}
