import TaskKit

/// Expands `${name}` in one scope; a name is expanded once, however often it is read.
struct Expander {
  /// Values made of values made of values: deeper than this is a mistake.
  private static let deepest = 100
  private static let longestText = 1 << 20

  private let scope: Scope
  private var known: [String: Resolution?] = [:]
  private var visiting: [String] = []

  init(scope: Scope) {
    self.scope = scope
  }

  /// The names that can be read, for suggestions.
  var knownNames: [String] { scope.knownNames }

  /// What the layers give for a name, or nil where none has it.
  mutating func resolve(_ name: String) throws(DiagnosticError) -> Resolution? {
    if let resolution = known[name] { return resolution }
    let resolution = try makeResolution(name)
    known[name] = .some(resolution)
    return resolution
  }

  mutating func expand(_ content: InputContent, at origin: Origin) throws(DiagnosticError) -> (InputContent, Expansion)
  {
    switch content {
    case .text(let text):
      let expansion = try expand(text, at: origin)
      return (.text(expansion.text), expansion)
    case .list(let items):
      var whole = Expansion()
      var expandedItems: [String] = []
      for item in items {
        let expansion = try expand(item, at: origin)
        expandedItems.append(expansion.text)
        whole.append(expansion)
      }
      return (.list(expandedItems), whole)
    }
  }

  mutating func expand(_ text: String, at origin: Origin) throws(DiagnosticError) -> Expansion {
    guard Template.isNeeded(for: text) else { return Expansion(text: text) }
    let template: Template
    do throws(Template.Malformation) {
      template = try Template(text)
    } catch {
      throw DiagnosticError(.badTemplate(error, at: origin))
    }
    return try expand(template, at: origin)
  }

  private mutating func makeResolution(_ name: String) throws(DiagnosticError) -> Resolution? {
    let candidates = scope.candidates(for: name)
    guard let winner = candidates.first else { return nil }
    var (content, details) = (winner.content, Expansion())
    if winner.isTemplate, scope.declarations[name]?.isVerbatim != true {
      guard !visiting.contains(name) else {
        throw DiagnosticError(.valueRing(Array(visiting.drop { $0 != name }) + [name], at: winner.origin))
      }
      guard visiting.count < Self.deepest else { throw DiagnosticError(.valueTooDeep(Self.deepest, at: winner.origin)) }
      visiting.append(name)
      defer { visiting.removeLast() }
      (content, details) = try expand(winner.content, at: winner.origin)
    }
    // What a loser would have read is still a name that the task has.
    for loser in candidates.dropFirst() where loser.isTemplate {
      details.read.names.formUnion(loser.content.templateNames)
    }
    let isSecret = scope.isSecret(name) || winner.isSecret || details.isSecret
    if isSecret { details.read.secrets.formUnion(content.texts) }
    if scope.isSecret(name) { details.read.secrets.formUnion(candidates.flatMap(\.content.texts)) }
    return Resolution(
      name: name, content: content, winner: winner, isSecret: isSecret, overridden: Array(candidates.dropFirst()),
      isDeferred: winner.isDeferred || details.isDeferred, read: details.read)
  }

  mutating func expand(_ template: Template, at origin: Origin) throws(DiagnosticError) -> Expansion {
    var whole = Expansion()
    for segment in template.segments {
      switch segment {
      case .literal(let text):
        whole.text += text
      case .reference(let name, let fallback, let written):
        if let reference = RuntimeReference(name) {
          whole.append(try expand(reference, fallback, at: origin.narrowed(to: written), written: written))
        } else {
          whole.read.names.insert(name)
          whole.append(try expand(name, fallback, at: origin, written: written))
        }
      }
      guard whole.text.utf8.count <= Self.longestText else { throw DiagnosticError(.valueTooLong(at: origin)) }
    }
    return whole
  }

  private mutating func expand(
    _ reference: RuntimeReference, _ fallback: Template?, at origin: Origin, written: String
  ) throws(DiagnosticError) -> Expansion {
    // The fallback is looked at before it is known to be needed, so that its faults are found in time.
    var otherwise: Expansion?
    if let fallback { otherwise = try expand(fallback, at: origin) }
    switch try scope.runtime.value(of: reference, at: origin, written: written) {
    case .pending:
      return Expansion(isDeferred: true, read: otherwise?.read ?? ReadNames())
    case .known(let text?, let isSecret) where !text.isEmpty || otherwise == nil:
      var read = ReadNames()
      if isSecret { read.secrets.insert(text) }
      return Expansion(text: text, isSecret: isSecret, read: read)
    case .known:
      guard let otherwise else { throw DiagnosticError(.missingOutput(written, at: origin)) }
      return otherwise
    }
  }

  private mutating func expand(
    _ name: String, _ fallback: Template?, at origin: Origin, written: String
  ) throws(DiagnosticError) -> Expansion {
    let resolution = try resolve(name)
    if let fallback, resolution.map({ $0.content.text.isEmpty && !$0.isDeferred }) ?? true {
      return try expand(fallback, at: origin)
    }
    if let fallback, resolution?.isDeferred == true { _ = try expand(fallback, at: origin) }
    guard let resolution else {
      throw DiagnosticError(.noValue(for: name, known: scope.knownNames, at: origin.narrowed(to: written)))
    }
    var read = resolution.read
    if let fallback { read.names.formUnion(fallback.names) }
    return Expansion(
      text: resolution.content.text, isSecret: resolution.isSecret, isDeferred: resolution.isDeferred, read: read)
  }
}

extension InputContent {
  var texts: [String] {
    switch self {
    case .text(let text): [text]
    case .list(let items): items
    }
  }

  /// The names that templates in it read.
  var templateNames: Set<String> {
    texts.reduce(into: []) { names, text in
      if Template.isNeeded(for: text), let template = try? Template(text) { names.formUnion(template.names) }
    }
  }
}

extension Origin {
  /// The place of a part of the value, where the part stands on the value's first line as written.
  func narrowed(to part: String) -> Origin {
    guard case .source(let location) = self else { return self }
    let start = location.range.start
    guard let line = location.source.line(start.line) else { return self }
    let scalars = Array(line.unicodeScalars)
    let wanted = Array(part.unicodeScalars)
    var index = start.column - 1
    while index + wanted.count <= scalars.count {
      if scalars[index..<index + wanted.count].elementsEqual(wanted) {
        let first = SourcePosition(line: start.line, column: index + 1)
        let end = SourcePosition(line: start.line, column: index + 1 + wanted.count)
        return .source(SourceLocation(source: location.source, range: SourceRange(start: first, end: end)))
      }
      index += 1
    }
    return self
  }
}
