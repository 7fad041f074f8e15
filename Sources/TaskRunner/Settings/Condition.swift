/// A condition of `when`: `${ci} == 'true' && !(${stage} == 'dev')`.
///
/// Texts are compared as they are. A text alone is `true`, `false`, or empty, which counts as `false`.
struct Condition: Sendable {
  indirect enum Term: Sendable {
    case text(Template, written: String)
    case equal(Template, Template)
    case not(Term)
    case all([Term])
    case any([Term])
  }

  /// Why a text is no condition; `written` is the part that is wrong.
  enum Malformation: Error {
    case template(Template.Malformation)
    case unexpected(written: String)
    case unfinished
    case unclosedQuote(written: String)
    case tooDeep
  }

  /// Parentheses in parentheses.
  fileprivate static let deepest = 50

  let term: Term
  let written: String

  /// Whether it is the same whatever the values are, and not said to be: `true` and `false` alone are.
  var isConstant: Bool {
    if case .text(_, let written) = term, ["true", "false"].contains(written.lowercased()) { return false }
    return !written.contains("${")
  }

  /// The names that it reads.
  var names: Set<String> { term.names }

  /// The names that it reads, and that may be missing without a word of that.
  var requiredNames: Set<String> { term.requiredNames }

  init(_ text: String) throws(Malformation) {
    var parser = ConditionParser(text)
    term = try parser.wholeCondition()
    written = text
  }
}

extension Condition.Term {
  fileprivate var names: Set<String> {
    switch self {
    case .text(let template, _): template.names
    case .equal(let left, let right): left.names.union(right.names)
    case .not(let term): term.names
    case .all(let terms), .any(let terms): terms.reduce(into: []) { $0.formUnion($1.names) }
    }
  }

  fileprivate var requiredNames: Set<String> {
    switch self {
    case .text(let template, _): template.requiredNames
    case .equal(let left, let right): left.requiredNames.union(right.requiredNames)
    case .not(let term): term.requiredNames
    case .all(let terms), .any(let terms): terms.reduce(into: []) { $0.formUnion($1.requiredNames) }
    }
  }
}

extension Template {
  /// The names of its own references without a fallback.
  fileprivate var requiredNames: Set<String> {
    segments.reduce(into: []) { names, segment in
      if case .reference(let name, _, let written) = segment, written == "${\(name)}", RuntimeReference(name) == nil {
        names.insert(name)
      }
    }
  }
}

/// Reads a condition; `||` binds weakest, then `&&`, then `!`.
private struct ConditionParser {
  private var rest: Substring
  private var depth = 0

  init(_ text: String) {
    rest = text[...]
  }

  mutating func wholeCondition() throws(Condition.Malformation) -> Condition.Term {
    let term = try alternatives()
    guard rest.isEmpty else { throw .unexpected(written: String(rest.prefix { !$0.isWhitespace })) }
    return term
  }

  private mutating func alternatives() throws(Condition.Malformation) -> Condition.Term {
    var terms = [try conjunction()]
    while take("||") { terms.append(try conjunction()) }
    return terms.count == 1 ? terms[0] : .any(terms)
  }

  private mutating func conjunction() throws(Condition.Malformation) -> Condition.Term {
    var terms = [try negation()]
    while take("&&") { terms.append(try negation()) }
    return terms.count == 1 ? terms[0] : .all(terms)
  }

  private mutating func negation() throws(Condition.Malformation) -> Condition.Term {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Condition.deepest else { throw .tooDeep }
    skipSpace()
    if !rest.hasPrefix("!="), take("!") { return .not(try negation()) }
    guard take("(") else { return try comparison() }
    let term = try alternatives()
    guard take(")") else { throw rest.isEmpty ? .unfinished : .unexpected(written: String(rest.prefix(1))) }
    return term
  }

  private mutating func comparison() throws(Condition.Malformation) -> Condition.Term {
    let (left, written) = try operand()
    if take("==") { return .equal(left, try operand().template) }
    if take("!=") { return .not(.equal(left, try operand().template)) }
    return .text(left, written: written)
  }

  /// `${name}`, a text in quotes, or a plain word.
  private mutating func operand() throws(Condition.Malformation) -> (template: Template, written: String) {
    skipSpace()
    let start = rest
    guard let first = rest.first else { throw .unfinished }
    if first == "'" || first == "\"" {
      let body = rest.dropFirst()
      guard let end = body.firstIndex(of: first) else { throw .unclosedQuote(written: String(start)) }
      rest = body[body.index(after: end)...]
      return (
        try template { () throws(Template.Malformation) in try Template(String(body[..<end])) },
        String(start[..<rest.startIndex])
      )
    }
    if rest.hasPrefix("${") {
      var remaining = rest
      let reference = try template { () throws(Template.Malformation) in try Template(referenceIn: &remaining) }
      rest = remaining
      return (reference, String(start[..<rest.startIndex]))
    }
    let word = rest.prefix { $0.isLetter || $0.isNumber || "._-/:+@%".contains($0) }
    guard !word.isEmpty else { throw .unexpected(written: String(rest.prefix { !$0.isWhitespace })) }
    rest = rest.dropFirst(word.count)
    return (Template(literal: String(word)), String(word))
  }

  private func template(
    _ make: () throws(Template.Malformation) -> Template
  ) throws(Condition.Malformation) -> Template {
    do throws(Template.Malformation) {
      return try make().withEmptyFallbacks
    } catch {
      throw .template(error)
    }
  }

  private mutating func take(_ token: String) -> Bool {
    skipSpace()
    guard rest.hasPrefix(token) else { return false }
    rest = rest.dropFirst(token.count)
    return true
  }

  private mutating func skipSpace() {
    rest = rest.drop(while: \.isWhitespace)
  }
}
