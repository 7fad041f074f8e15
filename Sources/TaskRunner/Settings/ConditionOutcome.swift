import TaskKit

/// What became of a condition where its names have values.
struct ConditionOutcome: Sendable {
  /// Nil where it becomes known only while the run goes on.
  var holds: Bool?
  var read = ReadNames()
  /// Why it does not hold: `` `${ci} == 'true'` does not hold: ${ci} is empty ``.
  var reason = ""
  /// Names that are probably others.
  var warnings: [Diagnostic] = []
}

extension Expander {
  /// Decides a condition; what is not needed to decide it is not read.
  ///
  /// - Throws: A `DiagnosticError` where a value cannot be expanded, or is neither true nor false.
  mutating func outcome(of located: LocatedCondition) throws(DiagnosticError) -> ConditionOutcome {
    var evaluation = Evaluation(origin: .source(located.location))
    let holds = try evaluate(located.condition.term, &evaluation)
    let values = evaluation.values.isEmpty ? "" : ": " + evaluation.values.joined(separator: ", ")
    var outcome = ConditionOutcome(
      holds: holds, read: evaluation.read, reason: "`\(located.condition.written)` does not hold\(values)")
    // What was not needed to decide it is read all the same when values change.
    outcome.read.names.formUnion(located.condition.names)
    for name in located.condition.requiredNames.sorted() {
      guard try resolve(name) == nil, let nearest = Suggestion.nearest(to: name, among: knownNames) else { continue }
      outcome.warnings.append(.unsetInCondition(name, nearest: nearest, at: evaluation.origin))
    }
    return outcome
  }

  private struct Evaluation {
    let origin: Origin
    var read = ReadNames()
    var values: [String] = []
  }

  private mutating func evaluate(
    _ term: Condition.Term, _ evaluation: inout Evaluation
  ) throws(DiagnosticError) -> Bool? {
    switch term {
    case .text(let template, let written):
      guard let (text, isSecret) = try text(of: template, &evaluation) else { return nil }
      switch text.lowercased() {
      case "true": return true
      case "false", "": return false
      default: throw DiagnosticError(.notTrueOrFalse(written, isSecret ? nil : text, at: evaluation.origin))
      }
    case .equal(let left, let right):
      let (left, right) = (try text(of: left, &evaluation), try text(of: right, &evaluation))
      guard let left, let right else { return nil }
      return left.text == right.text
    case .not(let term):
      return try evaluate(term, &evaluation).map { !$0 }
    case .all(let terms):
      return try decide(terms, by: false, &evaluation)
    case .any(let terms):
      return try decide(terms, by: true, &evaluation)
    }
  }

  /// One term that is `decisive` decides; without one, an unknown term leaves all unknown.
  private mutating func decide(
    _ terms: [Condition.Term], by decisive: Bool, _ evaluation: inout Evaluation
  ) throws(DiagnosticError) -> Bool? {
    var isUnknown = false
    for term in terms {
      switch try evaluate(term, &evaluation) {
      case decisive?: return decisive
      case nil: isUnknown = true
      default: break
      }
    }
    return isUnknown ? nil : !decisive
  }

  private mutating func text(
    of template: Template, _ evaluation: inout Evaluation
  ) throws(DiagnosticError) -> (text: String, isSecret: Bool)? {
    let expansion = try expand(template, at: evaluation.origin)
    evaluation.read.formUnion(expansion.read)
    if expansion.isSecret { evaluation.read.secrets.insert(expansion.text) }
    guard !expansion.isDeferred else { return nil }
    if let written = template.written {
      let shown = expansion.text.isEmpty ? "empty" : expansion.isSecret ? "`***`" : "`\(expansion.text)`"
      evaluation.values.append("\(written) is \(shown)")
    }
    return (expansion.text, expansion.isSecret)
  }
}

extension Template {
  /// The template as written, where it is one `${name}`.
  fileprivate var written: String? {
    guard segments.count == 1, case .reference(_, _, let written) = segments[0] else { return nil }
    return written
  }
}
