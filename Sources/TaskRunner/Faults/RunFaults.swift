import TaskKit

/// What the runner says of runs that are refused or go wrong.
extension Diagnostic {
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

  static func confirmationRefused(_ confirmation: Confirmation) -> Diagnostic {
    Diagnostic(
      .error, "the task `\(confirmation.task)` asks \"\(confirmation.question)\", and nobody can answer",
      help: "answer with --yes, or run it on a terminal")
  }

  static func confirmationDeclined(_ confirmation: Confirmation) -> Diagnostic {
    Diagnostic(.error, "the task `\(confirmation.task)` was declined; nothing was run")
  }
}
