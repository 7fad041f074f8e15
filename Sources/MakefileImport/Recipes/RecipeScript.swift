/// The script that a recipe becomes.
struct RecipeScript {
  private(set) var lines: [String] = []
  private(set) var read = ReadVariables()
  private(set) var notes: [ImportNote] = []
  /// Whether it asks the user something.
  private(set) var readsInput = false
  /// Whether it runs other tasks itself.
  private(set) var runsTasks = false
  /// Whether it runs make itself.
  private(set) var runsMake = false
  /// Whether it reads variables of the shell that may be unset.
  private(set) var readsUnset = false

  /// One line, in the shell's words.
  private struct Command {
    let lines: [String]
    let path: BranchPath
  }

  private let scope: TranslationScope
  private let task: String
  private let calls: MakeCalls

  init(
    _ recipe: [RecipeLine], task: String, _ scope: TranslationScope, _ tests: ConditionalTests, isOneShell: Bool
  ) {
    self.scope = scope
    self.task = task
    calls = MakeCalls(
      tasks: scope.tasks, variables: scope.variables, command: scope.fresh.command(scope.toolName),
      makeCommand: scope.fresh.makeCommand)
    let recipe = recipe.flatMap { CannedRecipe.lines(of: $0, scope.variables) ?? [$0] }
    let whole = isOneShell ? OneShell.joined(recipe) : recipe
    var commands: [Command] = []
    let last = whole.lastIndex { !$0.path.isEmpty || MakeText(RecipePrefix($0.text).rest).isShellText }
    for (index, line) in whole.enumerated() {
      let isLast = index == last && line.path.isEmpty
      commands.append(Command(lines: command(line, isLast: isLast, isOneShell: isOneShell), path: line.path))
    }
    let tree = BranchTree<Command>(
      path: \.path, lines: { command, _ throws(Untranslatable) in command.lines }, tests: tests)
    var expressions = ShellExpressions(scope)
    do throws(Untranslatable) {
      lines = try tree.write(commands[...], &expressions)
      read.formUnion(expressions.read)
    } catch {
      let place = recipe.first { !$0.path.isEmpty }?.place ?? Place(line: 1, column: 1, width: 1)
      notes.append(.recipeConditional(task, reason: error.reason, at: place))
      lines = NotTurned.lines("a conditional", task: task)
    }
  }

  private mutating func command(_ line: RecipeLine, isLast: Bool, isOneShell: Bool) -> [String] {
    let prefix = RecipePrefix(line.text)
    var text = MakeText(prefix.rest)
    do throws(Untranslatable) {
      var inlining = Inlining(scope.variables)
      text = inlining.text(text)
      if inlining.wroteList { notes.append(.writtenList(task, at: line.place)) }
      let beginning = try LineBeginning(&text, scope.variables)
      let ignoresFailure = prefix.ignoresFailure || beginning.ignoresFailure
      guard !text.isEmpty else { return [] }
      if let literal = text.literal, literal.hasPrefix("#"), !literal.contains("\n") { return [literal] }
      noteShellVariables(text)
      if let said = try message(text) { return said }
      if text.mayBeginWithPrefix { throw Untranslatable("whether it begins with `@` or `-` is computed") }
      var translator = LineTranslator(ShellExpressions(scope))
      let turned = calls.turned(text)
      let translated = try translator.translate(turned.text, without: beginning.prefix)
      runsTasks = runsTasks || turned.runsTasks
      if turned.runsMake {
        if !runsMake { notes.append(.runsMake(task, at: line.place)) }
        runsMake = true
      }
      let features = ShellLine(translator.plain)
      if features.isUnclosed { throw Untranslatable("a quote is not closed") }
      read.formUnion(translator.expressions.read)
      if features.readsInput || ShellLine(withLiterals(text).skeleton).readsInput {
        readsInput = true
        notes.append(.readsInput(task, at: line.place))
      }
      let frame = LineFrame(
        features, ignoresFailure: ignoresFailure, isLast: isLast,
        keepsGoing: !scope.shell.stopsAtFailure, isOneShell: isOneShell)
      return frame.lines(around: translated)
    } catch {
      notes.append(.recipeLine(task, reason: error.reason, at: line.place))
      return NotTurned.lines(String(line.text), task: task)
    }
  }

