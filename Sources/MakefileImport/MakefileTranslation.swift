import Diagnostics

/// Chooses what of a Makefile becomes defaults, tasks and notes.
struct MakefileTranslation {
  let text: String
  private(set) var notes: [ImportNote]

  init(_ makefile: Makefile, source: SourceText, toolName: String) {
    let fileName = source.name.split(separator: "/").last.map(String.init) ?? source.name
    let uses = RecipeNames(makefile)
    let variables = VariableTable(makefile, used: uses.make, shellNames: uses.shell, bare: uses.bare)
    var table = TargetTable(makefile, variables, toolName: toolName)
    table.dropRings()
    var names = TaskNames()
    // A name that a task can have is nobody else's.
    for isValid in [true, false] {
      for name in table.names where TaskNames.isValid(name) == isValid { _ = names.choose(for: name) }
    }
    names.defaultTarget = table.defaultGoal
    let shell = RecipeShell(makefile)
    let scope = TranslationScope(
      variables: variables, tasks: names, toolName: toolName, makefileName: fileName, shell: shell,
      fresh: FreshValues(variables, makefile))
    let computed = ComputedVariables(makefile, scope)
    var builder = TaskBuilder(scope, makefile, computed, table)
    let dotenv = DotenvFiles(makefile, StaticText(variables: variables))
    let tasks = table.names.compactMap { table.targets[$0] }.map { builder.task(of: $0) }
    var general = makefile.notes + variables.notes + table.notes + shell.notes + computed.notes + builder.generalNotes
    general += dotenv.notes + VariableNotes.all(variables, makefile, words: uses.words)
    general += ImmediateReading(makefile, variables).notes
    general = general.sortedByPlace
    notes = (general + builder.notes).sortedByPlace
    let defaults = DefaultText(variables)
    text =
      TaskFileText(
        makefileName: printableLine(fileName), toolName: toolName,
        defaultTask: table.defaultGoal.flatMap { names[$0] }, unsetsEmpty: builder.unsetsEmpty,
        dotenv: dotenv.files,
        defaults: variables.names.compactMap { variables[$0] }.compactMap { variable in
          defaults.entry(of: variable, isExported: makefile.exportsAll || makefile.exported.contains(variable.name))
        },
        tasks: tasks, notes: general
      ).text
  }
}

/// The names that recipes read.
private struct RecipeNames {
  private(set) var make: [String] = []
  /// Variables of the shell itself: no variable of make is given such a name.
  private(set) var shell: Set<String> = []
  /// Those that are read outside of quotes.
  private(set) var bare: Set<String> = []
  /// Those of them that are no argument of a call.
  private(set) var words: Set<String> = []

  init(_ makefile: Makefile) {
    let texts =
      makefile.rules.flatMap(\.recipe).map { MakeText($0.text) } + makefile.calls.map(\.text)
      + makefile.targetAssignments.map(\.assignment.value) + makefile.rules.map(\.prerequisites)
      + makefile.rules.map(\.targets)
    for text in texts { text.forEachName { make.append($0) } }
    make += Self.stems(makefile)
    for rule in makefile.rules {
      for line in rule.recipe {
        let text = MakeText(line.text)
        let features = ShellLine(text.skeleton)
        readBare(text)
        shell.formUnion(features.assigned.union(features.read))
      }
    }
  }
}

extension RecipeNames {
  /// What `$($*)` reads: the variables that `guard-NAME` asks for.
  private static func stems(_ makefile: Makefile) -> [String] {
    let asked = makefile.rules.flatMap { $0.prerequisites.literal?.words ?? [] }
    return makefile.rules.filter { rule in
      rule.recipe.contains { String($0.text).contains("$($*)") || String($0.text).contains("${$*}") }
    }
    .compactMap { $0.targets.literal.flatMap(Percent.init) }
    .flatMap { pattern in asked.compactMap(pattern.stem) }
  }

  private mutating func readBare(_ line: MakeText) {
    var scanner = ShellScanner()
    for part in line.parts {
      switch part {
      case .text(let text): scanner.read(text)
      case .reference(let name):
        guard scanner.quote == .none else { continue }
        bare.insert(name)
        words.insert(name)
      case .substitution, .call:
        MakeText([part]).forEachName { bare.insert($0) }
        bare.formUnion(MakeText([part]).calledFunctions)
      case .unreadable: break
      }
    }
  }
}

extension [ImportNote] {
  /// In the order of the Makefile; those of one line stay as they are.
  fileprivate var sortedByPlace: [ImportNote] {
    enumerated().sorted { ($0.element.place.line, $0.offset) < ($1.element.place.line, $1.offset) }.map(\.element)
  }
}

extension DefaultText {
  /// A variable's entry in `defaults`; nil where it has none.
  fileprivate func entry(
    of variable: MakeVariable, isExported: Bool
  ) -> (name: String, text: String, remark: String?)? {
    guard let input = variable.names.input else { return nil }
    switch variable.kind {
    case .setting(let value): return (input, text(value) ?? "", nil)
    case .given: return (input, "", nil)
    case .computed: return (input, "", "the scripts make it where it is empty")
    case .canned:
      // A text of several lines for the shell, as `echo "$$USAGE"` wants it.
      guard isExported, variable.definitions.count == 1 else { return nil }
      return text(variable.definitions[0].value).map { (input, $0, nil) }
    case .ofProcess, .pasted, .circular: return nil
    }
  }
}
