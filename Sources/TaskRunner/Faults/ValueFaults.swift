import TaskKit

/// What the runner says of mistakes in values.
extension Diagnostic {
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
  public static func unknownAssignment(_ variable: String, known: [String]) -> Diagnostic {
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

  static func unreadableDotenv(
    _ name: String, _ problem: FileProblem, isOptional: Bool, at origin: Origin
  ) -> Diagnostic {
    Diagnostic(
      .error, "the file \(name) cannot be read: \(problem)", at: origin,
      help: isOptional ? "let it be read, or remove it" : "make it, or write `{ file: \(name), optional: true }`")
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
