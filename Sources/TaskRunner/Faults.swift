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

  static func outputsOutOfReach(_ written: String, _ group: CallGroup, at origin: Origin) -> Diagnostic {
    let place =
      switch group {
      case .needs: "in the values, `env` and steps of the task that has these needs"
      case .steps: "in the `with` of later steps and of `finally`, in the task that has these steps"
      }
    return Diagnostic(.error, "`\(written)` is known only \(place)", at: origin, help: "move it there")
  }

  static func laterStep(_ id: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the step `\(id)` does not come before this one", at: origin, help: "change their order")
  }

  static func ambiguousCall(_ id: String, count: Int, _ group: CallGroup, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(id)` is called \(count) times in these \(group.rawValue)", at: origin,
      help: "give each call an `id`, and read that")
  }

  static func unknownCall(_ id: String, _ group: CallGroup, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task has no \(group == .needs ? "need" : "step") `\(id)`", at: origin,
      help: Suggestion.help(for: id, among: known)
        ?? (known.isEmpty ? "write it under `\(group.rawValue)`" : "it has \(known.joined(separator: ", "))"))
  }

  static func unknownOutput(_ key: String, of task: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(task)` has no output `\(key)`", at: origin,
      help: Suggestion.help(for: key, among: known)
        ?? (known.isEmpty ? "it gives none" : "its outputs are \(known.joined(separator: ", "))"))
  }

  static func missingOutput(_ written: String, at origin: Origin) -> Diagnostic {
    let inner = written.dropFirst(2).dropLast()
    return Diagnostic(
      .error, "nothing has given `\(written)` a value in this run", at: origin,
      help: "where it may be missing, write `${\(inner):-text}`")
  }

  static func idTaken(_ id: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the id `\(id)` is already another call's", at: origin, help: "choose another id")
  }

  static func uselessId(at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "nothing can read the outputs of a step of `finally`", at: origin, help: "remove the `id`")
  }

  static func badId(_ id: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "`\(id)` cannot be an id", at: origin, help: "use letters, digits, `-` and `_`")
  }

  static func badDuration(_ place: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "\(place) must be a time above zero with its unit", at: origin,
      help: "write `90s`; units are ms, s, m and h")
  }

  static func interactiveWithoutScript(_ task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "only a task that runs a script can be interactive, and `\(task)` does not", at: origin,
      help: "write it at the task with the script")
  }

  static func runtimeNameOutsideFinally(_ written: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(written)` is known only in the `with` of a `finally` step", at: origin, help: "move it there")
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

  static func timedOut(_ task: String, _ timeout: LocatedDuration) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(task)` did not end within \(timeout.text)", at: .source(timeout.location),
      help: "raise its `timeout`, or find out what it waits for")
  }

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

  // MARK: The journal

  static func unwritableRun(_ path: String, _ problem: FileProblem) -> Diagnostic {
    Diagnostic(
      .error, "the run cannot be kept in \(path): \(problem)", help: "check who may write to the folder of tasks.yaml")
  }

  static func unreadableJournal(_ run: String, _ problem: FileProblem) -> Diagnostic {
    Diagnostic(.error, "the journal of the run \(run) cannot be read: \(problem)", help: "`history` lists the runs")
  }

  static func damagedHeader(_ run: String) -> Diagnostic {
    Diagnostic(
      .error, "the journal of the run \(run) is damaged in its first line", help: "run its tasks anew")
  }

  static var noRuns: Diagnostic {
    Diagnostic(.error, "there are no runs here yet", help: "runs are kept beside tasks.yaml, in .ugc/runs")
  }

  static func unknownRun(_ name: String) -> Diagnostic {
    Diagnostic(
      .error, "there is no run `\(name)`", help: "`history` lists the runs; the newest \(RunHistory.mostRuns) are kept")
  }

  static func ambiguousRun(_ name: String, _ runs: [String]) -> Diagnostic {
    let shown = runs.prefix(3).joined(separator: ", ") + (runs.count > 3 ? " …" : "")
    return Diagnostic(
      .error, "`\(name)` could be any of \(runs.count) runs: \(shown)", help: "write more of its name")
  }

  static func liveRun(_ run: String) -> Diagnostic {
    Diagnostic(.error, "the run \(run) is under way", help: "wait for its end, or end it")
  }

  static func nothingToResume(_ run: String) -> Diagnostic {
    Diagnostic(.error, "the run \(run) succeeded: there is nothing to resume", help: "`history` lists the others")
  }

  static func secretArguments(_ run: String) -> Diagnostic {
    Diagnostic(
      .error, "the run \(run) had a secret after `--`, which is not kept", help: "run its tasks anew")
  }

  static func notASecretOfTheRun(_ variable: String) -> Diagnostic {
    Diagnostic(
      .error, "a resumed run has the values that it began with: \(variable) cannot be given",
      help: "leave it out, or run the tasks anew")
  }

  static func missingSecret(_ variable: String, run: String, isAssignment: Bool) -> Diagnostic {
    Diagnostic(
      .error, "the run \(run) had the secret \(variable), which is not kept",
      help: isAssignment ? "add \(variable)=…" : "set \(variable) in the environment, as then")
  }

  static func changedSecret(_ variable: String, run: String) -> Diagnostic {
    Diagnostic(
      .error, "the secret \(variable) is not the one that the run \(run) began with",
      help: "give the same one, or run the tasks anew")
  }

  static func changedTasks(_ calls: [String], run: String) -> Diagnostic {
    let shown = calls.prefix(5).map { "`\($0)`" }.joined(separator: ", ") + (calls.count > 5 ? " …" : "")
    return Diagnostic(
      .error, "what still has to run has changed since the run \(run) began: \(shown)",
      help: "add --accept-changes to go on with what tasks.yaml says now, or run the tasks anew")
  }

  /// What a damaged line said is not known.
  public static func damagedJournal(_ run: String, lines: [Int]) -> Diagnostic {
    let numbers = lines.prefix(5).map(String.init).joined(separator: ", ")
    return Diagnostic(
      .warning, "the journal of the run \(run) is damaged in line \(numbers)",
      help: "what it said is not trusted: a task whose end it told counts as not ended")
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
