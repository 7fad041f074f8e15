import Diagnostics

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
  /// The variables that it gives to programs itself.
  private(set) var passed: Set<String> = []

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
    if isOneShell, let reason = OneShell.fault(of: recipe) {
      let place = recipe.first?.place ?? Place(line: 1, column: 1, width: 1)
      notes.append(.recipeLine(task, reason: reason, at: place))
      lines = NotTurned.lines(recipe.map { String($0.text) }.joined(separator: "\n"), task: task)
      return
    }
    let whole = isOneShell ? OneShell.joined(recipe) : recipe
    var commands: [Command] = []
    // Make says these before it runs the first line.
    var first: [Command] = []
    let last = whole.lastIndex { !$0.path.isEmpty || MakeText(RecipePrefix($0.text).rest).isShellText }
    for (index, line) in whole.enumerated() {
      let isLast = index == last && line.path.isEmpty
      let command = Command(lines: command(line, isLast: isLast, isOneShell: isOneShell), path: line.path)
      if line.path.isEmpty, isMessage(line) { first.append(command) } else { commands.append(command) }
    }
    commands = first + commands
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
      if let comment = text.comment { return [comment] }
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
      var features = ShellLine(translator.plain)
      if features.isUnclosed { throw Untranslatable("a quote is not closed") }
      features.formUnion(ShellLine(withLiterals(text, depth: 0).skeleton))
      try checkOwnValues(
        of: text, features, translator.expressions.read.names, runsOthers: turned.runsTasks || turned.runsMake)
      read.formUnion(translator.expressions.read)
      passed.formUnion(features.passed)
      if features.readsInput {
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

  private func isMessage(_ line: RecipeLine) -> Bool {
    let text = MakeText(RecipePrefix(line.text).rest)
    guard text.parts.count == 1, case .call(let function, let arguments) = text.parts[0] else { return false }
    return MessageCall(function, arguments) != nil
  }

  /// Lines that only say something: `$(info …)`, `$(error …)`, `$(if $(X),,$(error …))`.
  private mutating func message(_ text: MakeText) throws(Untranslatable) -> [String]? {
    guard text.parts.count == 1, case .call(let function, let arguments) = text.parts[0] else { return nil }
    var expressions = ShellExpressions(scope)
    let lines = try MessageCall(function, arguments)?.lines(&expressions)
    if lines != nil { read.formUnion(expressions.read) }
    return lines
  }

  /// In the shell a variable of make has the name that the line may give a value of its own: make pastes its text.
  private func checkOwnValues(
    of text: MakeText, _ features: ShellLine, _ names: Set<String>, runsOthers: Bool
  ) throws(Untranslatable) {
    if let name = names.sorted().first(where: { features.looped.contains(scope.variables[$0]?.names.variable ?? "") }) {
      throw Untranslatable("a loop gives `\(name)` other values, and `$(\(name))` stands beside it")
    }
    if let name = readAfterAssignment(text) {
      throw Untranslatable("it sets `\(name)` itself, and `$(\(name))` stands after that")
    }
    let own = features.assigned.subtracting(features.passed).intersection(scope.variables.namesInScripts)
    if runsOthers, let name = own.min() {
      // It stands in the environment here, and would reach what is run.
      throw Untranslatable("it sets `\(name)` itself, and runs other targets")
    }
  }

  /// A variable of make whose value the line has replaced in the shell before it reads it.
  private func readAfterAssignment(_ text: MakeText) -> String? {
    guard text.parts.count < 200 else { return nil }
    var before = ""
    for part in text.parts {
      if case .reference(let name) = part, let variable = scope.variables[name]?.names.variable,
        before.contains("\(variable)="),
        !["\(variable)=", "\(variable)=\"", "\(variable)='"].contains(where: before.hasSuffix),
        ShellLine(before).assigned.contains(variable)
      {
        return name
      }
      before += MakeText([part]).skeleton
    }
    return nil
  }

  /// The text with the values that stand for commands, such as `docker run -it image`.
  private func withLiterals(_ text: MakeText, depth: Int) -> MakeText {
    var result = MakeText()
    for part in text.parts {
      if case .reference(let name) = part, case .setting(let value)? = scope.variables[name]?.kind,
        value.parts.count < 20, depth < 4
      {
        result.append(withLiterals(value, depth: depth + 1))
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
    // Who knows what the file reads.
    if skeleton.commands.contains(where: { $0 == "." || $0 == "source" }) { readsUnset = true }
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
  /// Why the recipe cannot be one text; nil where it can.
  static func fault(of recipe: [RecipeLine]) -> String? {
    if recipe.count > 1, recipe.contains(where: { !$0.path.isEmpty }) {
      return "a conditional stands in the one text of its lines"
    }
    let texts = recipe.map { MakeText($0.text) }
    guard texts.contains(where: { $0.literal == nil }) else { return nil }
    let skeleton = texts.map(\.skeleton).joined(separator: "\n")
    guard let document = document(in: skeleton) else { return nil }
    // The shell expands nothing after `<<'END'`, and an apostrophe in a document is no quote.
    let start = document.drop { $0 == "-" || $0 == " " }
    let isQuoted = document.contains("'") || ["\"", "\\"].contains(start.first)
    return isQuoted ? "quotes stand in its here document" : nil
  }

  /// What stands after the `<<` of a here document.
  private static func document(in text: String) -> Substring.UnicodeScalarView? {
    var scanner = ShellScanner()
    let scalars = text.unicodeScalars
    for index in scalars.indices {
      let rest = scalars[index...]
      if scanner.quote == .none, rest.starts(with: "<<".unicodeScalars), !rest.starts(with: "<<<".unicodeScalars) {
        let word = rest.dropFirst(2).drop { $0 == "-" || $0.isBlank }
        // `$((1 << 2))` is none.
        if let first = word.first, !("0"..."9").contains(first) { return rest.dropFirst(2) }
      }
      scanner.read(scalars[index])
    }
    return nil
  }

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
    let message = ShellWord.literal("\(task): a line of the Makefile was not turned: \(short)")
    return lines + ["echo \(message) >&2", "exit 1"]
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

  /// The comment that the text is for the shell, and that nothing is run for.
  var comment: String? {
    guard case .text(let text)? = parts.first, text.hasPrefix("#") else { return nil }
    let isIdle = parts.allSatisfy { if case .call = $0 { false } else { true } }
    return isIdle && !skeleton.contains("\n") ? skeleton : nil
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
