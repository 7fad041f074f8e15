import TaskKit

/// What the runner says of mistakes in the fields that say how a task runs.
extension Diagnostic {
  static func badCondition(_ malformation: Condition.Malformation, at origin: Origin) -> Diagnostic {
    let help = "write it as `${ci} == 'true' && !(${stage} == 'dev')`"
    switch malformation {
    case .template(let malformation):
      return .badTemplate(malformation, at: origin)
    case .unexpected(let written):
      return Diagnostic(
        .error, "a condition cannot go on with `\(written)`", at: origin.narrowed(to: written),
        help: helpForConditions[String(written.prefix { !$0.isLetter })]
          ?? helpForConditions[written.lowercased()] ?? help)
    case .unfinished:
      return Diagnostic(.error, "the condition is not finished", at: origin, help: help)
    case .unclosedQuote(let written):
      return Diagnostic(.error, "the quote is not closed", at: origin.narrowed(to: written), help: help)
    case .tooDeep:
      return Diagnostic(.error, "the condition is nested too deep", at: origin, help: "split it over two tasks")
    }
  }

  /// What people write who come from other languages.
  private static let helpForConditions = [
    "=": "write `==`", "and": "write `&&`", "or": "write `||`", "not": "write `!`", "&": "write `&&`",
    "|": "write `||`", "<": "there are only `==` and `!=`", ">": "there are only `==` and `!=`",
    "<=": "there are only `==` and `!=`", ">=": "there are only `==` and `!=`", "=~": "there are only `==` and `!=`",
    "$": "write `${name}`", "{{": "write `${name}`", "is": "write `==`",
  ]

  static func constantCondition(_ written: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the condition `\(written)` reads no value, so that it is always the same", at: origin,
      help: "a value is `${name}`, as in `${ci} == 'true'`")
  }

  /// A name in a condition that is probably another one.
  static func unsetInCondition(_ name: String, nearest: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .warning, "nothing gives `${\(name)}` a value, so that it is empty in this condition",
      at: origin.narrowed(to: "${\(name)}"),
      help: "did you mean `${\(nearest)}`? Where it may be missing, write `${\(name):-}`")
  }

  static func keyOfMatrixSet(_ name: String, task: String, at origin: Origin, matrix: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(name)` is a key of the matrix of `\(task)`, which beats this value", at: origin, help: "remove it",
      notes: [Note("the matrix gives it its values", at: matrix)])
  }

  static func keyOfMatrixInCall(_ name: String, task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`${\(name)}` is a key of the matrix of `\(task)`, which is not known where the task is called",
      at: origin.narrowed(to: "${\(name)}"), help: "write this `when` at the task `\(task)`")
  }

  static func secretInMatrix(_ name: String, task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(name)` is secret, and the calls of the matrix of `\(task)` would be named by it", at: origin,
      help: "give the secret in another way, such as a name of the secret to look up")
  }

  static func unknownCellAsked(_ cell: String, task: String, cells: [String]) -> Diagnostic {
    guard !cells.isEmpty else {
      return Diagnostic(.error, "the task `\(task)` has no matrix", help: "run `\(task)`")
    }
    let shown = cells.prefix(6).map { "\(task)[\($0)]" }.joined(separator: ", ") + (cells.count > 6 ? ", …" : "")
    return Diagnostic(
      .error, "the matrix of `\(task)` has no `\(cell)`",
      help: Suggestion.help(for: cell, among: cells) ?? "there are \(shown)")
  }

  static func unmetInTime(_ task: String, _ timeout: LocatedDuration) -> Diagnostic {
    Diagnostic(
      .error, "the preconditions of `\(task)` did not end within \(timeout.text)", at: .source(timeout.location),
      help: "find out what they wait for")
  }

  /// The text is nil where it is secret.
  static func notTrueOrFalse(_ written: String, _ text: String?, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(written)` is `\(text ?? "***")`, neither true nor false", at: origin.narrowed(to: written),
      help: "compare it: `\(written) == '\(text ?? "…")'`")
  }

  static func fieldOfWork(_ key: String, task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(task)` only calls others, and `\(key)` is about a task's own work", at: origin,
      help: "write it at the tasks that it calls")
  }

  static func badAttempts(_ most: Int, isText: Bool, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`attempts` must be a number from 1 to \(most)", at: origin,
      help: isText ? "write it without quotes" : "3 means: twice more after a failure")
  }

  static func retryWithoutAttempts(at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`retry` does not say how many `attempts`", at: origin,
      help: "write `retry: { attempts: 3, backoff: 2s }`")
  }

  static func preconditionWithoutScript(at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "a precondition has no `script`", at: origin,
      help: "write `- { script: test -n \"$TOKEN\", message: log in first }`")
  }

  static func noScriptPlugin(at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "no plugin of this program runs scripts", at: origin, help: "remove the `preconditions`")
  }

  static func unmetPrecondition(_ task: String, _ message: String?, script: String, at origin: Origin) -> Diagnostic {
    let line = script.split(separator: "\n").first.map(String.init) ?? script
    return Diagnostic(
      .error, "`\(task)` does not run: \(message ?? "its precondition `\(line)` does not hold")", at: origin)
  }

  static func emptyAxis(_ axis: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "\(axis) has no values", at: origin, help: "write `[one, two]`")
  }

  static func tooManyCells(_ most: Int, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the matrix has more than \(most) combinations", at: origin, help: "give it fewer values")
  }

  static func badCellValue(_ value: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(value)` cannot be a value of a matrix: it names calls", at: origin,
      help: "leave out spaces, quotes and `[]{},=$`; a task can make another value of it under `with` or `env`")
  }

  static func repeatedCellValue(_ value: String, at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "the matrix has the value `\(value)` twice", at: origin, help: "remove one")
  }

  static func matrixKeyGiven(_ variable: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "\(variable) is a key of a matrix, and cannot be given", at: origin,
      help: "the matrix in the task file has its values")
  }

  static func cellNeeded(_ written: String, task: String, cells: [String], at origin: Origin) -> Diagnostic {
    let shown = cells.prefix(6).joined(separator: ", ") + (cells.count > 6 ? ", …" : "")
    return Diagnostic(
      .error, "the task `\(task)` runs once for each of its matrix: say whose output is meant", at: origin,
      help: "write it after the name, as in `\(task)[\(cells.first ?? "")]`; there are \(shown)")
  }

  static func unknownCell(_ cell: String, task: String, cells: [String], at origin: Origin) -> Diagnostic {
    guard !cells.isEmpty else {
      return Diagnostic(.error, "the task `\(task)` has no matrix", at: origin, help: "remove `[\(cell)]`")
    }
    let shown = cells.prefix(6).joined(separator: ", ") + (cells.count > 6 ? ", …" : "")
    return Diagnostic(
      .error, "the matrix of `\(task)` has no `\(cell)`", at: origin,
      help: Suggestion.help(for: cell, among: cells) ?? "there are \(shown)")
  }

  static func badPattern(_ pattern: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(pattern)` is no pattern of files", at: origin,
      help: pattern.contains("{")
        ? "there is no `{a,b}`: write two patterns"
        : pattern.hasPrefix("~")
          ? "there is no `~`: write the folder's path"
          : "`*`, `?` and `[a-z]` stand for a part of a name, `**` for folders, `!` before a pattern leaves files out")
  }
}