  /// Lines that only say something: `$(info …)`, `$(error …)`, `$(if $(X),,$(error …))`.
  private mutating func message(_ text: MakeText) throws(Untranslatable) -> [String]? {
    guard text.parts.count == 1, case .call(let function, let arguments) = text.parts[0] else { return nil }
    var expressions = ShellExpressions(scope)
    let lines = try MessageCall(function, arguments)?.lines(&expressions)
    if lines != nil { read.formUnion(expressions.read) }
    return lines
  }

  /// The text with the values that stand for commands, such as `docker run -it image`.
  private func withLiterals(_ text: MakeText) -> MakeText {
    var result = MakeText()
    for part in text.parts {
      if case .reference(let name) = part, case .setting(let value)? = scope.variables[name]?.kind,
        value.parts.count < 20
      {
        result.append(value)
      } else {
        result.append(MakeText([part]))
      }
    }
    return result
  }

  private mutating func noteShellVariables(_ text: MakeText) {
    let skeleton = ShellLine(text.skeleton)
    for name in skeleton.read where !skeleton.assigned.contains(name) && !Self.alwaysSet.contains(name) {
      if scope.variables[name]?.isAlwaysSet != true || scope.variables[name]?.names.variable != name {
        readsUnset = true
      }
    }
  }

  private static let alwaysSet: Set<String> = ["HOME", "PATH", "PWD", "0", "IFS"]
}

/// What a line of a recipe begins with: `@`, `-`, `+`.
struct RecipePrefix {
  let ignoresFailure: Bool
  let rest: ArraySlice<Unicode.Scalar>

  init(_ line: [Unicode.Scalar]) {
    ignoresFailure = line.prefix(while: Self.isOne).contains("-")
    rest = line.drop(while: Self.isOne).trimmed
  }

  static func isOne(_ scalar: Unicode.Scalar) -> Bool { scalar.isBlank || "@-+".unicodeScalars.contains(scalar) }
}

/// `.ONESHELL`: the lines of a recipe are one text for the shell.
enum OneShell {
  static func joined(_ recipe: [RecipeLine]) -> [RecipeLine] {
    guard let first = recipe.first, recipe.allSatisfy({ $0.path.isEmpty }) else { return recipe }
    let text = recipe.map { $0.text.drop(while: RecipePrefix.isOne) }
      .joined(separator: CollectionOfOne<Unicode.Scalar>("\n"))
    // What the first line begins with is for the whole.
    let prefix: [Unicode.Scalar] = RecipePrefix(first.text).ignoresFailure ? ["-"] : []
    return [RecipeLine(text: prefix + text, place: first.place, path: [])]
  }
}

/// What stands for a line that has no form in the shell.
enum NotTurned {
  static func lines(_ original: String, task: String) -> [String] {
    let lines = original.split(whereSeparator: \.isNewline).map { "# \($0)" }
    let short = String(original.trimmed.prefix(100)).split(whereSeparator: \.isNewline).joined(separator: " ")
    let message = "\(task): a line of the Makefile was not turned: \(short)".replacing("'", with: "'\\''")
    return lines + ["echo '\(message)' >&2", "exit 1"]
  }
}

extension MakeText {
  /// What the shell reads of the text itself, with a word for each expansion.
  var skeleton: String {
    parts.reduce(into: "") { skeleton, part in
      switch part {
      case .text(let text): skeleton += text
      case .reference, .substitution, .unreadable: skeleton += "x"
      case .call("shell", let arguments): skeleton += "$(" + arguments.map(\.skeleton).joined(separator: ",") + ")"
      case .call(_, let arguments): skeleton += arguments.map(\.skeleton).joined(separator: " ")
      }
    }
  }

  /// Whether a condition decides on the prefix of a line.
  var mayBeginWithPrefix: Bool {
    guard case .call("if", let arguments)? = parts.first else { return false }
    return arguments.dropFirst().contains { branch in
      guard case .text(let text)? = branch.parts.first, let first = text.first else { return false }
      return "@-+".contains(first)
    }
  }

  /// Whether the shell gets anything but a comment.
  var isShellText: Bool {
    guard let literal else { return true }
    return !literal.isEmpty && !literal.hasPrefix("#")
  }
}
