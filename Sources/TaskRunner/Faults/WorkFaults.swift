import TaskKit

/// What the runner says of mistakes in what decides whether and how a task's work is done.
extension Diagnostic {
  static func unmetInTime(_ task: String, _ timeout: LocatedDuration) -> Diagnostic {
    Diagnostic(
      .error, "the preconditions of `\(task)` did not end within \(timeout.text)", at: .source(timeout.location),
      help: "find out what they wait for")
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

  static func badPattern(_ pattern: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(pattern)` is no pattern of files", at: origin,
      help: pattern.contains("{")
        ? "there is no `{a,b}`: write two patterns"
        : pattern.hasPrefix("~")
          ? "there is no `~`: write the folder's path"
          : "`*`, `?` and `[a-z]` stand for a part of a name, `**` for folders, `!` before a pattern leaves files out")
  }

  static func onlyExclusions(_ key: String, task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(key)` of the task `\(task)` only leaves files out", at: origin,
      help: "write before it what they are left out of, such as `**`")
  }

  static func sourcesOfNothing(_ task: String, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(task)` would be up to date for ever: it has neither sources nor anything that it generates",
      at: origin, help: "name its sources, or remove `sources`")
  }
}
