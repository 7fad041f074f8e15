import TaskKit

/// A text with `${name}` in it, taken apart.
struct Template: Sendable {
  /// A part of the text.
  enum Segment: Sendable {
    case literal(String)
    /// `${name}`, or `${name:-fallback}`; `written` is the whole as written.
    case reference(name: String, fallback: Template?, written: String)
  }

  /// Why a text is no template; `written` is the part that is wrong.
  enum Malformation: Error {
    case unclosed(written: String)
    case badName(String, written: String)
    case tooDeep
  }

  /// Fallbacks in fallbacks.
  private static let deepest = 20

  let segments: [Segment]

  /// The names that it reads, those of fallbacks among them.
  var names: Set<String> {
    segments.reduce(into: []) { names, segment in
      guard case .reference(let name, let fallback, _) = segment else { return }
      if RuntimeReference(name) == nil { names.insert(name) }
      if let fallback { names.formUnion(fallback.names) }
    }
  }

  /// What it reads of the run.
  var runtimeReferences: [(reference: RuntimeReference, written: String)] {
    segments.flatMap { segment -> [(reference: RuntimeReference, written: String)] in
      guard case .reference(let name, let fallback, let written) = segment else { return [] }
      let own = RuntimeReference(name).map { [(reference: $0, written: written)] } ?? []
      return own + (fallback?.runtimeReferences ?? [])
    }
  }

  /// Whether a text needs to be taken apart at all.
  static func isNeeded(for text: String) -> Bool {
    text.utf8.contains(UInt8(ascii: "$")) && text.contains("${")
  }

  init(_ text: String) throws(Malformation) {
    var rest = text[...]
    segments = try Self.segments(of: &rest, depth: 0)
  }

  /// Nothing but a text.
  init(literal: String) {
    segments = [.literal(literal)]
  }

  /// The one `${name}` that a text begins with, which is taken from it.
  init(referenceIn rest: inout Substring) throws(Malformation) {
    segments = [try Self.reference(in: &rest, depth: 0)]
  }

  private init(_ segments: [Segment]) {
    self.segments = segments
  }

  /// The same, where a name without a value is empty.
  var withEmptyFallbacks: Template {
    Template(
      segments.map { segment in
        guard case .reference(let name, nil, let written) = segment else { return segment }
        return .reference(name: name, fallback: Template([]), written: written)
      })
  }

  private init(nested rest: inout Substring, depth: Int) throws(Malformation) {
    guard depth <= Self.deepest else { throw .tooDeep }
    segments = try Self.segments(of: &rest, depth: depth)
  }

  /// Reads up to the end, or in a nested template up to its closing brace.
  private static func segments(of rest: inout Substring, depth: Int) throws(Malformation) -> [Segment] {
    var segments: [Segment] = []
    var literal = ""
    while let character = rest.first, !(depth > 0 && character == "}") {
      if rest.hasPrefix("$${") {
        literal += "${"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("${") {
        if !literal.isEmpty { segments.append(.literal(literal)) }
        literal = ""
        segments.append(try reference(in: &rest, depth: depth))
      } else {
        literal.append(character)
        rest = rest.dropFirst()
      }
    }
    if !literal.isEmpty { segments.append(.literal(literal)) }
    return segments
  }

  private static func reference(in rest: inout Substring, depth: Int) throws(Malformation) -> Segment {
    let start = rest
    rest = rest.dropFirst(2)
    let name = String(rest.prefix(upTo: endOfName(in: rest)))
    rest = rest.dropFirst(name.count)
    var fallback: Template?
    if rest.hasPrefix(":-") {
      rest = rest.dropFirst(2)
      fallback = try Template(nested: &rest, depth: depth + 1)
    }
    guard rest.first == "}" else { throw .unclosed(written: String(start.prefix(2 + name.count))) }
    rest = rest.dropFirst()
    let written = String(start[..<rest.startIndex])
    guard isReferenceName(name) else { throw .badName(name, written: written) }
    return .reference(name: name, fallback: fallback, written: written)
  }

  /// Where `}` or `:-` stands; a task's name may hold a colon.
  private static func endOfName(in rest: Substring) -> Substring.Index {
    var index = rest.startIndex
    while index < rest.endIndex, rest[index] != "}", !rest[index...].hasPrefix(":-") {
      index = rest.index(after: index)
    }
    return index
  }

  private static func isReferenceName(_ name: String) -> Bool {
    RuntimeReference(name) != nil || InputName.isValid(name)
  }
}
