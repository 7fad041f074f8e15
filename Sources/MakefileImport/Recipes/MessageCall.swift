/// `$(info …)`, `$(warning …)`, `$(error …)`, and the last within an `$(if …)`.
struct MessageCall {
  private enum Kind {
    case info, warning, error
  }

  private let kind: Kind
  private let text: MakeText
  /// What must be empty, or must not, for it to be said.
  private let condition: (test: MakeText, isEmpty: Bool)?

  init?(_ function: String, _ arguments: [MakeText]) {
    if function == "if", let (call, isEmpty) = Self.branch(arguments), let test = arguments.first,
      case .call(let function, let inner)? = call.parts.first, call.parts.count == 1,
      let kind = Self.kinds[function]
    {
      self.kind = kind
      text = inner.first ?? MakeText()
      condition = (test.trimmed, isEmpty)
      return
    }
    guard let kind = Self.kinds[function] else { return nil }
    self.kind = kind
    text = arguments.first ?? MakeText()
    condition = nil
  }

  /// Whether it ends all.
  var isError: Bool { kind == .error }

  private static let kinds: [String: Kind] = ["info": .info, "warning": .warning, "error": .error]

  private static func branch(_ arguments: [MakeText]) -> (MakeText, isEmpty: Bool)? {
    let then = arguments.count > 1 ? arguments[1].trimmed : MakeText()
    let otherwise = arguments.count > 2 ? arguments[2].trimmed : MakeText()
    if then.isEmpty, !otherwise.isEmpty { return (otherwise, true) }
    if otherwise.isEmpty, !then.isEmpty { return (then, false) }
    return nil
  }

  func lines(_ expressions: inout ShellExpressions) throws(Untranslatable) -> [String] {
    let said = "printf '%s\\n' \"\(try expressions.quoted(text))\""
    let lines =
      switch kind {
      case .info: [said]
      case .warning: [said + " >&2"]
      case .error: [said + " >&2", "exit 1"]
      }
    guard let condition else { return lines }
    let test = try "[ -\(condition.isEmpty ? "n" : "z") \"\(expressions.emptiness(condition.test))\" ]"
    return ["\(test) || { \(lines.joined(separator: "; ")); }"]
  }
}
