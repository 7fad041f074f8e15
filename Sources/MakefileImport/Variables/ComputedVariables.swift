/// The lines of shell that make the variables which no text of `defaults` can say.
struct ComputedVariables {
  struct Block {
    let lines: [String]
    let read: ReadVariables
    /// Whether its commands read variables of the shell that may be unset.
    let readsUnset: Bool
  }

  private(set) var blocks: [String: Block] = [:]
  private(set) var notes: [ImportNote] = []
  private let makefile: Makefile
  private let scope: TranslationScope
  private let ranks: [String: Int]
  /// What is set within each conditional, by its number.
  private let setIn: [Int: Set<String>]

  init(_ makefile: Makefile, _ scope: TranslationScope) {
    self.makefile = makefile
    self.scope = scope
    setIn = makefile.assignments.reduce(into: [:]) { setIn, assignment in
      for step in assignment.path { setIn[step.conditional, default: []].insert(assignment.name) }
    }
    ranks = Dictionary(uniqueKeysWithValues: zip(scope.variables.sorted, 0...))
    for name in scope.variables.sorted {
      guard let variable = scope.variables[name] else { continue }
      switch variable.kind {
      case .computed: add(variable)
      case .circular, .setting, .given, .ofProcess, .pasted, .canned: break
      }
    }
  }

  private mutating func add(_ variable: MakeVariable) {
    do throws(Untranslatable) {
      blocks[variable.name] = try block(variable)
    } catch {
      let name = variable.names.variable
      let message = "the Makefile makes it in a way that was not turned"
      blocks[variable.name] = Block(
        lines: ["[ -n \"${\(name):-}\" ] || { echo '\(name): \(message)' >&2; exit 1; }"], read: ReadVariables(),
        readsUnset: false)
      if let place = variable.place {
        notes.append(
          .computedVariable(variable.name, reason: error.reason, isGiven: variable.names.input != nil, at: place))
      }
    }
  }

  /// The names in the order in which their blocks have to stand, with those that they read themselves.
  func closure(of names: Set<String>, folder: inout Bool) -> [String] {
    var found: Set<String> = []
    var open = Array(names)
    while let name = open.popLast() {
      guard found.insert(name).inserted, let block = blocks[name] else { continue }
      if block.read.folder { folder = true }
      open += block.read.names
    }
    return found.sorted { (ranks[$0] ?? 0) < (ranks[$1] ?? 0) }
  }

  private func block(_ variable: MakeVariable) throws(Untranslatable) -> Block {
    var expressions = ShellExpressions(scope)
    let definitions = variable.definitions
    let first = definitions[0]
    for step in Set(definitions.flatMap(\.path)) {
      for name in makefile.conditionals[step.conditional].names where name != variable.name {
        // When the script asks again, that has its new value.
        if setIn[step.conditional]?.contains(name) == true {
          throw Untranslatable("its conditional sets `\(name)`, which it asks for")
        }
      }
    }
    let name = variable.names.variable
    let isGiven = variable.names.input != nil
    let readsItself = definitions.contains {
      $0.value.contains { if case .reference(variable.name) = $0 { true } else { false } }
    }
    let startsOver = first.path.isEmpty && first.operation != .append && !readsItself
    let form: Form
    if isGiven || first.operation == .ifUndefined, !readsItself, Self.areExclusive(definitions) {
      form = .ifEmpty
    } else {
      form = .always
    }
    let tree = BranchTree<Assignment>(
      path: \.path,
      lines: { assignment, expressions throws(Untranslatable) in
        let isIdle = assignment.operation == .ifUndefined && assignment.value.isEmpty
        return isIdle ? [] : [try Self.line(assignment, variable, form, &expressions)]
      },
      tests: ConditionalTests(conditionals: makefile.conditionals))
    var lines = try tree.write(definitions[...], &expressions)
    if form == .always, startsOver, isGiven, definitions.count > 1 {
      lines = ["if [ -z \"$\(name)\" ]; then"] + lines.map { "  " + $0 } + ["fi"]
    }
    if !isGiven, makefile.exportsAll || makefile.exported.contains(variable.name) { lines.append("export \(name)") }
    var read = expressions.read
    read.names.remove(variable.name)
    let readsUnset = definitions.contains { $0.value.contains(where: Self.readsShellVariable) }
    return Block(lines: lines, read: read, readsUnset: readsUnset)
  }

  private static func readsShellVariable(_ part: MakeText.Part) -> Bool {
    guard case .call("shell", let arguments) = part else { return false }
    let line = ShellLine(MakeText([.call("shell", arguments)]).skeleton)
    let inner = ShellLine(arguments.map(\.skeleton).joined(separator: ","))
    return !line.read.allSatisfy { inner.assigned.contains($0) }
  }

  /// The lines of what one target sets for itself.
  func line(_ assignment: Assignment, _ scope: TranslationScope) throws(Untranslatable) -> (String, ReadVariables) {
    guard let variable = scope.variables[assignment.name] else { throw Untranslatable("it has no name in the shell") }
    var expressions = ShellExpressions(scope)
    let line = try Self.line(assignment, variable, .always, &expressions)
    return (line, expressions.read)
  }

  private enum Form {
    case ifEmpty, always
  }

  /// Whether at most one of the definitions counts, or the first one that does wins.
  private static func areExclusive(_ definitions: [Assignment]) -> Bool {
    if definitions.contains(where: { $0.operation == .append }) { return false }
    if definitions.allSatisfy({ $0.operation == .ifUndefined }) { return true }
    guard definitions.count > 1 else { return true }
    var branches: Set<BranchStep> = []
    return definitions.allSatisfy { definition in
      guard let step = definition.path.first, step.conditional == definitions[0].path.first?.conditional else {
        return false
      }
      return branches.insert(step).inserted
    }
  }

  private static func line(
    _ assignment: Assignment, _ variable: MakeVariable, _ form: Form, _ expressions: inout ShellExpressions
  ) throws(Untranslatable) -> String {
    let name = variable.names.variable
    let value: String
    if variable.isShellText {
      var translator = LineTranslator(expressions)
      value = try translator.shellText(assignment.value)
      expressions = translator.expressions
    } else {
      value = try expressions.quoted(assignment.value)
    }
    // A failure of `$(shell …)` is none for make.
    let isCommand = assignment.value.contains { if case .call = $0 { true } else { false } }
    let ending = isCommand ? " || true" : ""
    if assignment.operation == .append {
      return value.isEmpty ? ":" : "\(name)=\"${\(name):+$\(name) }\(value)\"\(ending)"
    }
    let assigned = isPlain(value) ? "\(name)=\(value)" : "\(name)=\"\(value)\""
    guard form == .ifEmpty || assignment.operation == .ifUndefined else { return assigned + ending }
    let hasQuotes =
      variable.isShellText
      || assignment.value.parts.contains { part in
        guard case .text(let text) = part else { return false }
        return text.unicodeScalars.contains { "\"'\\`{}$".unicodeScalars.contains($0) }
      }
    return hasQuotes
      ? "[ -n \"\(variable.isAlwaysSet ? "$\(name)" : "${\(name):-}")\" ] || \(assigned)\(ending)"
      : ": \"${\(name):=\(value)}\""
  }

  private static func isPlain(_ value: String) -> Bool {
    value.unicodeScalars.allSatisfy { ShellExpressions.isSafe($0) && !$0.isBlank }
  }
}