/// What the runner says of mistakes in what is included.
extension Diagnostic {
  static func includeWithoutFile(at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "an entry of include does not name a file", at: origin, help: "write `file: PATH`")
  }

  static func onlyExclusions(_ key: String, task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(key)` of the task `\(task)` only leaves files out", at: origin,
      help: "write before it what they are left out of, such as `**`")
  }

  static func folderWithoutTasks(_ folder: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the folder `\(folder)` has no tasks.yaml that could be included", at: origin,
      help: "name another file, or write `optional: true` where it may be missing")
  }

  static func unreadableInclude(_ file: String, _ problem: FileProblem, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the file `\(file)` cannot be included: \(problem)", at: origin,
      help: "check the path: it starts from this file's folder; where the file may be missing, write `optional: true`")
  }

  static func includeRing(_ ring: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "these files include each other in a ring: \(ring.joined(separator: " → "))", at: origin,
      help: "remove one of the includes")
  }

  static func includesTooDeep(_ deepest: Int, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "files that include files are nested more than \(deepest) deep here", at: origin,
      help: "include it from a file nearer to the root")
  }

  static func tooManyIncludes(_ most: Int, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "more than \(most) files are included", at: origin, help: "files that include files multiply")
  }

  static func taskNameTaken(_ name: String, at origin: Origin, by other: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(name)` is defined twice", at: origin,
      help: "rename one, include its file with a `namespace`, or write `override: true` where this one is to count",
      notes: [Note("the other is here", at: other)])
  }

  static func nothingToOverride(_ name: String, known: [String], at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "no included file has a task `\(name)` that this one could override", at: origin,
      help: Suggestion.help(for: name, among: known) ?? "remove `override`")
  }

  static func sourcesOfNothing(_ task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(task)` would be up to date for ever: it has neither sources nor anything that it generates",
      at: origin, help: "name its sources, or remove `sources`")
  }

  static func valueTaken(_ name: String, in place: String, at origin: Origin, by other: Origin) -> Diagnostic {
    Diagnostic(
      .error, "two included files give `\(name)` a value in \(place)", at: origin,
      help: "give it in the file that includes both, or include one with a `namespace`",
      notes: [Note("the other is here", at: other)])
  }
}
