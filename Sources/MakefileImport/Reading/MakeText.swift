/// A text of make, taken apart at its `$`.
struct MakeText {
  indirect enum Part {
    case text(String)
    /// `$(NAME)`, `${NAME}`, `$@`.
    case reference(String)
    /// `$(NAME:from=to)`.
    case substitution(String, from: MakeText, to: MakeText)
    /// `$(function argument,argument)`.
    case call(String, [MakeText])
    /// What cannot be read, and why.
    case unreadable(String)
  }

  var parts: [Part] = []

  init(_ parts: [Part] = []) {
    self.parts = parts
  }

  init(_ text: some Sequence<Unicode.Scalar>) {
    var parser = MakeTextParser(Array(text))
    self = parser.parse()
  }

  var isEmpty: Bool { parts.isEmpty }

  /// The text, where there is nothing to expand in it.
  var literal: String? {
    var whole = ""
    for part in parts {
      guard case .text(let text) = part else { return nil }
      whole += text
    }
    return whole
  }

  mutating func append(_ text: String) {
    guard !text.isEmpty else { return }
    guard case .text(var whole)? = parts.last else { return parts.append(.text(text)) }
    parts.removeLast()
    whole += text
    parts.append(.text(whole))
  }

  mutating func append(_ other: MakeText) {
    for part in other.parts {
      if case .text(let text) = part { append(text) } else { parts.append(part) }
    }
  }

  /// Calls back with each name that is read, those in calls among them.
  func forEachName(_ body: (String) -> Void) {
    for part in parts {
      switch part {
      case .text, .unreadable: break
      case .reference(let name): body(name)
      case .substitution(let name, let from, let to):
        body(name)
        from.forEachName(body)
        to.forEachName(body)
      case .call("origin", _), .call("flavor", _): break
      case .call("foreach", let arguments):
        let bound = arguments.first?.literal?.trimmed
        for argument in arguments.dropFirst() { argument.forEachName { if $0 != bound { body($0) } } }
      case .call(_, let arguments):
        for argument in arguments { argument.forEachName(body) }
      }
    }
  }

  /// The functions of the Makefile that are called.
  var calledFunctions: [String] {
    var names: [String] = []
    _ = contains { part in
      if case .call("call", let arguments) = part, let name = arguments.first?.literal { names.append(name.trimmed) }
      return false
    }
    return names
  }

  /// Whether a part, however deep, is what is asked for.
  func contains(where matches: (Part) -> Bool) -> Bool {
    parts.contains { part in
      if matches(part) { return true }
      switch part {
      case .substitution(_, let from, let to): return from.contains(where: matches) || to.contains(where: matches)
      case .call(_, let arguments): return arguments.contains { $0.contains(where: matches) }
      case .text, .reference, .unreadable: return false
      }
    }
  }
}

extension MakeText {
  /// Without the white space around it.
  var trimmed: MakeText {
    var parts = parts
    if case .text(let text)? = parts.first {
      let rest = String(text.unicodeScalars.drop { $0.isBlank || $0 == "\n" })
      if rest.isEmpty { parts.removeFirst() } else { parts[0] = .text(rest) }
    }
    if case .text(let text)? = parts.last {
      let rest = String(text.unicodeScalars.reversed().drop { $0.isBlank || $0 == "\n" }.reversed())
      if rest.isEmpty { parts.removeLast() } else { parts[parts.count - 1] = .text(rest) }
    }
    return MakeText(parts)
  }
}
