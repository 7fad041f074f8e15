import Documents
import TaskKit

/// Every sentence that the runner says of a mistake, in one place: first of the file, then of values, then of runs.
extension Diagnostic {
  // MARK: The file

  static func notATaskFile(found: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "a task file is a mapping with `version` and `tasks`, not \(found)", at: origin,
      help: "begin with `version: 1` and `tasks:`")
  }

  static func missingVersion(at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task file does not say its version", at: origin, help: "write `version: 1` on the first line")
  }

  static func unknownVersion(found: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "this program reads version 1 of the task file, not \(found)", at: origin, help: "write `version: 1`")
  }

  static func missingTasks(at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the task file has no `tasks`", at: origin, help: "write `tasks:` with a task under it")
  }

  static func unknownKey(_ key: String, in place: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "\(place) has no key `\(key)`", at: origin,
      help: foreignKeys[key].flatMap { known.contains($0.key) ? $0.help : nil }
        ?? Suggestion.help(for: key, among: known) ?? "the keys are \(known.joined(separator: ", "))")
  }

  /// Keys of other task runners, with ours.
  private static let foreignKeys: [String: (key: String, help: String)] = [
    "deps": ("needs", "did you mean `needs`?"), "dep": ("needs", "did you mean `needs`?"),
    "depends": ("needs", "did you mean `needs`?"), "depends_on": ("needs", "did you mean `needs`?"),
    "desc": ("description", "did you mean `description`?"), "summary": ("description", "did you mean `description`?"),
    "vars": ("with", "did you mean `with`?"), "args": ("with", "did you mean `with`?"),
    "cmd": ("uses", scriptHelp), "cmds": ("uses", scriptHelp), "command": ("uses", scriptHelp),
    "run": ("uses", scriptHelp), "script": ("uses", scriptHelp), "sh": ("uses", scriptHelp),
    "prompt": ("confirm", "did you mean `confirm`?"), "internal": ("private", "did you mean `private`?"),
    "defer": ("finally", "did you mean `finally`?"), "cwd": ("dir", "did you mean `dir`?"),
  ]

  private static let scriptHelp = "a script is `uses: exec` and `with: { script: … }`"

  static func wrongKind(_ place: String, wanted: String, found node: Node, at origin: Origin) -> Diagnostic {
    var help: String?
    if case .mapping(let entries) = node.content, let first = entries.first, wanted == "text" {
      help = "YAML reads `\(first.key):` as a key; put the whole text in quotes, or write it as a block after `|`"
    } else if wanted == "a list", let text = node.scalarText {
      help = "write `[\(text)]`"
    }
    return Diagnostic(.error, "\(place) must be \(wanted), not \(node.kindName)", at: origin, help: help)
  }

  static func badTaskName(_ name: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(name)` cannot be a task's name", at: origin, help: "use letters, digits, `-`, `_`, `.` and `:`")
  }

  static func aliasTaken(_ alias: String, by task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the alias `\(alias)` is already the task `\(task)`", at: origin, help: "choose another alias")
  }

  static func usesAndSteps(task: String, uses: Origin, steps: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(task)` has both `uses` and `steps`", at: uses,
      help: "make the plugin's work a task of its own, and call it in `steps`",
      notes: [Note("the steps begin here", at: steps)])
  }

  static func callWithoutTask(_ place: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "an entry of \(place) does not say which task it calls", at: origin, help: "write `task: NAME`")
  }

  static func badVariable(_ name: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(name)` cannot be an environment variable", at: origin, help: "use letters, digits and `_`")
  }

  static func reservedVariable(_ name: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the variable \(name) is set by the runner", at: origin, help: "choose a name without `UGC_`")
  }

  static func badInputName(_ name: String, in place: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "\(place) cannot have a value named `\(name)`", at: origin,
      help: InputName.name(for: name).map { "write `\($0)`; its variable is \(name)" }
        ?? "names are camelCase, without two capitals in a row: `seedCount`")
  }

  static func reservedName(_ name: String, variable: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "a value named `\(name)` would change the variable \(variable) of every script", at: origin,
      help: "choose another name, or set \(variable) under the task's `env`")
  }

  static func unknownInput(_ name: String, of plugin: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the plugin `\(plugin)` has no input `\(name)`", at: origin,
      help: Suggestion.help(for: name, among: known) ?? "its inputs are \(known.joined(separator: ", "))")
  }

  static func unknownPlugin(_ name: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "there is no plugin `\(name)`", at: origin,
      help: Suggestion.help(for: name, among: known) ?? "the plugins are \(known.joined(separator: ", "))")
  }

  static func taskDoesNothing(_ name: String, plugins: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(name)` does nothing: it has no `uses`, `steps` or `needs`, and no plugin has its name",
      at: origin, help: Suggestion.help(for: name, among: plugins) ?? "write `uses: exec` with a script, or `steps`")
  }

  static func unknownTask(_ name: String, known: [String], at origin: Origin) -> Diagnostic {
    unknownTask("there is no task `\(name)`", name, known, at: origin)
  }

  static func unknownTask(_ name: String, known: [String], in file: String) -> Diagnostic {
    unknownTask("\(file) has no task `\(name)`", name, known, at: nil)
  }

  private static func unknownTask(
    _ message: String, _ name: String, _ known: [String], at origin: Origin?
  ) -> Diagnostic {
    Diagnostic(
      .error, message, at: origin,
      help: Suggestion.help(for: name, among: known)
        ?? (known.count > 20 ? "`list` shows the tasks" : "the tasks are \(known.joined(separator: ", "))"))
  }

  /// A plugin is no task until the file says so.
  static func undeclaredTask(_ plugin: String, at origin: Origin?) -> Diagnostic {
    Diagnostic(
      .error, "there is no task `\(plugin)`, only a plugin of this name", at: origin,
      help: "write `\(plugin): {}` under `tasks`")
  }

  static func privateTask(_ name: String) -> Diagnostic {
    Diagnostic(.error, "the task `\(name)` is private", help: "only other tasks can call it")
  }

  static func taskRing(_ ring: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "these tasks call each other in a ring: \(ring.joined(separator: " → "))", at: origin,
      help: "remove one of the calls")
  }

  static func pluginTaken(_ name: String) -> Diagnostic {
    Diagnostic(.error, "two plugins are named `\(name)`", help: "this is a mistake in the program, not in tasks.yaml")
  }

  static func pluginMistake(_ plugin: String, _ mistake: String) -> Diagnostic {
    Diagnostic(
      .error, "the plugin `\(plugin)` is declared wrongly: \(mistake)",
      help: "this is a mistake in the program, not in tasks.yaml")
  }

  // MARK: Values

  static func badValue(
    _ name: String, of task: String, _ content: InputContent, _ problem: InputProblem, at origin: Origin, isSecret: Bool
  ) -> Diagnostic {
    let wanted =
      switch problem {
      case .wrongType(let expectation): expectation
      case .outOfBounds(let bounds): bounds
      }
    let found: String
    switch content {
    case .text(""): found = "empty"
    case .text(let text): found = isSecret ? "***" : "`\(text)`"
    case .list: found = "a list"
    }
    let help = content == .text("") ? origin.helpForEmptyValue : nil
    return Diagnostic(
      .error, "`\(name)` of the task `\(task)` must be \(wanted), not \(found)", at: origin, help: help,
      isConcealed: isSecret)
  }

  static func missingInput(_ input: InputDeclaration, of task: TaskDefinition) -> Diagnostic {
    let place = input.isFileOnly ? "" : ", or give \(input.variable)=…"
    return Diagnostic(
      .error, "the task `\(task.name)` needs a value for `\(input.name)`", at: .source(task.location),
      help: "write `\(input.name)` under its `with`\(place)")
  }

  static func pluginProblem(_ problem: Problems.Problem, task: String) -> Diagnostic {
    Diagnostic(
      .error, "`\(problem.input)` of the task `\(task)` \(problem.message)", at: problem.origin, help: problem.help,
      isConcealed: problem.isSecret)
  }

  static func noValue(for name: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "nothing gives `${\(name)}` a value", at: origin,
      help: Suggestion.help(for: name, among: known)
        ?? "give it under `defaults`, set \(InputName.variable(for: name)), or write `${\(name):-text}`")
  }

  static func badTemplate(_ malformation: Template.Malformation, at origin: Origin) -> Diagnostic {
    switch malformation {
    case .unclosed(let written):
      return Diagnostic(
        .error, "`\(written)` is not closed", at: origin.narrowed(to: written),
        help: "write `}` after the name, or `$${` for a literal `${`")
    case .badName(let name, let written):
      let suggestion = InputName.name(for: name).map { "write `${\($0)}`" }
      return Diagnostic(
        .error, "`\(name)` is not a name that `${}` can read", at: origin.narrowed(to: written),
        help: suggestion ?? "names are camelCase: `${seedCount}`; `$${` is a literal `${`")
    case .tooDeep:
      return Diagnostic(
        .error, "defaults in defaults are nested too deep here", at: origin, help: "use a name of its own")
    }
  }

  static func runtimeNameOutsideFinally(_ name: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`${\(name)}` is known only in the `with` of a `finally` step", at: origin, help: "move it there")
  }

  static func valueRing(_ ring: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "these values are made of each other: \(ring.joined(separator: " → "))", at: origin,
      help: "give one of them a value without `${}`")
  }

  static func valueTooDeep(_ deepest: Int, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "more than \(deepest) values are made of each other here", at: origin, help: "make it of fewer values")
  }

  static func valueTooLong(at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "`${}` makes this text longer than 1 MiB", at: origin, help: "read large texts from a file")
  }

  /// The value is not quoted: the name of a secret may be misspelt.
  static func unknownAssignment(_ variable: String, known: [String]) -> Diagnostic {
    Diagnostic(
      .error, "no task of this run has a value named \(variable)",
      at: .word("\(variable)=…", scalars: variable.unicodeScalars.count),
      help: Suggestion.help(for: variable, among: known)
        ?? (known.isEmpty ? "its tasks take no values" : "they have \(known.joined(separator: ", "))"))
  }

  static func nullInVariable(_ variable: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the value of \(variable) cannot hold a null character", at: origin, help: "write the value to a file")
  }

  static func emptyQuestion(at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the question of `confirm` is empty", at: origin, help: "give the values that it is made of, or remove it"
    )
  }

  static func lateQuestion(at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the question of `confirm` is made of values that are known only in the run", at: origin,
      help: "ask with values that are known before anything runs")
  }

  static func unknownProtected(_ name: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "no task has a value named `\(name)`", at: origin,
      help: Suggestion.help(for: name, among: known) ?? "protect a value that tasks have")
  }

  static func unknownProfile(_ name: String, known: [String], in file: String) -> Diagnostic {
    Diagnostic(
      .error, "\(file) has no profile `\(name)`",
      help: Suggestion.help(for: name, among: known)
        ?? (known.isEmpty ? "write it under `profiles`" : "the profiles are \(known.joined(separator: ", "))"))
  }

  static func unreadableDotenv(_ name: String, _ problem: FileProblem, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the file \(name) cannot be read: \(problem)", at: origin, help: "make it, or remove it from `dotenv`")
  }

  // A line of a `.env` file is not quoted: it is where secrets are.

  static func dotenvLine(at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "this line is not `NAME=value`", at: origin, help: "begin a comment with #", isConcealed: true)
  }

  static func dotenvQuote(at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the quoted value is not closed", at: origin, help: "write the closing quote", isConcealed: true)
  }

  static func dotenvTrail(at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "there is more text after the quoted value", at: origin, help: "begin a comment with #",
      isConcealed: true)
  }

  static func shortSecret(_ name: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .warning,
      "the secret `\(name)` has a line shorter than \(SecretMasker.shortestSecret) characters, which is not masked",
      at: origin, help: "use a longer secret", isConcealed: true)
  }

  // MARK: Runs

  static func tooManyCalls(_ most: Int) -> Diagnostic {
    Diagnostic(
      .error, "these tasks make more than \(most) calls", help: "steps that call steps multiply: call fewer of them")
  }

  static func protectedValue(
    _ name: String, _ value: String, task: String, at origin: Origin, rule: Origin
  ) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(task)` changes things, and \(name) is `\(value)`, which is protected", at: origin,
      help: "if you mean it, add --allow-protected", notes: [Note("it is protected here", at: rule)])
  }

  static func confirmationRefused(_ confirmation: Confirmation) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(confirmation.task)` asks \"\(confirmation.question)\", and nobody can answer",
      help: "answer with --yes, or run it on a terminal")
  }

  static func confirmationDeclined(_ confirmation: Confirmation) -> Diagnostic {
    Diagnostic(.error, "the task `\(confirmation.task)` was declined; nothing was run")
  }
}

extension Origin {
  fileprivate var helpForEmptyValue: String? {
    switch self {
    case .commandLine(let variable, _): "leave \(variable)= out to use what tasks.yaml says"
    case .environment(let variable, _): "unset \(variable) to use what tasks.yaml says"
    case .source, .word, .plugin: nil
    }
  }
}
