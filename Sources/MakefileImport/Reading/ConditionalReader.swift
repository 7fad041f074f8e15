/// Reads what a conditional asks.
enum ConditionalReader {
  /// Nil where the word begins no conditional.
  static func test(_ word: String, _ rest: [Unicode.Scalar]) -> ConditionalTest? {
    switch word {
    case "ifdef", "ifndef":
      let name = String(rest.trimmed)
      return name.contains("$") || name.words.count != 1 ? .unreadable : .isSet(name, word == "ifdef")
    case "ifeq", "ifneq":
      guard let (left, right) = operands(Array(rest.trimmed)) else { return .unreadable }
      return .areEqual(MakeText(left.trimmed), MakeText(right.trimmed), word == "ifeq")
    default: return nil
    }
  }

  /// `(left,right)`, `"left" "right"`, `'left' 'right'`.
  private static func operands(_ text: [Unicode.Scalar]) -> ([Unicode.Scalar], [Unicode.Scalar])? {
    guard let open = text.first else { return nil }
    if open == "(" {
      guard text.last == ")" else { return nil }
      var nested = 0
      for (index, scalar) in text.enumerated().dropFirst().dropLast() {
        if scalar == "(" || scalar == "{" { nested += 1 }
        if scalar == ")" || scalar == "}" { nested -= 1 }
        if scalar == ",", nested == 0 { return (Array(text[1..<index]), Array(text[(index + 1)...].dropLast())) }
      }
      return nil
    }
    guard let (left, rest) = quoted(text[...]), let (right, end) = quoted(rest.drop { $0.isBlank }),
      end.trimmed.isEmpty
    else { return nil }
    return (left, right)
  }

  private static func quoted(_ text: ArraySlice<Unicode.Scalar>) -> ([Unicode.Scalar], ArraySlice<Unicode.Scalar>)? {
    guard let quote = text.first, quote == "\"" || quote == "'",
      let end = text.dropFirst().firstIndex(of: quote)
    else { return nil }
    return (Array(text[(text.startIndex + 1)..<end]), text[(end + 1)...])
  }
}
