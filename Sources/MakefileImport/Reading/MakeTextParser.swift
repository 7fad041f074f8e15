/// Reads `$(…)` by recursion, down to a limit.
struct MakeTextParser {
  private static let deepest = 100
  private static let functions: Set<String> = [
    "abspath", "addprefix", "addsuffix", "and", "basename", "call", "dir", "error", "eval", "file", "filter",
    "filter-out", "findstring", "firstword", "flavor", "foreach", "guile", "if", "info", "intcmp", "join", "lastword",
    "let", "notdir", "or", "origin", "patsubst", "realpath", "shell", "sort", "strip", "subst", "suffix", "value",
    "warning", "wildcard", "word", "wordlist", "words",
  ]

  private let scalars: [Unicode.Scalar]
  private var index = 0

  init(_ scalars: [Unicode.Scalar]) {
    self.scalars = scalars
  }

  mutating func parse() -> MakeText {
    text(until: [], nesting: nil, depth: 0)
  }

  /// Reads up to one of the ends, which stays, or up to the end of all.
  private mutating func text(until ends: [Unicode.Scalar], nesting open: Unicode.Scalar?, depth: Int) -> MakeText {
    var result = MakeText()
    var literal = String.UnicodeScalarView()
    var nested = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if nested == 0, ends.contains(scalar) { break }
      if scalar == open { nested += 1 }
      if scalar == ends.last, nested > 0 { nested -= 1 }
      index += 1
      guard scalar == "$", index < scalars.count else {
        literal.append(scalar)
        continue
      }
      if scalars[index] == "$" {
        literal.append("$")
        index += 1
        continue
      }
      result.append(String(literal))
      literal = String.UnicodeScalarView()
      result.parts.append(reference(depth: depth + 1))
    }
    result.append(String(literal))
    return result
  }

  /// What follows a `$`.
  private mutating func reference(depth: Int) -> MakeText.Part {
    let open = scalars[index]
    index += 1
    guard open == "(" || open == "{" else { return .reference(String(open)) }
    let close: Unicode.Scalar = open == "(" ? ")" : "}"
    guard depth <= Self.deepest else {
      skip(open, close)
      return .unreadable("it is nested more than \(Self.deepest) deep")
    }
    let part = bracketed(open, close, depth: depth)
    guard index < scalars.count else { return .unreadable("`$\(open)` is not closed") }
    index += 1
    return part
  }

  private mutating func bracketed(_ open: Unicode.Scalar, _ close: Unicode.Scalar, depth: Int) -> MakeText.Part {
    let start = index
    while index < scalars.count, isFunctionScalar(scalars[index]) { index += 1 }
    let word = String(scalars[start..<index])
    if Self.functions.contains(word), index < scalars.count, scalars[index].isBlank || scalars[index] == "\n" {
      skipBlanks()
      return call(word, open, close, depth: depth)
    }
    index = start
    let name = text(until: [":", close], nesting: open, depth: depth)
    guard let literal = name.literal?.trimmed else {
      skipTo(open, close)
      return .unreadable("the name of a variable is computed")
    }
    guard index < scalars.count, scalars[index] == ":" else { return .reference(literal) }
    index += 1
    let from = text(until: ["=", close], nesting: open, depth: depth)
    guard index < scalars.count, scalars[index] == "=" else { return .reference(literal + ":" + (from.literal ?? "")) }
    index += 1
    let to = text(until: [close], nesting: open, depth: depth)
    return .substitution(literal, from: from, to: to)
  }

  private mutating func call(
    _ function: String, _ open: Unicode.Scalar, _ close: Unicode.Scalar, depth: Int
  ) -> MakeText.Part {
    var arguments: [MakeText] = []
    // A comma of `shell` and `error` is text.
    let takesOne = ["shell", "error", "warning", "info", "strip", "wildcard", "eval"].contains(function)
    while true {
      arguments.append(text(until: takesOne ? [close] : [",", close], nesting: open, depth: depth))
      guard index < scalars.count, scalars[index] == "," else { break }
      index += 1
    }
    return .call(function, arguments)
  }

  private func isFunctionScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "-" || ("a"..."z").contains(scalar)
  }

  private mutating func skipBlanks() {
    while index < scalars.count, scalars[index].isBlank || scalars[index] == "\n" { index += 1 }
  }

  /// Skips up to the matching end, which stays.
  private mutating func skipTo(_ open: Unicode.Scalar, _ close: Unicode.Scalar) {
    var nested = 0
    while index < scalars.count {
      if scalars[index] == open { nested += 1 }
      if scalars[index] == close {
        if nested == 0 { return }
        nested -= 1
      }
      index += 1
    }
  }

  private mutating func skip(_ open: Unicode.Scalar, _ close: Unicode.Scalar) {
    skipTo(open, close)
    if index < scalars.count { index += 1 }
  }
}
