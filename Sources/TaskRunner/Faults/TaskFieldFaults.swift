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
        .error, "a condition cannot go on with `\(written)`", at: origin.narrowed(to: written), help: help)
    case .unfinished:
      return Diagnostic(.error, "the condition is not finished", at: origin, help: help)
    case .unclosedQuote(let written):
      return Diagnostic(.error, "the quote is not closed", at: origin.narrowed(to: written), help: help)
    case .tooDeep:
      return Diagnostic(.error, "the condition is nested too deep", at: origin, help: "split it over two tasks")
    }
  }

  static func notTrueOrFalse(_ written: String, _ text: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(written)` is `\(text)`, neither true nor false", at: origin.narrowed(to: written),
      help: "compare it: `\(written) == '\(text)'`")
  }

  static func fieldOfWork(_ key: String, task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(task)` only calls others, and `\(key)` is about a task's own work", at: origin,
      help: "write it at the tasks that it calls")
  }

  static func badAttempts(_ most: Int, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`attempts` must be a number from 1 to \(most)", at: origin, help: "3 means: twice more after a failure")
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
      help: "`*` and `?` stand for a part of a name, `**` for folders, `!` before a pattern leaves files out")
  }
}

/// What the runner says of mistakes in what is included.
extension Diagnostic {
  static func includeWithoutFile(at origin: Origin) -> Diagnostic {
    Diagnostic(.error, "an entry of include does not name a file", at: origin, help: "write `file: PATH`")
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

  static func valueTaken(_ name: String, at origin: Origin, by other: Origin) -> Diagnostic {
    Diagnostic(
      .error, "two included files give `\(name)` a default", at: origin,
      help: "give it in the file that includes both, or include one with a `namespace`",
      notes: [Note("the other is here", at: other)])
  }
}
