import TaskKit

/// What the runner says of mistakes in conditions.
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

  /// The text is nil where it is secret.
  static func notTrueOrFalse(_ written: String, _ text: String?, at origin: Origin) -> Diagnostic {
    Diagnostic(
      .error, "`\(written)` is `\(text ?? "***")`, neither true nor false", at: origin.narrowed(to: written),
      help: "compare it: `\(written) == '\(text ?? "…")'`")
  }
}
